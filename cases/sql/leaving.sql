-- Staff leave in one action (cases/leaving.py). Run by a migration as the owner; may run again.

-- Whether the person may leave the post: somebody of the team takes the cases over, and the team keeps a
-- supervisor. Raises what is missing.
CREATE OR REPLACE FUNCTION staff_may_go(p_person bigint, p_successor bigint) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE v_takes_over text := public.takes_over_as(p_person, p_successor);
BEGIN
  IF v_takes_over IS DISTINCT FROM 'supervisor' AND EXISTS (
      SELECT FROM public.aidcenter_staff l JOIN public.aidcenter_team t ON t.id = l.team_id
       WHERE l.id = p_person AND l.role = 'supervisor' AND NOT EXISTS (
         SELECT FROM public.aidcenter_staff_groups g JOIN public.aidcenter_staff s ON s.id = g.staff_id
          WHERE g.group_id = t.supervisors_id AND s.is_active AND s.id <> p_person)) THEN
    RAISE check_violation USING CONSTRAINT = 'leaving_leaves_a_supervisor',
      MESSAGE = 'The team would have no supervisor.';
  END IF;
  IF v_takes_over IS NULL AND EXISTS (SELECT FROM public.cases_case WHERE owner_id = p_person) THEN
    RAISE check_violation USING CONSTRAINT = 'leaving_hands_over', MESSAGE = 'The cases need a caseworker.';
  END IF;
END $$;

-- The role of who takes over from the person: a colleague of the same team; NULL for anybody else.
CREATE OR REPLACE FUNCTION takes_over_as(p_person bigint, p_successor bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT s.role FROM public.aidcenter_staff s JOIN public.aidcenter_staff l ON l.team_id = s.team_id
   WHERE l.id = p_person AND s.id = p_successor AND s.id <> l.id AND s.is_active
     AND s.role IN ('caseworker', 'supervisor')
$$;

-- All that the person had in the post ends, and the cases have another caseworker; returns how many.
CREATE OR REPLACE FUNCTION staff_hands_over(p_person bigint, p_successor bigint) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  v_takes_over text;
  v_cases int;
BEGIN
  PERFORM FROM public.aidcenter_staff WHERE id = p_successor FOR SHARE;
  v_takes_over := public.takes_over_as(p_person, p_successor);
  PERFORM public.staff_may_go(p_person, p_successor);

  -- The teams without another supervisor get the successor as theirs.
  INSERT INTO public.aidcenter_staff_groups (staff_id, group_id)
  SELECT p_successor, g.group_id FROM public.aidcenter_staff_groups g
   WHERE g.staff_id = p_person AND v_takes_over = 'supervisor'
  ON CONFLICT DO NOTHING;
  DELETE FROM public.aidcenter_staff_groups WHERE staff_id = p_person;

  DELETE FROM public.cases_caseusergrant g USING public.cases_offer o
   WHERE o.answered_at IS NULL AND p_person IN (o.to_id, o.offered_by_id)
     AND g.case_id = o.case_id AND g.user_id = o.to_id AND g.source = 'offer';
  UPDATE public.cases_offer SET answered_at = now(), accepted = false
   WHERE answered_at IS NULL AND p_person IN (to_id, offered_by_id);
  UPDATE public.cases_case SET owner_id = p_successor WHERE owner_id = p_person;
  GET DIAGNOSTICS v_cases = ROW_COUNT;
  UPDATE public.cases_absence SET ended_at = now() WHERE ended_at IS NULL AND p_person IN (person_id, deputy_id);
  DELETE FROM public.cases_caseusergrant WHERE user_id = p_person;
  DELETE FROM public.cases_exportfile f USING public.cases_export e WHERE e.id = f.export_id AND e.person_id = p_person;
  DELETE FROM public.cases_export WHERE person_id = p_person;
  DELETE FROM public.cases_savedlist WHERE person_id = p_person;
  UPDATE public.aidcenter_apitoken SET revoked_at = now() WHERE person_id = p_person AND revoked_at IS NULL;
  UPDATE public.cases_hook SET revoked_at = now() WHERE person_id = p_person AND revoked_at IS NULL;

  -- A case that an order has stopped is kept by the supervisors who are left.
  UPDATE public.cases_accessorder o SET keepers = array_remove(o.keepers, p_person) || ARRAY(
      SELECT s.id FROM public.cases_case c JOIN public.aidcenter_team t ON t.id = c.team_id
        JOIN public.aidcenter_staff_groups g ON g.group_id = t.supervisors_id
        JOIN public.aidcenter_staff s ON s.id = g.staff_id
       WHERE c.id = o.case_id AND s.is_active AND s.id <> p_person AND s.id <> ALL (o.keepers))
   WHERE p_person = ANY (o.keepers) AND (o.in_force OR o.decided_at IS NULL);
  RETURN v_cases;
END $$;
REVOKE ALL ON FUNCTION staff_may_go(bigint, bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION takes_over_as(bigint, bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION staff_hands_over(bigint, bigint) FROM PUBLIC;

-- The person signs in no more, reaches nothing, and the cases have another caseworker; returns how many.
-- Only an administrator does it, who sees no case. NULL: the person has left already.
CREATE OR REPLACE FUNCTION staff_leaves(p_person bigint, p_successor bigint) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE v_cases int;
BEGIN
  IF public.app_role() IS DISTINCT FROM 'administrator' OR p_person = public.app_uid() THEN
    RAISE insufficient_privilege USING MESSAGE = 'An administrator ends the access of others.';
  END IF;
  PERFORM FROM public.aidcenter_staff WHERE id = p_person AND is_active FOR UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;
  v_cases := public.staff_hands_over(p_person, p_successor);
  UPDATE public.cases_staffchange SET approved = false, decided_at = now(), decided_by_id = public.app_uid()
   WHERE person_id = p_person AND approved IS NULL;

  -- A session is valid as long as the password it was opened with: without one every session has ended.
  DELETE FROM public.mfa_authenticator WHERE user_id = p_person;
  UPDATE public.aidcenter_staff SET is_active = false, password = '!' || gen_random_uuid() WHERE id = p_person;
  RETURN v_cases;
END $$;
