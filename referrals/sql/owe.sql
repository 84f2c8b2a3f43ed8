-- What the trigger on cases calls. Run by a migration as the owner.

-- Whether such a person is told of at all: every child, or, by setting, only those identified as victims.
CREATE OR REPLACE FUNCTION is_told_of(p_child_status text, p_victim_status text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$ BEGIN
  RETURN p_child_status <> 'adult' AND (p_victim_status = 'confirmed'
      OR coalesce((SELECT r.potential FROM public.referrals_rule r), true));
END $$;
REVOKE ALL ON FUNCTION is_told_of(text, text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION owe_notification(p_case uuid, p_body text, p_district text, p_trigger text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  c public.cases_case;
  v_notification uuid;
  v_today date := (now() AT TIME ZONE 'Asia/Baku')::date;
BEGIN
  SELECT * INTO c FROM public.cases_case WHERE id = p_case;
  UPDATE public.referrals_notification SET state = 'owed', cancelled_reason = ''
   WHERE case_id = p_case AND body = p_body AND district = p_district AND episode = c.episode
     AND state = 'cancelled';
  IF EXISTS (SELECT FROM public.referrals_notification
              WHERE case_id = p_case AND body = p_body AND district = p_district AND episode = c.episode) THEN
    RETURN;
  END IF;
  INSERT INTO public.referrals_notification
      (reference, case_id, victim_id, body, district, commission_id, episode, trigger, held)
  VALUES (public.next_number('B', extract(year FROM v_today)::smallint), p_case, c.victim_id, p_body, p_district,
      public.commission_for(p_body, p_district),
      c.episode, p_trigger,
      -- a child from old records: the duty is there, its delivery waits for a supervisor
      c.imported_in_id IS NOT NULL AND c.opened_on < v_today AND c.episode = 1
        AND p_trigger IN ('intake_child', 'presumed_child'))
  RETURNING id INTO v_notification;
  INSERT INTO public.referrals_message (notification_id, victim_id, number, kind)
  VALUES (v_notification, c.victim_id, 1, 'first');
END $$;
REVOKE ALL ON FUNCTION owe_notification(uuid, text, text, text) FROM PUBLIC;

-- Keep the setting; every child that is told of by it, and was not before, is owed its notifications.
CREATE OR REPLACE FUNCTION keep_rule(p_potential boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$ BEGIN
  IF p_potential IS NOT DISTINCT FROM (SELECT r.potential FROM public.referrals_rule r) THEN
    RETURN;
  END IF;
  INSERT INTO public.referrals_rule (id, potential) VALUES (1, p_potential)
      ON CONFLICT (id) DO UPDATE SET potential = excluded.potential;
  PERFORM public.owe_notification(c.id, body, c.district,
      CASE c.child_status WHEN 'child' THEN 'intake_child' ELSE 'presumed_child' END)
     FROM public.cases_case c, unnest(ARRAY['guardianship', 'minors_commission']) AS body
    WHERE public.is_told_of(c.child_status, c.victim_status);
  PERFORM public.owe_notification(c.id, body, c.home_district, 'home_confirmed')
     FROM public.cases_case c, unnest(ARRAY['guardianship', 'minors_commission']) AS body
    WHERE public.is_told_of(c.child_status, c.victim_status)
      AND c.home_confirmed_at IS NOT NULL AND c.home_district <> '';
END $$;
REVOKE ALL ON FUNCTION keep_rule(boolean) FROM PUBLIC;

-- A message for each notification of the episode whose last letter is frozen already. What the body has on
-- paper counts as the first; a message of one field that was asked for is no letter.
CREATE OR REPLACE FUNCTION owe_message(p_case uuid, p_episode smallint, p_kind text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$ BEGIN
  PERFORM FROM public.referrals_notification n WHERE n.case_id = p_case AND n.episode = p_episode
    ORDER BY n.id FOR UPDATE;
  INSERT INTO public.referrals_message (notification_id, victim_id, number, kind)
  SELECT n.id, n.victim_id, max(m.number) + 1, p_kind
    FROM public.referrals_notification n JOIN public.referrals_message m ON m.notification_id = n.id
   WHERE n.case_id = p_case AND n.episode = p_episode AND n.state <> 'cancelled'
   GROUP BY n.id HAVING bool_and(m.frozen_at IS NOT NULL OR m.word_id IS NOT NULL
                                 OR m.number = 1 AND n.paper_on IS NOT NULL AND n.held);
END $$;
REVOKE ALL ON FUNCTION owe_message(uuid, smallint, text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION owe_correction(p_case uuid, p_episode smallint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$ BEGIN
  PERFORM public.owe_message(p_case, p_episode, 'correction');
END $$;
REVOKE ALL ON FUNCTION owe_correction(uuid, smallint) FROM PUBLIC;

-- The notifications of the same case and episode to other bodies: state and answer, nothing of the case.
-- Answers to whoever reaches the notification `p_id`.
CREATE OR REPLACE FUNCTION notification_others(p_id uuid)
RETURNS TABLE (id uuid, body varchar, state varchar, acknowledged_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$ BEGIN
  RETURN QUERY SELECT o.id, o.body, o.state, o.acknowledged_at
    FROM public.referrals_notification n
    JOIN public.referrals_notification o ON o.case_id = n.case_id AND o.episode = n.episode AND o.id <> n.id
   WHERE n.id = p_id
     AND (EXISTS (SELECT FROM public.cases_caseaccess a
                   WHERE a.case_id = n.case_id AND a.user_id = public.app_uid() AND a.view_until > now())
          OR n.state NOT IN ('owed', 'cancelled')
             AND EXISTS (SELECT FROM public.referrals_member m
                          WHERE m.commission_id = n.commission_id AND m.staff_id = public.app_uid())
             AND NOT EXISTS (SELECT FROM public.referrals_recusal k
                              WHERE k.case_id = n.case_id AND k.staff_id = public.app_uid()));
END $$;
