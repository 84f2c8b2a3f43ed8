-- Linked cases (cases/family.py) and possible duplicates (cases/matching.py). Run by a migration as the owner,
-- after orders.sql; may run again.

-- The links of a case that the asking person reads: with what is behind them where they read the other case
-- too, and with nothing but their being there where they do not.
CREATE OR REPLACE FUNCTION links_of(p_case uuid) RETURNS TABLE (link uuid, other uuid, relation varchar)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT CASE WHEN reads THEN l.id END, CASE WHEN reads THEN o.id END,
         CASE WHEN NOT reads THEN '' WHEN l.case_id = p_case THEN l.relation
              WHEN l.relation = 'child' THEN 'parent' WHEN l.relation = 'parent' THEN 'child'
              ELSE l.relation END
    FROM public.cases_caselink l,
         LATERAL (SELECT CASE WHEN l.case_id = p_case THEN l.other_id ELSE l.case_id END AS id) o,
         LATERAL (SELECT EXISTS (SELECT FROM public.cases_caseaccess a
                                  WHERE (a.case_id, a.user_id) = (o.id, public.app_uid())
                                    AND a.view_until > now()) AS reads) r
   WHERE l.ended_at IS NULL AND p_case IN (l.case_id, l.other_id)
     AND EXISTS (SELECT FROM public.cases_caseaccess a
                  WHERE (a.case_id, a.user_id) = (p_case, public.app_uid()) AND a.view_until > now())
   ORDER BY r.reads DESC, l.made_at, l.id
$$;

CREATE OR REPLACE FUNCTION has_links(p_case uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM public.links_of(p_case))
$$;

-- Whether the asking supervisor may compare the two persons of a possible match: before it is decided, and for
-- a week, so that an error is mended. Never a case to which access is stopped.
CREATE OR REPLACE FUNCTION may_compare(p_match public.cases_possiblematch) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT public.app_role() = 'supervisor'
     AND (p_match.decided_at IS NULL OR p_match.decided_at > now() - interval '7 days')
     AND NOT public.access_stopped(p_match.case_id)
     AND EXISTS (SELECT FROM public.cases_caseaccess a
                  WHERE (a.case_id, a.user_id) = (p_match.other_id, public.app_uid()) AND a.change_until > now())
$$;
REVOKE ALL ON FUNCTION may_compare(public.cases_possiblematch) FROM PUBLIC;

-- Of the person of the new case what it takes to compare, still encrypted; the row itself stays closed.
CREATE OR REPLACE FUNCTION match_person(p_match uuid)
RETURNS TABLE (id uuid, given_name bytea, family_name bytea, father_name bytea, name_to_use bytea, sex varchar,
               birth_date bytea, birth_year smallint, estimated_age smallint, citizenship varchar[], phone bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT v.id, v.given_name, v.family_name, v.father_name, v.name_to_use, v.sex,
         v.birth_date, v.birth_year, v.estimated_age, v.citizenship, v.phone
    FROM public.cases_possiblematch p JOIN public.cases_case c ON c.id = p.case_id
    JOIN public.cases_victim v ON v.id = c.victim_id
   WHERE p.id = p_match AND public.may_compare(p)
$$;

-- The keys that go with what is lent: of orders to decide (orders.sql), and of persons to compare.
CREATE OR REPLACE FUNCTION keys_lent_to_me() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT victim_id FROM public.cases_accessorder WHERE id IN (SELECT public.orders_to_decide())
  UNION ALL
  SELECT c.victim_id FROM public.cases_possiblematch p JOIN public.cases_case c ON c.id = p.case_id
   WHERE public.may_compare(p)
$$;

-- The supervisor of the other case says whether it is the same person. The same: the two cases are linked,
-- instead of what linked them before; two persons: such a link ends. Nothing is merged. False: not to decide.
CREATE OR REPLACE FUNCTION decide_match(p_match uuid, p_same boolean) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE p public.cases_possiblematch;
BEGIN
  SELECT * INTO p FROM public.cases_possiblematch WHERE id = p_match FOR UPDATE;
  IF NOT FOUND OR NOT public.may_compare(p) OR p.same IS NOT DISTINCT FROM p_same THEN RETURN false; END IF;
  UPDATE public.cases_possiblematch
     SET decided_at = now(), decided_by_id = public.app_uid(), same = p_same WHERE id = p.id;
  UPDATE public.cases_caselink l SET ended_at = now(), ended_by_id = public.app_uid()
   WHERE l.ended_at IS NULL AND (l.case_id, l.other_id) IN ((p.case_id, p.other_id), (p.other_id, p.case_id))
     AND (p_same OR l.relation = 'same_person');
  IF p_same THEN
    INSERT INTO public.cases_caselink (id, case_id, other_id, relation, made_by_id, ended_why)
    VALUES (gen_random_uuid(), p.other_id, p.case_id, 'same_person', public.app_uid(), '');
  END IF;
  RETURN true;
END $$;

-- What others have linked, or told apart, of the asking person's own cases in the last week: never the other
-- case. `said` is "same", "linked" or "apart".
CREATE OR REPLACE FUNCTION links_told_to_me() RETURNS TABLE (case_id uuid, number varchar, said varchar, at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT c.id, c.number, CASE WHEN l.relation = 'same_person' THEN 'same' ELSE 'linked' END, l.made_at
    FROM public.cases_caselink l JOIN public.cases_case c ON c.id IN (l.case_id, l.other_id)
    JOIN public.cases_caseaccess a ON (a.case_id, a.user_id) = (c.id, c.owner_id) AND a.view_until > now()
   WHERE l.ended_at IS NULL AND l.made_at > now() - interval '7 days'
     AND c.owner_id = public.app_uid() AND l.made_by_id <> public.app_uid()
  UNION ALL
  SELECT c.id, c.number, 'apart', p.decided_at
    FROM public.cases_possiblematch p JOIN public.cases_case c ON c.id IN (p.case_id, p.other_id)
    JOIN public.cases_caseaccess a ON (a.case_id, a.user_id) = (c.id, c.owner_id) AND a.view_until > now()
   WHERE NOT p.same AND p.decided_at > now() - interval '7 days'
     AND c.owner_id = public.app_uid() AND p.decided_by_id <> public.app_uid()
$$;
