-- The ministry's report. Its definitions stand in rehabilitation/reports.py beside each figure; a change here
-- is a change there.

-- Who was under care between two days (both included), whether new in that time or carried over from before,
-- whether helped, and the case that speaks for them: the one begun last. Runs as who asks: row-level security
-- leaves a person with cases what they read, and the owner everybody.
CREATE OR REPLACE FUNCTION report_people(p_from date, p_until date)
RETURNS TABLE (victim_id uuid, case_id uuid, began date, carried boolean, helped boolean)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  WITH closed AS (
    SELECT k.case_id, k.episode, (k.decided_at AT TIME ZONE 'Asia/Baku')::date AS ended
      FROM public.cases_closure k WHERE k.approved
  ), episode AS (  -- one between the first and the last begins when the one before it ended
    SELECT c.victim_id, c.id AS case_id, own.ended,
           CASE n WHEN 1 THEN c.opened_on WHEN c.episode THEN c.reopened_on ELSE before.ended END AS began
      FROM public.cases_case c
      CROSS JOIN LATERAL generate_series(1, c.episode) n
      LEFT JOIN closed own ON (own.case_id, own.episode) = (c.id, n)
      LEFT JOIN closed before ON (before.case_id, before.episode) = (c.id, n - 1)
     WHERE c.opened_on <= p_until
  )
  SELECT DISTINCT ON (e.victim_id) e.victim_id, e.case_id, e.began,
         bool_or(e.began < p_from) OVER (PARTITION BY e.victim_id),
         EXISTS (SELECT FROM public.rehabilitation_service s JOIN public.cases_case c ON c.id = s.case_id
                  WHERE c.victim_id = e.victim_id AND s.state = 'delivered' AND s.struck_at IS NULL
                    AND s.delivered_on BETWEEN p_from AND p_until)
    FROM episode e
   WHERE e.began <= p_until AND (e.ended IS NULL OR e.ended >= p_from)
   ORDER BY e.victim_id, e.began DESC, e.case_id
$$;

-- In which rows of the report each of them stands.
CREATE OR REPLACE FUNCTION report_rows(p_from date, p_until date)
RETURNS TABLE (victim_id uuid, case_id uuid, carried boolean, helped boolean, dimension text, code text)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT p.victim_id, p.case_id, p.carried, p.helped, d.dimension, d.code
    FROM public.report_people(p_from, p_until) p
    JOIN public.cases_case c ON c.id = p.case_id
    JOIN public.cases_victim v ON v.id = p.victim_id
    CROSS JOIN LATERAL (
      SELECT coalesce(
        (SELECT s.status FROM public.cases_statusdecision s WHERE s.victim_id = v.id
            AND coalesce(s.decided_on, (s.entered_at AT TIME ZONE 'Asia/Baku')::date) <= p_until
          ORDER BY coalesce(s.decided_on, (s.entered_at AT TIME ZONE 'Asia/Baku')::date) DESC,
                   s.entered_at DESC LIMIT 1),
        (SELECT s.status FROM public.cases_statusdecision s WHERE s.victim_id = v.id
          ORDER BY s.entered_at LIMIT 1), c.victim_status) AS status,
        extract(year FROM p.began)::int - c.birth_year AS age) of
    CROSS JOIN LATERAL (
      VALUES ('all', ''), ('status', of.status), ('sex', v.sex),
             ('age', CASE WHEN c.child_status <> 'adult' THEN '0–17' WHEN of.age IS NULL THEN ''
                          WHEN of.age < 25 THEN '18–24' WHEN of.age < 35 THEN '25–34'
                          WHEN of.age < 45 THEN '35–44' ELSE '45+' END),
             ('country', c.exploitation_country), ('source', c.referral_source), ('district', c.district)
      UNION ALL
      SELECT 'citizenship', unnest(CASE v.citizenship WHEN '{}' THEN '{""}' ELSE v.citizenship END)
      UNION ALL
      SELECT DISTINCT 'form', unnest(CASE x.types WHEN '{}' THEN '{""}' ELSE x.types END)
        FROM (SELECT coalesce((SELECT e.types FROM public.cases_exploitationprofile e
                                WHERE e.case_id = c.id AND e.struck_at IS NULL
                                ORDER BY e.written_at DESC LIMIT 1), '{}') AS types) x) d (dimension, code)
$$;

-- The whole report, to those who may see figures.
CREATE OR REPLACE FUNCTION report_content(p_from date, p_until date) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT jsonb_build_object(
    'persons', (
      SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY t.dimension, t.code), '[]') FROM (
        SELECT r.dimension, r.code, count(*) FILTER (WHERE NOT r.carried) AS new,
               count(*) FILTER (WHERE r.carried) AS carried, count(*) FILTER (WHERE r.helped) AS helped
          FROM public.report_rows(p_from, p_until) r GROUP BY r.dimension, r.code) t),
    'services', (
      SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY t.code), '[]') FROM (
        SELECT s.type AS code, count(DISTINCT c.victim_id) AS persons, count(*) AS services
          FROM public.rehabilitation_service s JOIN public.cases_case c ON c.id = s.case_id
         WHERE s.state = 'delivered' AND s.struck_at IS NULL AND s.delivered_on BETWEEN p_from AND p_until
         GROUP BY s.type) t),
    'dependants', (
      SELECT jsonb_build_object('new', count(*) FILTER (WHERE NOT p.carried),
               'carried', count(*) FILTER (WHERE p.carried), 'helped', count(*) FILTER (WHERE p.helped))
        FROM public.report_people(p_from, p_until) p
        JOIN public.cases_connectedperson k ON k.case_id = p.case_id AND k.dependant AND k.struck_at IS NULL
        ))
   WHERE public.may_see_figures()
$$;

-- Services delivered between two days in the whole centre: by type, month, team, and who gave them.
CREATE OR REPLACE FUNCTION services_figured(p_from date, p_until date)
RETURNS TABLE (dimension text, code text, persons bigint, services bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT d.dimension, d.code, count(DISTINCT c.victim_id), count(*)
    FROM public.rehabilitation_service s JOIN public.cases_case c ON c.id = s.case_id
    CROSS JOIN LATERAL (VALUES ('all', ''), ('type', s.type), ('month', to_char(s.delivered_on, 'YYYY-MM')),
                         ('team', c.team_id::text), ('worker', coalesce(s.given_by_id::text, ''))) d (dimension, code)
   WHERE s.state = 'delivered' AND s.struck_at IS NULL AND s.delivered_on BETWEEN p_from AND p_until
     AND public.may_see_figures()
   GROUP BY d.dimension, d.code
$$;
