-- Services among the cases opened in a year: persons who had each, and how many there were.

CREATE OR REPLACE FUNCTION services_counted(p_year int) RETURNS TABLE (code text, persons bigint, services bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT s.type, count(DISTINCT c.victim_id), count(*)
    FROM public.rehabilitation_service s JOIN public.cases_case c ON c.id = s.case_id
   WHERE c.opened_on >= make_date(p_year, 1, 1) AND c.opened_on < make_date(p_year + 1, 1, 1)
     AND public.may_see_figures()
   GROUP BY s.type
$$;
