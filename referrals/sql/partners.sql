-- Referrals to partners. Run by a migration as the owner; may run again.

-- Whether a partner may go on reading of a case: no order has stopped access.
CREATE OR REPLACE FUNCTION partner_goes_on(p_case uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT NOT public.access_stopped(p_case)
$$;
