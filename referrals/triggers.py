"""What the database guarantees about notifications: they are owed by any way into the table of cases."""

import pgtrigger

from aidcenter.triggers import DefinerTrigger, append_only
from referrals import partner_triggers
from referrals.answer_triggers import ANSWERED

# A child or presumed child is owed two notifications, in the transaction that made them one; the bodies of
# another district too, when the child comes there. What changes after a message was frozen is a correction,
# never a second notification.
OWES = DefinerTrigger(
    name="owes_notifications",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.Update,
    declare=[("v_told", "boolean"), ("v_was_told", "boolean := false")],
    func="""
        v_told := public.is_told_of(NEW.child_status, NEW.victim_status);
        IF TG_OP = 'UPDATE' THEN
            v_was_told := public.is_told_of(OLD.child_status, OLD.victim_status);
            IF v_told AND NEW.home_confirmed_at IS NOT NULL AND NEW.home_district <> ''
                AND (OLD.home_confirmed_at IS NULL OR NOT v_was_told) THEN
                PERFORM public.owe_notification(NEW.id, body, NEW.home_district, 'home_confirmed')
                FROM unnest(ARRAY['guardianship', 'minors_commission']) AS body;
            END IF;
        END IF;
        IF v_told AND (NOT v_was_told OR (NEW.child_status, NEW.birth_year, NEW.age_revision, NEW.episode,
            NEW.district) IS DISTINCT FROM (OLD.child_status, OLD.birth_year, OLD.age_revision, OLD.episode,
            OLD.district)) THEN
            PERFORM public.owe_notification(NEW.id, body, NEW.district, CASE
                WHEN TG_OP = 'UPDATE' AND OLD.child_status = 'adult' THEN 'age_corrected'
                WHEN TG_OP = 'UPDATE' AND NOT v_was_told THEN 'confirmed'
                WHEN TG_OP = 'UPDATE' AND NEW.district <> OLD.district THEN 'moved'
                WHEN NEW.child_status = 'child' THEN 'intake_child'
                ELSE 'presumed_child' END)
            FROM unnest(ARRAY['guardianship', 'minors_commission']) AS body;
        END IF;
        IF TG_OP = 'UPDATE' AND (NEW.child_status, NEW.birth_year, NEW.age_revision, NEW.episode)
            IS DISTINCT FROM (OLD.child_status, OLD.birth_year, OLD.age_revision, OLD.episode) THEN
            PERFORM public.owe_correction(NEW.id, NEW.episode);
        END IF;
        PERFORM pg_notify('aidcenter_outbox', '');
        RETURN NULL;""",
)

# A case whose import is undone takes along what it owed, as long as nothing of it was sent.
UNDONE = DefinerTrigger(
    name="undone",
    when=pgtrigger.After,
    operation=pgtrigger.Delete,
    declare=[("v_gone", "uuid[]")],
    func="""
        SELECT array_agg(id) INTO v_gone FROM public.referrals_notification WHERE case_id = OLD.id;
        DELETE FROM public.referrals_owedmail m USING public.referrals_ladderstep s
         WHERE s.id = m.step_id AND s.notification_id = ANY (v_gone);
        DELETE FROM public.referrals_ladderstep WHERE notification_id = ANY (v_gone);
        DELETE FROM public.referrals_notification WHERE id = ANY (v_gone);
        DELETE FROM public.referrals_message WHERE notification_id = ANY (v_gone);
        RETURN NULL;""",
)

CASE = [OWES, UNDONE, *partner_triggers.CASE]

# What is held is not sent. It ends in two ways, both a supervisor's: released, or acknowledged as the
# body has it on paper; and what is written of either stays.
HELD = """
        IF (OLD.held, OLD.released_at, OLD.released_by_id)
            IS DISTINCT FROM (NEW.held, NEW.released_at, NEW.released_by_id) AND NOT (
                OLD.held AND NOT NEW.held AND NEW.released_at IS NOT NULL AND public.app_role() = 'supervisor'
                AND NEW.released_by_id IS NOT DISTINCT FROM public.app_uid() AND NEW.state = 'owed')
            OR OLD.state = 'owed' AND NEW.state = 'acknowledged' AND NEW.paper_on IS NULL
            OR NEW.held AND NEW.state = 'sent' THEN
            RAISE EXCEPTION 'A notification from old records waits for a supervisor.';
        END IF;"""

NOTIFICATION = [
    DefinerTrigger(
        name="kept",
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func=f"""
        IF TG_OP = 'DELETE' THEN
            IF OLD.sent_at IS NOT NULL OR OLD.state NOT IN ('owed', 'acknowledged')
                OR EXISTS (SELECT FROM public.cases_case c WHERE c.id = OLD.case_id) THEN
                RAISE EXCEPTION 'A notification is never deleted.';
            END IF;
            RETURN OLD;
        END IF;
        {HELD}
        {ANSWERED}
        IF (NEW.id, NEW.reference, NEW.case_id, NEW.body, NEW.episode, NEW.triggered_at)
            IS DISTINCT FROM (OLD.id, OLD.reference, OLD.case_id, OLD.body, OLD.episode, OLD.triggered_at)
            OR (OLD.state <> NEW.state AND NOT (OLD.state, NEW.state) IN (('owed', 'sent'),
                ('owed', 'cancelled'), ('owed', 'acknowledged'), ('sent', 'acknowledged'),
                ('acknowledged', 'decided'), ('cancelled', 'owed')))
            OR (OLD.acknowledged_at IS NOT NULL AND (NEW.acknowledged_at, NEW.acknowledged_by_id)
                IS DISTINCT FROM (OLD.acknowledged_at, OLD.acknowledged_by_id)) THEN
            RAISE EXCEPTION 'This change of a notification is not allowed.';
        END IF;
        RETURN NEW;""",  # noqa: S608 - constants only
    )
]

# Who follows it is told that the body has it: who reads the case, and the members of the body who may.
NOTIFICATION.append(
    DefinerTrigger(
        name="z_heard",
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        condition=pgtrigger.Q(old__acknowledged_at__isnull=True, new__acknowledged_at__isnull=False),
        func="""
        PERFORM public.owe_events('notification.acknowledged', NEW.id, NEW.case_id, ARRAY(
            SELECT m.staff_id FROM public.referrals_member m
             WHERE m.commission_id = NEW.commission_id AND (NEW.paper_on IS NULL OR NEW.sent_at IS NOT NULL)
               AND NOT EXISTS (SELECT FROM public.referrals_recusal k
                                WHERE k.case_id = NEW.case_id AND k.staff_id = m.staff_id)));
        RETURN NULL;""",
    )
)

MESSAGE = [
    DefinerTrigger(
        name="frozen",
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func="""
        IF OLD.frozen_at IS NOT NULL OR TG_OP = 'DELETE'
            AND EXISTS (SELECT FROM public.referrals_notification n WHERE n.id = OLD.notification_id) THEN
            RAISE EXCEPTION 'A frozen message does not change.';
        END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        IF NEW.frozen_at IS NOT NULL AND NEW.number = 1 AND EXISTS (
            SELECT FROM public.referrals_notification n WHERE n.id = NEW.notification_id AND n.held) THEN
            RAISE EXCEPTION 'A notification from old records waits for a supervisor.';
        END IF;
        IF NEW.frozen_at IS NOT NULL THEN
            UPDATE public.referrals_notification n SET urgency = c.risk_level FROM public.cases_case c
             WHERE n.id = NEW.notification_id AND c.id = n.case_id AND n.urgency <> c.risk_level;
        END IF;
        RETURN NEW;""",
    )
]

ATTEMPT = [append_only("append_only")]
INBOX = [append_only("append_only")]
