-- Deputies (cases/absence.py): while somebody is away, what is assigned to them reaches their deputy too,
-- until the last day ends. Run by a migration as the owner; may run again.

CREATE OR REPLACE FUNCTION end_of_day(p_day date) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (p_day + 1)::timestamp AT TIME ZONE 'Asia/Baku';

CREATE OR REPLACE VIEW standing_in AS
  SELECT deputy_id, person_id, end_of_day(last_day) AS until
    FROM cases_absence WHERE started AND ended_at IS NULL;

-- Whose access changes with the access of a person: theirs, and that of their deputies.
CREATE OR REPLACE FUNCTION and_deputies(p_person bigint) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT p_person UNION SELECT deputy_id FROM public.standing_in WHERE person_id = p_person
$$;
REVOKE ALL ON FUNCTION and_deputies(bigint) FROM PUBLIC;

-- The teams that the asking person supervises, as deputy too.
CREATE OR REPLACE FUNCTION my_teams() RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT t.id FROM public.aidcenter_team t JOIN public.aidcenter_staff_groups g ON g.group_id = t.supervisors_id
   WHERE public.app_role() = 'supervisor' AND (g.staff_id = public.app_uid() OR g.staff_id IN
         (SELECT person_id FROM public.standing_in WHERE deputy_id = public.app_uid() AND until > now()))
$$;

-- The caseworkers of those teams.
CREATE OR REPLACE FUNCTION my_people() RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT s.id FROM public.aidcenter_staff s WHERE s.role = 'caseworker' AND s.team_id IN (SELECT public.my_teams())
$$;

-- Every grant that reaches a person: directly, through the supervisors of a team, or as a deputy.
CREATE OR REPLACE VIEW case_granted AS
  SELECT g.user_id, g.case_id, p.codename, coalesce(g.expires_at, '9999-12-31 00:00Z') AS until
    FROM cases_caseusergrant g JOIN auth_permission p ON p.id = g.permission_id
  UNION ALL
  SELECT m.staff_id, g.case_id, p.codename, coalesce(g.expires_at, '9999-12-31 00:00Z')
    FROM cases_caseteamgrant g JOIN auth_permission p ON p.id = g.permission_id
    JOIN aidcenter_staff_groups m ON m.group_id = g.group_id
  UNION ALL
  SELECT s.deputy_id, g.case_id, p.codename, least(g.expires_at, s.until)
    FROM cases_caseusergrant g JOIN auth_permission p ON p.id = g.permission_id
    JOIN standing_in s ON s.person_id = g.user_id WHERE g.source = 'assignment'
  UNION ALL
  SELECT s.deputy_id, g.case_id, p.codename, least(g.expires_at, s.until)
    FROM cases_caseteamgrant g JOIN auth_permission p ON p.id = g.permission_id
    JOIN aidcenter_staff_groups m ON m.group_id = g.group_id
    JOIN standing_in s ON s.person_id = m.staff_id;

-- Absences whose first day has come begin; returns how many. Anybody may call it: it does what is due.
CREATE OR REPLACE FUNCTION absences_start() RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE v_started int;
BEGIN
  UPDATE public.cases_absence SET started = true
   WHERE NOT started AND ended_at IS NULL AND first_day <= (now() AT TIME ZONE 'Asia/Baku')::date;
  GET DIAGNOSTICS v_started = ROW_COUNT;
  RETURN v_started;
END $$;
