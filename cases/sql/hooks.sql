-- Events for the programs of people. Run by a migration as the owner; may run again.

-- Something happened in a case: owed once to each hook that asked for it and whose person reads the case now, or
-- is one of `p_others` (the members of a state body, who read no case). Triggers call this; it says ids only.
CREATE OR REPLACE FUNCTION owe_events(p_kind text, p_about uuid, p_case uuid, p_others bigint[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  INSERT INTO public.cases_hookevent (id, hook_id, kind, about, case_id)
  SELECT gen_random_uuid(), h.id, p_kind, p_about, p_case
    FROM public.cases_hook h JOIN public.aidcenter_staff s ON s.id = h.person_id AND s.is_active
   WHERE h.revoked_at IS NULL AND (h.expires_at IS NULL OR h.expires_at > now()) AND p_kind = ANY (h.kinds)
     AND (h.person_id = ANY (p_others) OR EXISTS (
            SELECT FROM public.cases_caseaccess a
             WHERE a.case_id = p_case AND a.user_id = h.person_id AND a.view_until > now()))
$$;
REVOKE ALL ON FUNCTION owe_events(text, uuid, uuid, bigint[]) FROM PUBLIC;
