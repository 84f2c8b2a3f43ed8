-- Who is housed where, and which bed is for whom. Run by a migration as the owner; may run again.

CREATE OR REPLACE FUNCTION housed_with_me() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT victim_id FROM public.rehabilitation_stay
   WHERE left_on IS NULL AND starts_on <= (now() AT TIME ZONE 'Asia/Baku')::date
     AND house_id IN (SELECT public.houses_on_shift())
$$;

-- Why a bed is not for the person of a case from a day until another: a name of what it breaks, else ''.
CREATE OR REPLACE FUNCTION bed_refuses(p_bed bigint, p_case uuid, p_from date, p_until date) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT CASE
    WHEN b.active_from > p_from OR b.active_until < p_until THEN 'stay_bed_in_use'
    WHEN NOT CASE b.for_whom WHEN 'women' THEN v.sex = 'female' WHEN 'men' THEN v.sex = 'male'
                  WHEN 'children' THEN c.child_status <> 'adult' ELSE true END THEN 'stay_bed_for_whom'
    ELSE '' END
    FROM public.rehabilitation_bed b, public.cases_case c JOIN public.cases_victim v ON v.id = c.victim_id
   WHERE b.id = p_bed AND c.id = p_case
$$;
REVOKE ALL ON FUNCTION bed_refuses(bigint, uuid, date, date) FROM PUBLIC;

-- The beds that somebody has for some of the days from a day until another, and who it is not.
CREATE OR REPLACE FUNCTION beds_taken(p_from date, p_until date) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT bed_id FROM public.rehabilitation_stay
   WHERE public.app_role() IN ('caseworker', 'specialist', 'supervisor')
     AND (daterange(starts_on, least(left_on, ends_on)) && daterange(p_from, p_until)
          OR came_on IS NOT NULL AND left_on IS NULL AND p_from <= (now() AT TIME ZONE 'Asia/Baku')::date)
$$;

-- How the houses are filled on each of some days: the beds in use, and how many of them somebody had.
CREATE OR REPLACE FUNCTION house_occupancy(p_days date[])
RETURNS TABLE (house_id bigint, on_day date, beds bigint, taken bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH days AS (SELECT unnest(p_days) AS d),
  known AS (
    SELECT s.house_id, s.bed_id, s.came_on, s.left_on FROM public.rehabilitation_stay s
     WHERE s.came_on <= (SELECT max(d) FROM days)
       AND (s.left_on IS NULL OR s.left_on > (SELECT min(d) FROM days)))
  SELECT h.id, days.d,
         (SELECT count(*) FROM public.rehabilitation_bed b
           WHERE b.house_id = h.id AND b.active_from <= days.d
             AND (b.active_until IS NULL OR b.active_until >= days.d)),
         (SELECT count(DISTINCT k.bed_id) FROM known k
           WHERE k.house_id = h.id AND k.came_on <= days.d AND (k.left_on IS NULL OR k.left_on > days.d))
    FROM public.rehabilitation_house h CROSS JOIN days
   WHERE public.app_role() IN ('supervisor', 'director')
   ORDER BY h.name, days.d
$$;
