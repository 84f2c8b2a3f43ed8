-- The mail about serious incidents (cases/incidents.py). Run by a migration as the owner; may run again.

-- Serious incidents that nobody was mailed about, with whom to tell: the supervisors of the team, whoever
-- stands in for them, and the directors. For the worker alone; no name, no word of what happened.
CREATE OR REPLACE FUNCTION incidents_to_tell()
RETURNS TABLE (incident uuid, number varchar, email varchar, language varchar)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT i.id, i.number, s.email, s.language
    FROM public.cases_incident i JOIN public.cases_case c ON c.id = i.case_id
    JOIN public.aidcenter_team t ON t.id = c.team_id
    LEFT JOIN public.aidcenter_staff s ON s.is_active AND s.email <> '' AND (
         s.role = 'director' OR s.id IN (
           SELECT p FROM public.aidcenter_staff_groups g, public.and_deputies(g.staff_id) p
            WHERE g.group_id = t.supervisors_id))
   WHERE i.severity = 'high' AND i.told_at IS NULL AND session_user = 'aidcenter_worker'
$$;

CREATE OR REPLACE FUNCTION incident_told(p_incident uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  UPDATE public.cases_incident SET told_at = now()
   WHERE id = p_incident AND told_at IS NULL AND session_user = 'aidcenter_worker'
$$;

-- What the director is told of serious incidents: everything but the words, which another paper of the same
-- person, opened to the director, would open too.
CREATE OR REPLACE FUNCTION serious_incidents()
RETURNS TABLE (id uuid, case_id uuid, number varchar, kind varchar, severity varchar, happened_at timestamptz,
               written_at timestamptz, author_id bigint, outcome varchar, ended_at timestamptz, ended_by_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT i.id, i.case_id, i.number, i.kind, i.severity, i.happened_at, i.written_at, i.author_id, i.outcome,
         i.ended_at, i.ended_by_id
    FROM public.cases_incident i
   WHERE i.severity = 'high' AND public.app_role() = 'director'
$$;
