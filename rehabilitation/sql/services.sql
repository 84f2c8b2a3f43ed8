-- Services: whose session keeps a case open, which goal is under way, and what is counted.
-- Run by a migration as the owner; may run again.

-- The grants of source 'session' that `p_person` has on `p_case`, as they must be: what the care team gave
-- them, until the last booked session whose note is not written has been over for 48 hours.
CREATE OR REPLACE FUNCTION session_access(p_case uuid, p_person bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE v_until timestamptz;
BEGIN
  SELECT max(s.keeps_until) INTO v_until FROM public.rehabilitation_service s
   WHERE s.case_id = p_case AND s.given_by_id = p_person AND s.keeps_until > now();
  IF v_until IS NULL THEN
    DELETE FROM public.cases_caseusergrant g
     WHERE g.case_id = p_case AND g.user_id = p_person AND g.source = 'session';
    RETURN;
  END IF;
  INSERT INTO public.cases_caseusergrant
      (user_id, permission_id, case_id, source, reason, granted_by, expires_at)
  SELECT DISTINCT g.user_id, g.permission_id, g.case_id, 'session', '', public.app_uid(), v_until
    FROM public.cases_caseusergrant g
   WHERE g.case_id = p_case AND g.user_id = p_person
     AND g.source IN ('care_team', 'session') AND g.expires_at > now()
  ON CONFLICT (user_id, permission_id, case_id, source) DO UPDATE SET expires_at = excluded.expires_at;
END $$;
REVOKE ALL ON FUNCTION session_access(uuid, bigint) FROM PUBLIC;

-- A planned goal of the plan in force, and the action, are in progress: the service shows it.
CREATE OR REPLACE FUNCTION service_moves_goal(p_service uuid, p_goal uuid, p_action uuid, p_by bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  INSERT INTO public.rehabilitation_progress
      (id, plan_id, case_id, victim_id, author_id, goal_id, action_id, state, services)
  SELECT gen_random_uuid(), p.id, p.case_id, p.victim_id, p_by, g.id, a.id, 'in_progress', ARRAY[p_service]
    FROM public.rehabilitation_goal served
    JOIN public.rehabilitation_goal g ON (g.case_id, g.same_as) = (served.case_id, served.same_as)
    JOIN public.rehabilitation_plan p ON p.id = g.plan_id AND p.state IN ('active', 'under_review')
    CROSS JOIN LATERAL (
      SELECT NULL::uuid AS id WHERE g.state = 'planned'
      UNION ALL
      SELECT now_.id FROM public.rehabilitation_goalaction then_
        JOIN public.rehabilitation_goalaction now_
          ON (now_.case_id, now_.same_as) = (then_.case_id, then_.same_as) AND now_.goal_id = g.id
       WHERE then_.id = p_action AND now_.state = 'planned') a
   WHERE served.id = p_goal
$$;
REVOKE ALL ON FUNCTION service_moves_goal(uuid, uuid, uuid, bigint) FROM PUBLIC;

-- Services among the cases opened in a year: persons who had each, and how many were delivered.
CREATE OR REPLACE FUNCTION services_counted(p_year int) RETURNS TABLE (code text, persons bigint, services bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT s.type, count(DISTINCT c.victim_id), count(*)
    FROM public.rehabilitation_service s JOIN public.cases_case c ON c.id = s.case_id
   WHERE c.opened_on >= make_date(p_year, 1, 1) AND c.opened_on < make_date(p_year + 1, 1, 1)
     AND s.state = 'delivered' AND s.struck_at IS NULL AND public.may_see_figures()
   GROUP BY s.type
$$;
