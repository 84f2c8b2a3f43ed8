-- What the letters to the bodies take of a case, and the messages that are owed. Run by a migration as the owner.

-- Whether somebody around the child is under suspicion: marked as dangerous, or of such a role.
CREATE OR REPLACE FUNCTION is_suspected(p_dangerous boolean, p_roles varchar[]) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT p_dangerous OR p_roles && ARRAY['recruiter', 'broker', 'transporter', 'smuggler', 'transferred',
    'harboured', 'sold', 'bought', 'received', 'controlled', 'abuser', 'kidnapper', 'exploiter']::varchar[]
$$;

-- The parents of a child, or who stands in for them, as far as a letter may tell of them: never name or
-- contact of somebody under suspicion. For who freezes a letter, and who reads the case.
CREATE OR REPLACE FUNCTION letter_people(p_case uuid)
RETURNS TABLE (id uuid, case_id uuid, victim_id uuid, relation varchar, dangerous boolean, name bytea, contact bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT p.id, p.case_id, p.victim_id, p.relation, p.suspected,
         CASE WHEN NOT p.suspected THEN p.name END, CASE WHEN NOT p.suspected THEN p.contact END
    FROM (SELECT k.*, public.is_suspected(k.dangerous, k.roles) AS suspected
            FROM public.cases_connectedperson k
           WHERE k.case_id = p_case AND k.relation IN ('mother', 'father', 'grandparent')
             AND k.struck_at IS NULL) p
   WHERE session_user IN ('aidcenter_relay', 'aidcenter_worker')
      OR EXISTS (SELECT FROM public.cases_caseaccess a
                  WHERE a.case_id = p_case AND a.user_id = public.app_uid() AND a.view_until > now())
   ORDER BY p.relation, p.id
$$;

-- Whether the asking person, a member of a body, has said that they know the family.
CREATE OR REPLACE FUNCTION stepped_aside(p_case uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM public.referrals_recusal k
                  WHERE k.case_id = p_case AND k.staff_id = public.app_uid())
$$;
