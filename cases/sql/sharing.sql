-- Who gets a case, and urgent access to one. Run by a migration as the owner; each may run again.

CREATE OR REPLACE FUNCTION first_grants(p_case uuid, p_owner bigint, p_team bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  INSERT INTO public.cases_caseusergrant (user_id, permission_id, case_id, source, reason, granted_by)
  SELECT p_owner, p.id, p_case, 'assignment', '', public.app_uid()
    FROM public.case_permission p WHERE p.codename IN ('view_case', 'change_case')
  ON CONFLICT (user_id, permission_id, case_id, source) DO NOTHING;
  INSERT INTO public.cases_caseteamgrant (group_id, permission_id, case_id, source, reason, granted_by)
  SELECT t.supervisors_id, p.id, p_case, 'assignment', '', public.app_uid()
    FROM public.case_permission p, public.aidcenter_team t
   WHERE p.codename IN ('view_case', 'change_case') AND t.id = p_team
  ON CONFLICT (group_id, permission_id, case_id, source) DO NOTHING
$$;
REVOKE ALL ON FUNCTION first_grants(uuid, bigint, bigint) FROM PUBLIC;

-- The colleague to whom a case is offered answers; with yes, the case is theirs. False: no such open offer.
CREATE OR REPLACE FUNCTION answer_offer(p_offer uuid, p_accept boolean) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE o public.cases_offer;
BEGIN
  SELECT * INTO o FROM public.cases_offer
   WHERE id = p_offer AND to_id = public.app_uid() AND answered_at IS NULL AND until > now() FOR UPDATE;
  IF NOT FOUND OR public.access_stopped(o.case_id) THEN RETURN false; END IF;
  UPDATE public.cases_offer SET answered_at = now(), accepted = p_accept WHERE id = o.id;
  DELETE FROM public.cases_caseusergrant
   WHERE case_id = o.case_id AND user_id = o.to_id AND source = 'offer';
  IF p_accept THEN
    UPDATE public.cases_case c SET owner_id = s.id, team_id = s.team_id
      FROM public.aidcenter_staff s WHERE c.id = o.case_id AND s.id = o.to_id;
  END IF;
  RETURN true;
END $$;

-- Urgent access: the case's id, or NULL when not exactly one person answers. Asked by number, or by marks
-- (cases/search.py: exact) of a phone or of a full name with its birth year; never by an approximation. The
-- grant (one hour, reading) and the supervisor's notice are in one transaction: both there or neither. Where
-- an order has stopped access there is no grant, and the notice all the same.
CREATE OR REPLACE FUNCTION urgent_access(
  p_id uuid, p_reason text, p_number text, p_marks int[], p_ends int[], p_year int
) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  c public.cases_case;
  v_victims uuid[];
  v_person bigint := public.app_uid();
  v_until timestamptz := now() + interval '60 minutes';
BEGIN
  IF public.app_role() IS NULL OR public.app_role() NOT IN ('caseworker', 'specialist', 'supervisor', 'house') THEN
    RAISE insufficient_privilege USING MESSAGE = 'This role has no urgent access.';
  END IF;
  IF p_number <> '' THEN
    SELECT * INTO c FROM public.cases_case WHERE number = p_number;
  ELSE
    SELECT array_agg(v.id) INTO v_victims FROM public.cases_victim v
     WHERE v.marks && p_marks AND (p_year IS NULL OR v.birth_year = p_year)
       AND NOT EXISTS (SELECT FROM generate_subscripts(p_ends, 1) i
                        WHERE NOT v.marks && p_marks[coalesce(p_ends[i - 1], 0) + 1 : p_ends[i]]);
    IF cardinality(v_victims) = 1 THEN
      SELECT * INTO c FROM public.cases_case WHERE victim_id = v_victims[1]
       ORDER BY opened_on DESC, number DESC LIMIT 1;
    END IF;
  END IF;
  IF c.id IS NULL OR public.access_stopped(c.id) THEN
    v_until := NULL;
  ELSE
    INSERT INTO public.cases_caseusergrant
        (user_id, permission_id, case_id, source, reason, granted_by, expires_at)
    SELECT v_person, p.id, c.id, 'break_glass', '', v_person, v_until
      FROM public.case_permission p WHERE p.codename = 'view_case'
    ON CONFLICT (user_id, permission_id, case_id, source) DO UPDATE SET expires_at = excluded.expires_at;
  END IF;
  INSERT INTO public.cases_urgentaccess (id, person_id, number, case_id, team_id, reason, asked_at, until)
  VALUES (p_id, v_person, coalesce(c.number, p_number), c.id,
          coalesce(c.team_id, (SELECT s.team_id FROM public.aidcenter_staff s WHERE s.id = v_person)),
          p_reason, now(), v_until);
  RETURN c.id;
END $$;
