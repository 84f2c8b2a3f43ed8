-- What the watch asks: numbers only, of everything at once, for the login that runs the watch.

CREATE OR REPLACE FUNCTION health_facts() RETURNS TABLE (what text, value bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH waiting AS (  -- what should be in an inbox by now
    SELECT m.created_at AS since FROM public.referrals_message m
      JOIN public.referrals_notification n ON n.id = m.notification_id
     WHERE m.frozen_at IS NULL AND NOT m.needs_human AND n.state <> 'cancelled'
       AND n.commission_id IS NOT NULL AND NOT (m.number = 1 AND (n.held OR n.paper_on IS NOT NULL))
    UNION ALL
    SELECT m.frozen_at FROM public.referrals_delivery d
      JOIN public.referrals_message m ON m.id = d.message_id
     WHERE d.channel = 'portal' AND d.state IN ('due', 'sending'))
  SELECT 'undelivered', coalesce(extract(epoch FROM now() - min(since))::bigint, 0) FROM waiting
  UNION ALL
  SELECT 'outside', coalesce(extract(epoch FROM now() - min(m.frozen_at))::bigint, 0)
    FROM public.referrals_delivery d JOIN public.referrals_message m ON m.id = d.message_id
   WHERE d.channel <> 'portal' AND d.state IN ('due', 'sending')
  UNION ALL
  SELECT 'needs_human', (SELECT count(*) FROM public.referrals_delivery d WHERE d.state = 'needs_human')
       + (SELECT count(*) FROM public.referrals_message m WHERE m.frozen_at IS NULL AND m.needs_human)
  UNION ALL
  SELECT 'relay', coalesce(extract(epoch FROM now() - (
    SELECT h.at FROM public.referrals_heartbeat h WHERE h.process = 'relay'))::bigint, 1000000)
  UNION ALL
  SELECT 'children', count(*) FROM public.cases_case c
   WHERE public.is_told_of(c.child_status, c.victim_status) AND 2 > (
     SELECT count(DISTINCT n.body) FROM public.referrals_notification n
      WHERE n.case_id = c.id AND n.episode = c.episode AND n.district = c.district)
  UNION ALL
  SELECT 'unacknowledged', coalesce(extract(epoch FROM now() - min(n.triggered_at))::bigint, 0)
    FROM public.referrals_notification n WHERE n.state IN ('owed', 'sent') AND NOT n.held
$$;
REVOKE ALL ON FUNCTION health_facts() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION health_facts() TO aidcenter_worker;
