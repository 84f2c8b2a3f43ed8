-- Old cases from a spreadsheet (cases/imports.py). Run by a migration as the owner; each may run again.

-- The rows of an import, once, to whoever uploaded them: with that they are gone from here, and this very
-- transaction may register their cases. NULL: there is nothing (more) to import.
CREATE OR REPLACE FUNCTION import_take(p_import uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE v_rows text;
BEGIN
  SELECT rows INTO v_rows FROM public.cases_caseimport
   WHERE id = p_import AND state = 'checked' AND author_id = public.app_uid()
     AND public.app_role() = 'supervisor' FOR UPDATE;
  UPDATE public.cases_caseimport SET state = 'done', done_at = now(), rows = ''
   WHERE id = p_import AND v_rows IS NOT NULL;
  RETURN v_rows;
END $$;

-- Give up one's own import before it is done; false: there is none.
CREATE OR REPLACE FUNCTION import_drop(p_import uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE public.cases_caseimport SET state = 'dropped', rows = ''
   WHERE id = p_import AND state = 'checked' AND author_id = public.app_uid();
  RETURN FOUND;
END $$;

-- What was not imported within a day is forgotten; returns how many. Anybody may call it: it does what is due.
CREATE OR REPLACE FUNCTION imports_expire() RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE v_dropped int;
BEGIN
  UPDATE public.cases_caseimport SET state = 'dropped', rows = ''
   WHERE state = 'checked' AND uploaded_at < now() - interval '1 day';
  GET DIAGNOSTICS v_dropped = ROW_COUNT;
  RETURN v_dropped;
END $$;

-- Undo an import, by a supervisor of its team: its cases and people are gone as though they had not been
-- entered. What anybody has written of one of them since names the case: then nothing is undone.
CREATE OR REPLACE FUNCTION import_undo(p_import uuid) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE v_cases uuid[]; v_victims uuid[];
BEGIN
  UPDATE public.cases_caseimport SET state = 'undone', undone_at = now(), undone_by_id = public.app_uid()
   WHERE id = p_import AND state = 'done' AND NOT touched AND public.app_role() = 'supervisor'
     AND team_id IN (SELECT public.my_teams());
  IF NOT FOUND THEN
    RAISE check_violation USING CONSTRAINT = 'import_can_be_undone', MESSAGE = 'This import cannot be undone.';
  END IF;
  SELECT array_agg(id), array_agg(victim_id) INTO v_cases, v_victims
    FROM public.cases_case WHERE imported_in_id = p_import;
  DELETE FROM public.cases_possiblematch
   WHERE decided_at IS NULL AND (case_id = ANY (v_cases) OR other_id = ANY (v_cases));
  DELETE FROM public.cases_caseusergrant WHERE case_id = ANY (v_cases) AND source = 'assignment';
  DELETE FROM public.cases_caseteamgrant WHERE case_id = ANY (v_cases) AND source = 'assignment';
  DELETE FROM public.cases_case WHERE id = ANY (v_cases);
  DELETE FROM public.cases_statusdecision WHERE case_id = ANY (v_cases);
  DELETE FROM public.cases_datakey WHERE victim_id = ANY (v_victims);
  DELETE FROM public.cases_victim WHERE id = ANY (v_victims);
  SET CONSTRAINTS ALL IMMEDIATE;
  SET CONSTRAINTS ALL DEFERRED;
  RETURN coalesce(cardinality(v_cases), 0);
END $$;

-- How many of the people of a sheet may be known already, by the rule of check_duplicates (search.sql);
-- never which. p_people: [{"marks": [...], "year": 1990, "phone": 17}, ...]
CREATE OR REPLACE FUNCTION count_known(p_people jsonb) RETURNS int
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT count(*)::int
    FROM jsonb_array_elements(p_people) e,
         LATERAL (SELECT ARRAY(SELECT jsonb_array_elements_text(e -> 'marks')::int) AS marks,
                         (e ->> 'year')::int AS year, (e ->> 'phone')::int AS phone) AS p
   WHERE public.app_role() = 'supervisor' AND (
         EXISTS (SELECT FROM unnest(p.marks) one JOIN unnest(p.marks) two ON one < two
                   JOIN public.cases_victim w ON w.marks @> ARRAY[one, two]
                  WHERE w.birth_year IS NULL OR p.year IS NULL OR abs(w.birth_year - p.year) <= 2)
         OR EXISTS (SELECT FROM public.cases_victim w WHERE p.phone IS NOT NULL AND w.marks @> ARRAY[p.phone]))
$$;
