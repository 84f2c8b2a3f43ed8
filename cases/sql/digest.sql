-- The daily mail (cases/digest.py). Run by a migration as the owner; may run again.

-- Whose cases others opened in a stretch of time: people only, never which case, and for the worker alone,
-- which sees neither the record nor cases without a notification.
CREATE OR REPLACE FUNCTION owners_looked_at(p_from timestamptz, p_to timestamptz) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT DISTINCT c.owner_id FROM public.aidcenter_auditevent e JOIN public.cases_case c ON c.id = e.case_id
   WHERE e.action = 'case.view' AND e.at >= p_from AND e.at < p_to AND e.actor_id <> c.owner_id
     AND session_user = 'aidcenter_worker'
$$;
