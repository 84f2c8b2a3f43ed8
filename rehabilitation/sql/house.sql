-- Who is on shift where. Run by a migration as the owner; may run again.

CREATE OR REPLACE FUNCTION houses_on_shift() RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT house_id FROM public.rehabilitation_shift
   WHERE person_id = public.app_uid() AND public.app_role() = 'house' AND starts <= now() AND ends > now()
$$;

CREATE OR REPLACE FUNCTION housed_with_me() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT victim_id FROM public.rehabilitation_stay
   WHERE left_at IS NULL AND house_id IN (SELECT public.houses_on_shift())
$$;
