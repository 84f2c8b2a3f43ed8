-- The state bodies by the day. Run by a migration as the owner; may run again.

-- Who acts today for the body `p_id`: itself, whoever followed it in its district, or who took over from it.
CREATE OR REPLACE FUNCTION commission_now(p_id uuid) RETURNS uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  k public.referrals_commission;
  v_next uuid := p_id;
  v_there uuid;
  v_today date := (now() AT TIME ZONE 'Asia/Baku')::date;
BEGIN
  FOR step IN 1..9 LOOP  -- a chain longer than this is an error, and owed until it is mended
    SELECT * INTO k FROM public.referrals_commission WHERE id = v_next;
    IF NOT FOUND THEN RETURN NULL; END IF;
    SELECT c.id INTO v_there FROM public.referrals_commission c
     WHERE c.body = k.body AND c.district = k.district AND c.active_from <= v_today
       AND (c.active_until IS NULL OR c.active_until > v_today);
    IF v_there IS NOT NULL THEN RETURN v_there; END IF;
    v_next := k.successor_id;
  END LOOP;
  RETURN NULL;
END $$;

-- Whom a child of the district is told to today; NULL: nobody, and it is owed all the same.
CREATE OR REPLACE FUNCTION commission_for(p_body text, p_district text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT public.commission_now(k.id) FROM public.referrals_commission k
   WHERE k.body = p_body AND k.district = p_district AND k.active_from <= (now() AT TIME ZONE 'Asia/Baku')::date
   ORDER BY k.active_from DESC LIMIT 1
$$;

-- On which ways the body can be reached now, in its order.
CREATE OR REPLACE FUNCTION ways_to(p_commission uuid) RETURNS TABLE (way varchar)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT w.way FROM public.referrals_commission k, unnest(k.channels) WITH ORDINALITY AS w(way, place)
   WHERE k.id = p_commission AND (w.way <> 'email' OR k.email <> '')
     AND (w.way <> 'webhook' OR EXISTS (SELECT FROM public.referrals_webhook h WHERE h.commission_id = k.id))
   ORDER BY w.place
$$;

-- The last message of an open notification is brought to the body that has taken over, on its own ways.
CREATE OR REPLACE FUNCTION told_anew(p_notification uuid, p_commission uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  INSERT INTO public.referrals_delivery (id, message_id, channel, state, due_at, fence, tries)
  SELECT gen_random_uuid(), m.id, w.way, 'due', now(), 0, 0
    FROM public.ways_to(p_commission) w,
         (SELECT id FROM public.referrals_message
           WHERE notification_id = p_notification AND frozen_at IS NOT NULL ORDER BY number DESC LIMIT 1) m
  ON CONFLICT (message_id, channel) DO UPDATE SET state = 'due', due_at = now(), lease_until = NULL
    WHERE public.referrals_delivery.state IN ('done', 'needs_human');
$$;
REVOKE ALL ON FUNCTION told_anew(uuid, uuid) FROM PUBLIC;

-- What the day asks: names that are in force now, and what is open of bodies that have ended goes over to
-- whoever acts for them; unsent and nobody there, it waits for a body. Does nothing more when done again.
CREATE OR REPLACE FUNCTION commissions_by_the_day() RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  n record;
  v_today date := (now() AT TIME ZONE 'Asia/Baku')::date;
  v_moved int := 0;
BEGIN
  UPDATE public.referrals_commission c SET name_az = c.name_az  -- the trigger `kept` takes the name of the day
    FROM (SELECT DISTINCT ON (commission_id) * FROM public.referrals_commissionname
           WHERE since <= v_today ORDER BY commission_id, since DESC, id DESC) m
   WHERE m.commission_id = c.id
     AND (c.name_az, c.name_ru, c.name_en, c.address) IS DISTINCT FROM (m.name_az, m.name_ru, m.name_en, m.address);
  FOR n IN
    SELECT o.id, o.state, public.commission_now(o.commission_id) AS now_id
      FROM public.referrals_commission k JOIN public.referrals_notification o ON o.commission_id = k.id
     WHERE k.active_until <= v_today AND o.state IN ('owed', 'sent', 'acknowledged')
       FOR UPDATE OF o SKIP LOCKED
  LOOP
    IF n.now_id IS NOT NULL THEN
      UPDATE public.referrals_notification SET commission_id = n.now_id WHERE id = n.id;
      PERFORM public.told_anew(n.id, n.now_id);
    ELSIF n.state = 'owed' AND NOT EXISTS (
        SELECT FROM public.referrals_message m WHERE m.notification_id = n.id AND m.frozen_at IS NOT NULL) THEN
      UPDATE public.referrals_notification SET commission_id = NULL WHERE id = n.id;
    ELSE
      CONTINUE;
    END IF;
    v_moved := v_moved + 1;
  END LOOP;
  UPDATE public.referrals_member m SET commission_id = public.commission_now(k.id)
    FROM public.referrals_commission k
   WHERE k.id = m.commission_id AND k.active_until <= v_today AND k.members_follow
     AND public.commission_now(k.id) IS NOT NULL;
  IF v_moved > 0 THEN PERFORM pg_notify('aidcenter_outbox', ''); END IF;
  RETURN v_moved;
END $$;

-- Districts of the centre in which nobody is told of a child, and how many notifications are owed there: to
-- supervisors and directors; to the administrator, who sees nothing of any case, without the number.
CREATE OR REPLACE FUNCTION districts_unserved() RETURNS TABLE (district varchar, body text, owed int)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT s.district, b.body, CASE WHEN public.app_role() <> 'administrator' THEN (
           SELECT count(*)::int FROM public.referrals_notification n
            WHERE n.state = 'owed' AND n.district = s.district AND n.body = b.body) END
    FROM public.referrals_districtseen s, unnest(ARRAY['guardianship', 'minors_commission']) AS b(body)
   WHERE public.app_role() IN ('supervisor', 'director', 'administrator')
     AND public.commission_for(b.body, s.district) IS NULL
   ORDER BY 1, 2
$$;

-- What was there before.
INSERT INTO referrals_districtseen (district)
SELECT district FROM cases_case UNION SELECT district FROM referrals_notification ON CONFLICT DO NOTHING;
INSERT INTO referrals_commissionname (commission_id, since, name_az, name_ru, name_en, address)
SELECT c.id, c.active_from, c.name_az, c.name_ru, c.name_en, c.address FROM referrals_commission c
 WHERE NOT EXISTS (SELECT FROM referrals_commissionname n WHERE n.commission_id = c.id);
