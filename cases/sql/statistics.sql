-- Counts of persons whose case was opened in a year: never a row, and only to those who may see figures.

CREATE OR REPLACE FUNCTION may_see_figures() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce(public.app_role() IN ('director', 'supervisor', 'statistician'), false)
$$;

CREATE OR REPLACE FUNCTION cases_counted(p_year int) RETURNS TABLE (dimension text, code text, persons bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT d.dimension, d.code, count(DISTINCT c.victim_id)
    FROM public.cases_case c JOIN public.cases_victim v ON v.id = c.victim_id,
         LATERAL (VALUES ('all', ''), ('status', c.victim_status), ('sex', v.sex),
                         ('born', coalesce(c.birth_year::text, '')), ('country', c.exploitation_country),
                         ('source', c.referral_source)) AS d (dimension, code)
   WHERE c.opened_on >= make_date(p_year, 1, 1) AND c.opened_on < make_date(p_year + 1, 1, 1)
     AND public.may_see_figures()
   GROUP BY d.dimension, d.code
$$;
