-- The search over marks (cases/search.py). && on an array is not leakproof: under row-level security it
-- would scan every row, so these run as the owner and look at the access themselves.

-- The cases that the asking person may read whose people share marks with every (or any) word of the
-- question: the marks of word i are p_marks[p_ends[i-1]+1 : p_ends[i]]. With any word (asked when none has
-- all) one hit is as good as another: the first 150, without reading the rest.
CREATE OR REPLACE FUNCTION find_cases(p_marks int[], p_ends int[], p_every boolean)
RETURNS TABLE (case_id uuid, victim_id uuid, hits int)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
-- A few thousand look-ups; the planner, who takes them for more, would read every case instead.
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET max_parallel_workers_per_gather = 0 AS $$
DECLARE
  v_words text := '';
  v_begin int := 1;
  v_end int;
BEGIN
  IF cardinality(p_ends) = 0 OR cardinality(p_ends) > 8 OR cardinality(p_marks) > 20000 THEN RETURN; END IF;
  FOREACH v_end IN ARRAY p_ends LOOP
    v_words := v_words || CASE WHEN v_words = '' THEN '' WHEN p_every THEN ' AND ' ELSE ' OR ' END
      || format('v.marks && %L::int[]', p_marks[v_begin:v_end]);
    v_begin := v_end + 1;
  END LOOP;
  RETURN QUERY EXECUTE format(
    'SELECT c.id, v.id, (SELECT count(*) FROM unnest(v.marks) m WHERE m = ANY ($1))::int AS hits
       FROM public.cases_victim v JOIN public.cases_case c ON c.victim_id = v.id
       JOIN public.cases_caseaccess a ON a.case_id = c.id AND a.user_id = $2 AND a.view_until > now()
      WHERE %s %s', v_words, CASE WHEN p_every THEN 'ORDER BY hits DESC, c.id LIMIT 500' ELSE 'LIMIT 150' END)
    USING p_marks, public.app_uid();
END $$;

-- Whether somebody who may be the same person is known already; never who. Each possible match is written
-- down for the supervisor of the other case, who decides. The same: two names in common and a birth year
-- at most two apart (or unknown), or the same phone.
CREATE OR REPLACE FUNCTION check_duplicates(p_case uuid, p_phone int) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  v public.cases_victim;
BEGIN
  SELECT w.* INTO v FROM public.cases_case c JOIN public.cases_victim w ON w.id = c.victim_id
    JOIN public.cases_caseaccess a ON a.case_id = c.id AND a.user_id = public.app_uid() AND a.change_until > now()
   WHERE c.id = p_case;
  IF NOT FOUND OR cardinality(v.marks) = 0 THEN RETURN false; END IF;
  -- Pair by pair: the index finds who has both, where it would fetch everybody who has one of them.
  INSERT INTO public.cases_possiblematch (id, case_id, other_id)
  SELECT gen_random_uuid(), p_case, o.id
    FROM (SELECT w.id, count(*) AS pairs
            FROM unnest(v.marks) one JOIN unnest(v.marks) two ON one < two
            JOIN public.cases_victim w ON w.marks @> ARRAY[one, two]
           WHERE w.birth_year IS NULL OR v.birth_year IS NULL OR abs(w.birth_year - v.birth_year) <= 2
           GROUP BY w.id
          UNION ALL
          SELECT w.id, 100 FROM public.cases_victim w WHERE w.marks @> ARRAY[p_phone]) AS found
    JOIN LATERAL (SELECT c.id FROM public.cases_case c WHERE c.victim_id = found.id ORDER BY c.opened_on DESC LIMIT 1) o
      ON found.id <> v.id
   GROUP BY o.id ORDER BY max(found.pairs) DESC, o.id LIMIT 5
  ON CONFLICT DO NOTHING;
  RETURN EXISTS (SELECT FROM public.cases_possiblematch p WHERE p.case_id = p_case);
END $$;

-- Whom to talk to about a possible match: to those who may change the other case.
CREATE OR REPLACE FUNCTION match_contact(p_match uuid) RETURNS TABLE (number varchar, caseworker varchar, team varchar)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT c.number, s.display_name, t.name
    FROM public.cases_possiblematch p JOIN public.cases_case c ON c.id = p.case_id
    JOIN public.aidcenter_staff s ON s.id = c.owner_id JOIN public.aidcenter_team t ON t.id = c.team_id
   WHERE p.id = p_match AND EXISTS (SELECT FROM public.cases_caseaccess a WHERE a.case_id = p.other_id
                                       AND a.user_id = public.app_uid() AND a.change_until > now())
$$;
