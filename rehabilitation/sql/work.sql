-- What became of work and training in a year. Run by a migration as the owner; may run again.

-- Records found and started in the year, and those whose third and sixth month, kept, ended in it.
CREATE OR REPLACE FUNCTION work_counted(p_year int) RETURNS TABLE (code text, n bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT s.code, count(*)
    FROM public.rehabilitation_work w,
         LATERAL (VALUES ('found', w.found_on), ('started', w.started_on),
                         ('kept_3', CASE WHEN w.kept_3 THEN (w.started_on + interval '3 months')::date END),
                         ('kept_6', CASE WHEN w.kept_6 THEN (w.started_on + interval '6 months')::date END))
         AS s (code, at)
   WHERE w.struck_at IS NULL AND extract(year FROM s.at) = p_year AND public.may_see_figures()
   GROUP BY s.code
$$;
