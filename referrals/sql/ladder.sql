-- Who telephones, and about what. Run by a migration as the owner; may run again.

-- Who has duty in a house at this moment. The roster is another app's: bound when it is called.
CREATE OR REPLACE FUNCTION on_duty() RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$ BEGIN
  RETURN QUERY SELECT s.person_id FROM public.rehabilitation_shift s
    JOIN public.aidcenter_staff p ON p.id = s.person_id
   WHERE s.starts <= now() AND s.ends > now() AND p.is_active AND p.role = 'house';
END $$;
REVOKE ALL ON FUNCTION on_duty() FROM PUBLIC;

-- Commission.is_open, to the database; a district without a body has no night.
CREATE OR REPLACE FUNCTION office_open(p_commission uuid, p_at timestamptz) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce((
    SELECT extract(isodow FROM t.here)::smallint = ANY (k.office_days)
           AND k.opens_at <= t.here::time AND t.here::time < k.closes_at
      FROM public.referrals_commission k, (SELECT p_at AT TIME ZONE 'Asia/Baku') AS t(here)
     WHERE k.id = p_commission), true)
$$;

-- Since when "telephone now" stands: until the body was reached, or acknowledges. Who calls and reaches
-- nobody is left in peace for a while. As the caller, who sees the steps and calls of their cases.
CREATE OR REPLACE FUNCTION telephone_since(p_notification uuid) RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT max(s.climbed_at) FROM public.referrals_ladderstep s
    JOIN public.referrals_notification n ON n.id = s.notification_id
   WHERE s.notification_id = p_notification AND s.step IN ('night', 'telephone')
     AND n.state IN ('owed', 'sent') AND NOT n.held
     AND NOT EXISTS (SELECT FROM public.referrals_call c
                      WHERE c.notification_id = p_notification
                        AND (c.reached AND c.recorded_at >= s.climbed_at
                             OR c.quiet_until > now()
                                AND (NOT c.reached OR NOT public.office_open(n.commission_id, now()))))
$$;

-- What somebody who reads no case is told of the notifications that need them: to who has duty, those that
-- nobody has telephoned about while the office is closed; to the director, those that came up to them.
CREATE OR REPLACE FUNCTION notifications_to_call()
RETURNS TABLE (id uuid, reference varchar, body varchar, district varchar, commission_id uuid,
               triggered_at timestamptz, telephone boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  v_role text := public.app_role();
BEGIN
  IF v_role IS NULL OR v_role <> 'director'
      AND (v_role <> 'house' OR NOT public.app_uid() IN (SELECT public.on_duty())) THEN
    RETURN;
  END IF;
  RETURN QUERY
    SELECT n.id, n.reference, n.body, n.district, n.commission_id, n.triggered_at, t.since IS NOT NULL
      FROM public.referrals_notification n
      CROSS JOIN LATERAL (SELECT public.telephone_since(n.id)) AS t(since)
     WHERE n.state IN ('owed', 'sent') AND NOT n.held AND CASE v_role
       WHEN 'house' THEN t.since IS NOT NULL AND NOT public.office_open(n.commission_id, now())
       ELSE EXISTS (SELECT FROM public.referrals_ladderstep s
                     WHERE s.notification_id = n.id AND s.step = 'director') END
     ORDER BY n.triggered_at;
END $$;
