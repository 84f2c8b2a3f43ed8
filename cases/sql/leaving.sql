-- Staff leave in one action (cases/leaving.py). Run by a migration as the owner; may run again.

-- The person signs in no more, reaches nothing, and the cases have another caseworker; returns how many.
-- Only an administrator does it, who sees no case. NULL: the person has left already.
CREATE OR REPLACE FUNCTION staff_leaves(p_person bigint, p_successor bigint) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  v_leaver public.aidcenter_staff;
  v_successor public.aidcenter_staff;
  v_cases int;
BEGIN
  IF public.app_role() IS DISTINCT FROM 'administrator' OR p_person = public.app_uid() THEN
    RAISE insufficient_privilege USING MESSAGE = 'An administrator ends the access of others.';
  END IF;
  SELECT * INTO v_leaver FROM public.aidcenter_staff WHERE id = p_person AND is_active FOR UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;
  SELECT * INTO v_successor FROM public.aidcenter_staff
   WHERE id = p_successor AND id <> p_person AND is_active AND team_id = v_leaver.team_id
     AND role IN ('caseworker', 'supervisor') FOR SHARE;

  -- The teams without another supervisor get the successor as theirs.
  INSERT INTO public.aidcenter_staff_groups (staff_id, group_id)
  SELECT v_successor.id, g.group_id FROM public.aidcenter_staff_groups g
   WHERE g.staff_id = p_person AND v_successor.role = 'supervisor'
  ON CONFLICT DO NOTHING;
  DELETE FROM public.aidcenter_staff_groups WHERE staff_id = p_person;
  IF v_leaver.role = 'supervisor' AND EXISTS (
      SELECT FROM public.aidcenter_team t
       WHERE t.id = v_leaver.team_id AND NOT EXISTS (
         SELECT FROM public.aidcenter_staff_groups g JOIN public.aidcenter_staff s ON s.id = g.staff_id
          WHERE g.group_id = t.supervisors_id AND s.is_active AND s.id <> p_person)) THEN
    RAISE check_violation USING CONSTRAINT = 'leaving_leaves_a_supervisor',
      MESSAGE = 'The team would have no supervisor.';
  END IF;

  IF v_successor.id IS NULL AND EXISTS (SELECT FROM public.cases_case WHERE owner_id = p_person) THEN
    RAISE check_violation USING CONSTRAINT = 'leaving_hands_over', MESSAGE = 'The cases need a caseworker.';
  END IF;
  DELETE FROM public.cases_caseusergrant g USING public.cases_offer o
   WHERE o.answered_at IS NULL AND p_person IN (o.to_id, o.offered_by_id)
     AND g.case_id = o.case_id AND g.user_id = o.to_id AND g.source = 'offer';
  UPDATE public.cases_offer SET answered_at = now(), accepted = false
   WHERE answered_at IS NULL AND p_person IN (to_id, offered_by_id);
  UPDATE public.cases_case SET owner_id = v_successor.id WHERE owner_id = p_person;
  GET DIAGNOSTICS v_cases = ROW_COUNT;
  UPDATE public.cases_absence SET ended_at = now() WHERE ended_at IS NULL AND p_person IN (person_id, deputy_id);
  DELETE FROM public.cases_caseusergrant WHERE user_id = p_person;
  DELETE FROM public.cases_exportfile f USING public.cases_export e WHERE e.id = f.export_id AND e.person_id = p_person;
  DELETE FROM public.cases_export WHERE person_id = p_person;
  DELETE FROM public.cases_savedlist WHERE person_id = p_person;

  -- A case that an order has stopped is kept by the supervisors who are left.
  UPDATE public.cases_accessorder o SET keepers = array_remove(o.keepers, p_person) || ARRAY(
      SELECT s.id FROM public.cases_case c JOIN public.aidcenter_team t ON t.id = c.team_id
        JOIN public.aidcenter_staff_groups g ON g.group_id = t.supervisors_id
        JOIN public.aidcenter_staff s ON s.id = g.staff_id
       WHERE c.id = o.case_id AND s.is_active AND s.id <> p_person AND s.id <> ALL (o.keepers))
   WHERE p_person = ANY (o.keepers) AND (o.in_force OR o.decided_at IS NULL);

  -- A session is valid as long as the password it was opened with: without one every session has ended.
  DELETE FROM public.mfa_authenticator WHERE user_id = p_person;
  UPDATE public.aidcenter_staff SET is_active = false, password = '!' || gen_random_uuid() WHERE id = p_person;
  RETURN v_cases;
END $$;
