-- What the triggers of cases call. Run by a migration as the owner; every function has a fixed search_path.

-- The next number of a series in a year. The row stays locked until the transaction ends: no gaps.
CREATE OR REPLACE FUNCTION next_number(p_series text, p_year smallint) RETURNS text
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  INSERT INTO public.aidcenter_counter AS c (series, year, last) VALUES (p_series, p_year, 1)
  ON CONFLICT (series, year) DO UPDATE SET last = c.last + 1
  RETURNING format('%s-%s-%s', series, year, lpad(last::text, greatest(4, length(last::text)), '0'))
$$;
REVOKE ALL ON FUNCTION next_number(text, smallint) FROM PUBLIC;

CREATE OR REPLACE VIEW case_permission AS
  SELECT p.id, p.codename FROM auth_permission p JOIN django_content_type t ON t.id = p.content_type_id
  WHERE t.app_label = 'cases' AND t.model = 'case';

-- Every grant that reaches a person, directly or through the supervisors of a team (absence.sql: or as a deputy).
CREATE OR REPLACE VIEW case_granted AS
  SELECT g.user_id, g.case_id, p.codename, coalesce(g.expires_at, '9999-12-31 00:00Z') AS until
    FROM cases_caseusergrant g JOIN auth_permission p ON p.id = g.permission_id
  UNION ALL
  SELECT m.staff_id, g.case_id, p.codename, coalesce(g.expires_at, '9999-12-31 00:00Z')
    FROM cases_caseteamgrant g JOIN auth_permission p ON p.id = g.permission_id
    JOIN aidcenter_staff_groups m ON m.group_id = g.group_id;

-- When a case is due on a worklist: an open one without a day comes last, a closed one (NULL) never.
CREATE OR REPLACE FUNCTION case_worklist_due(p_state text, p_due date) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN p_state NOT IN ('closed', 'closed_referred') THEN coalesce(p_due, 'infinity') END;

-- Nobody opens a case for a victim of other people's cases: it would open that person's data.
CREATE OR REPLACE FUNCTION may_open_case(p_victim uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT NOT EXISTS (SELECT FROM public.cases_case c WHERE c.victim_id = p_victim
                      AND NOT EXISTS (SELECT FROM public.cases_caseaccess a WHERE a.case_id = c.id
                                         AND a.user_id = public.app_uid() AND a.change_until > now()))
$$;

-- The derived table as it must be: each permission lasts as long as the longest grant of it.
CREATE OR REPLACE VIEW case_access_wanted AS
  SELECT g.user_id, g.case_id,
         max(until) FILTER (WHERE codename = 'view_case') AS view_until,
         max(until) FILTER (WHERE codename = 'change_case') AS change_until,
         max(until) FILTER (WHERE codename = 'view_legal') AS legal_until,
         max(until) FILTER (WHERE codename = 'view_medical') AS medical_until,
         max(until) FILTER (WHERE codename = 'view_psychological') AS psychological_until,
         case_worklist_due(c.state, c.next_due) AS next_due
    FROM case_granted g JOIN cases_case c ON c.id = g.case_id
   GROUP BY g.user_id, g.case_id, c.state, c.next_due;

-- Held, shared, by whoever is just given access; an order that stops access waits for them (orders.sql).
CREATE OR REPLACE FUNCTION access_lock() RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 7022024;

CREATE OR REPLACE FUNCTION access_refresh(p_user bigint, p_case uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$ BEGIN
  PERFORM pg_advisory_xact_lock_shared(public.access_lock());
  DELETE FROM public.cases_caseaccess a WHERE a.user_id = p_user AND a.case_id = p_case;
  INSERT INTO public.cases_caseaccess
      (user_id, case_id, view_until, change_until, legal_until, medical_until, psychological_until, next_due)
  SELECT user_id, case_id, view_until, change_until, legal_until, medical_until, psychological_until, next_due
    FROM public.case_access_wanted w WHERE w.user_id = p_user AND w.case_id = p_case;
END $$;
REVOKE ALL ON FUNCTION access_refresh(bigint, uuid) FROM PUBLIC;

CREATE OR REPLACE FUNCTION access_refresh_person(p_user bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$ BEGIN
  PERFORM pg_advisory_xact_lock_shared(public.access_lock());
  DELETE FROM public.cases_caseaccess a WHERE a.user_id = p_user;
  INSERT INTO public.cases_caseaccess
      (user_id, case_id, view_until, change_until, legal_until, medical_until, psychological_until, next_due)
  SELECT user_id, case_id, view_until, change_until, legal_until, medical_until, psychological_until, next_due
    FROM public.case_access_wanted w WHERE w.user_id = p_user;
END $$;
REVOKE ALL ON FUNCTION access_refresh_person(bigint) FROM PUBLIC;

-- All of it anew: after a bulk load with triggers off, and for the check that nothing has drifted.
CREATE OR REPLACE FUNCTION access_rebuild() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$ BEGIN
  DELETE FROM public.cases_caseaccess;
  INSERT INTO public.cases_caseaccess
      (user_id, case_id, view_until, change_until, legal_until, medical_until, psychological_until, next_due)
  SELECT user_id, case_id, view_until, change_until, legal_until, medical_until, psychological_until, next_due
    FROM public.case_access_wanted;
END $$;
REVOKE ALL ON FUNCTION access_rebuild() FROM PUBLIC;
