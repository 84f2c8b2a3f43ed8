-- Access stopped by order (cases/orders.py): while an order is in force, only its keepers reach the case.
-- Run by a migration as the owner, after access.sql and absence.sql; may run again.

CREATE OR REPLACE FUNCTION access_stopped(p_case uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM public.cases_accessorder o WHERE o.case_id = p_case AND o.in_force)
$$;
REVOKE ALL ON FUNCTION access_stopped(uuid) FROM PUBLIC;

-- The derived table as it must be: as in access.sql, without what an order has stopped.
CREATE OR REPLACE VIEW case_access_wanted AS
  SELECT g.user_id, g.case_id,
         max(until) FILTER (WHERE codename = 'view_case') AS view_until,
         max(until) FILTER (WHERE codename = 'change_case') AS change_until,
         max(until) FILTER (WHERE codename = 'view_legal') AS legal_until,
         max(until) FILTER (WHERE codename = 'view_medical') AS medical_until,
         max(until) FILTER (WHERE codename = 'view_psychological') AS psychological_until,
         case_worklist_due(c.state, c.next_due) AS next_due
    FROM case_granted g JOIN cases_case c ON c.id = g.case_id
   WHERE NOT EXISTS (SELECT FROM cases_accessorder o
                      WHERE o.case_id = g.case_id AND o.in_force AND g.user_id <> ALL (o.keepers))
   GROUP BY g.user_id, g.case_id, c.state, c.next_due;

-- Everybody's access to one case anew. The lock waits for whoever is just given access (access.sql), who
-- would not see the order yet.
CREATE OR REPLACE FUNCTION access_refresh_case(p_case uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$ BEGIN
  PERFORM pg_advisory_xact_lock(public.access_lock());
  DELETE FROM public.cases_caseaccess a WHERE a.case_id = p_case;
  INSERT INTO public.cases_caseaccess
      (user_id, case_id, view_until, change_until, legal_until, medical_until, psychological_until, next_due)
  SELECT user_id, case_id, view_until, change_until, legal_until, medical_until, psychological_until, next_due
    FROM public.case_access_wanted w WHERE w.case_id = p_case;
END $$;
REVOKE ALL ON FUNCTION access_refresh_case(uuid) FROM PUBLIC;

-- Whether each of these people is a supervisor who may change the case: somebody has to be left.
CREATE OR REPLACE FUNCTION may_keep(p_case uuid, p_people bigint[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT cardinality(p_people) BETWEEN 1 AND 3 AND NOT EXISTS (
    SELECT FROM unnest(p_people) k WHERE NOT EXISTS (
      SELECT FROM public.case_granted g JOIN public.aidcenter_staff s ON s.id = g.user_id
       WHERE (g.case_id, g.user_id, g.codename, s.role) = (p_case, k, 'change_case', 'supervisor')
         AND s.is_active AND g.until > now()))
$$;
REVOKE ALL ON FUNCTION may_keep(uuid, bigint[]) FROM PUBLIC;

-- The cases that the asking person would read, were it not for an order.
CREATE OR REPLACE FUNCTION stopped_for_me() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT o.case_id FROM public.cases_accessorder o
   WHERE o.in_force AND EXISTS (
     SELECT FROM public.case_granted g
      WHERE (g.case_id, g.user_id, g.codename) = (o.case_id, public.app_uid(), 'view_case') AND g.until > now())
$$;

-- The orders that the asking person may put in force: entered by somebody else, for the director or a
-- supervisor with the case.
CREATE OR REPLACE FUNCTION orders_to_decide() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT o.id FROM public.cases_accessorder o
   WHERE o.decided_at IS NULL AND o.author_id <> public.app_uid() AND (
     public.app_role() = 'director' OR public.app_role() = 'supervisor' AND EXISTS (
       SELECT FROM public.case_granted g
        WHERE (g.case_id, g.user_id, g.codename) = (o.case_id, public.app_uid(), 'change_case')
          AND g.until > now()))
$$;

-- Whoever decides an order reads its scan, without reading the case.
CREATE OR REPLACE FUNCTION scans_to_decide() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT document_id FROM public.cases_accessorder WHERE id IN (SELECT public.orders_to_decide())
$$;
CREATE OR REPLACE FUNCTION keys_lent_to_me() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT victim_id FROM public.cases_accessorder WHERE id IN (SELECT public.orders_to_decide())
$$;
