-- Whether somebody else can say who works here as what: a supervisor or the director, who is neither the person
-- nor the one who asks. Without one an administrator decides alone: that is how a centre begins.
CREATE OR REPLACE FUNCTION has_second(p_person bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM public.aidcenter_staff
                  WHERE is_active AND role IN ('supervisor', 'director')
                    AND id IS DISTINCT FROM p_person AND id IS DISTINCT FROM public.app_uid())
$$;
