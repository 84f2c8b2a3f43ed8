-- Who may decide a plan, and whose reviews are due. Run by a migration as the owner; may run again.

-- Whether somebody besides the author, who is not away, supervises the case: of its team, or as a deputy.
CREATE OR REPLACE FUNCTION has_supervisor_beside(p_case uuid, p_author bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM public.cases_caseaccess a JOIN public.aidcenter_staff s ON s.id = a.user_id
                  WHERE a.case_id = p_case AND a.user_id <> p_author AND a.change_until > now()
                    AND s.is_active AND s.role = 'supervisor'
                    AND NOT EXISTS (SELECT FROM public.cases_absence b
                                     WHERE b.person_id = s.id AND b.started AND b.ended_at IS NULL
                                       AND b.last_day >= (now() AT TIME ZONE 'Asia/Baku')::date))
$$;
REVOKE ALL ON FUNCTION has_supervisor_beside(uuid, bigint) FROM PUBLIC;

-- The reviews that are due by a day: whose, of which case, when; for the worker alone, which reads no plan.
CREATE OR REPLACE FUNCTION reviews_due_by(p_day date) RETURNS TABLE (owner_id bigint, number text, review_due date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT c.owner_id, c.number, p.review_due
    FROM public.rehabilitation_plan p JOIN public.cases_case c ON c.id = p.case_id
   WHERE p.state IN ('active', 'under_review') AND p.review_due <= p_day
     AND session_user = 'aidcenter_worker'
   ORDER BY c.number
$$;

-- The plans that are the director's to decide; the transaction that decides one still reads it. Access that
-- was stopped by order is stopped here too.
CREATE OR REPLACE FUNCTION plans_for_director() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT p.id FROM public.rehabilitation_plan p
   WHERE p.for_director AND public.app_role() = 'director' AND NOT public.access_stopped(p.case_id)
     AND (p.state = 'submitted' OR p.decided_at >= transaction_timestamp())
$$;
