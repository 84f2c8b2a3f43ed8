-- Who works here as what (cases/staffing.py). Run by a migration as the owner; may run again.

-- A change that was decided takes effect: what the person had in the post before ends, keys for programs too.
-- Called by the trigger of cases_staffchange alone.
CREATE OR REPLACE FUNCTION staff_moves(p_change public.cases_staffchange) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE v_person public.aidcenter_staff;
BEGIN
  SELECT * INTO v_person FROM public.aidcenter_staff WHERE id = p_change.person_id FOR UPDATE;
  IF v_person.is_active = p_change.opens THEN
    RAISE check_violation USING CONSTRAINT = 'staff_change_fits', MESSAGE = 'The person has left, or is back.';
  END IF;
  IF v_person.is_active AND (v_person.role, v_person.team_id, v_person.profession)
      IS DISTINCT FROM (p_change.role, p_change.team_id, p_change.profession) THEN
    PERFORM public.staff_hands_over(p_change.person_id, p_change.successor_id);
  END IF;
  UPDATE public.aidcenter_staff
     SET role = p_change.role, team_id = p_change.team_id, profession = p_change.profession,
         email = p_change.email, is_active = true
   WHERE id = p_change.person_id;
  INSERT INTO public.aidcenter_staff_groups (staff_id, group_id)
  SELECT p_change.person_id, t.supervisors_id FROM public.aidcenter_team t
   WHERE p_change.role = 'supervisor' AND t.id = p_change.team_id
  ON CONFLICT DO NOTHING;
END $$;
REVOKE ALL ON FUNCTION staff_moves(public.cases_staffchange) FROM PUBLIC;
