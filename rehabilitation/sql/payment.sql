-- Payments and orders, and what was paid in a year. Run by a migration as the owner; may run again.

-- Whether people without the case may go on with a payment of it: no order has stopped access.
CREATE OR REPLACE FUNCTION payment_goes_on(p_case uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT NOT public.access_stopped(p_case)
$$;

-- Persons, payments and AZN by kind: of the year (month 0), and of each month. Amounts are for those who
-- answer for them; others get counts only.
CREATE OR REPLACE FUNCTION payments_counted(p_year int)
RETURNS TABLE (kind text, month int, persons bigint, payments bigint, azn numeric)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT p.kind, coalesce(extract(month FROM p.paid_on)::int, 0), count(DISTINCT p.victim_id), count(*),
         CASE WHEN public.app_role() IN ('director', 'accountant') THEN sum(p.amount) END
    FROM public.rehabilitation_payment p
   WHERE p.state = 'paid' AND p.paid_on >= make_date(p_year, 1, 1) AND p.paid_on < make_date(p_year + 1, 1, 1)
     AND (public.may_see_figures() OR public.app_role() = 'accountant')
   GROUP BY GROUPING SETS ((p.kind), (p.kind, extract(month FROM p.paid_on)::int))
$$;
