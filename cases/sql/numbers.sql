-- Which case has that number, for who reads the record of looks and no case. Run by a migration as the owner.

CREATE OR REPLACE FUNCTION case_of_number(p_number text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT c.id FROM public.cases_case c WHERE c.number = p_number AND public.app_role() = 'auditor'
$$;
