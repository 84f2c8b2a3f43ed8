"""What the database guarantees about notifications: they are owed by any way into the table of cases."""

import pgtrigger

from aidcenter.triggers import DefinerTrigger, append_only

# A child or presumed child is owed two notifications, in the transaction that made them one. What
# changes after a message was frozen is a correction, never a second notification.
OWES = DefinerTrigger(
    name="owes_notifications",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.Update,
    func="""
        IF TG_OP = 'UPDATE' AND NEW.home_confirmed_at IS NOT NULL AND OLD.home_confirmed_at IS NULL
            AND NEW.child_status <> 'adult' THEN
            PERFORM public.owe_notification(NEW.id, body, NEW.home_district, 'home_confirmed')
            FROM unnest(ARRAY['guardianship', 'minors_commission']) AS body;
            PERFORM pg_notify('aidcenter_outbox', '');
        END IF;
        IF TG_OP = 'UPDATE' AND (NEW.child_status, NEW.birth_year, NEW.age_revision, NEW.episode)
            IS NOT DISTINCT FROM (OLD.child_status, OLD.birth_year, OLD.age_revision, OLD.episode) THEN
            RETURN NULL;
        END IF;
        IF NEW.child_status <> 'adult' THEN
            PERFORM public.owe_notification(NEW.id, body, NEW.district, CASE
                WHEN TG_OP = 'UPDATE' AND OLD.child_status = 'adult' THEN 'age_corrected'
                WHEN NEW.child_status = 'child' THEN 'intake_child'
                ELSE 'presumed_child' END)
            FROM unnest(ARRAY['guardianship', 'minors_commission']) AS body;
        END IF;
        IF TG_OP = 'UPDATE' THEN
            PERFORM public.owe_correction(NEW.id, NEW.episode);
        END IF;
        PERFORM pg_notify('aidcenter_outbox', '');
        RETURN NULL;""",
)

CASE = [OWES]

NOTIFICATION = [
    DefinerTrigger(
        name="kept",
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func="""
        IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'A notification is never deleted.'; END IF;
        IF (NEW.id, NEW.reference, NEW.case_id, NEW.body, NEW.episode, NEW.triggered_at)
            IS DISTINCT FROM (OLD.id, OLD.reference, OLD.case_id, OLD.body, OLD.episode, OLD.triggered_at)
            OR (OLD.state <> NEW.state AND NOT (OLD.state, NEW.state) IN (('owed', 'sent'),
                ('owed', 'cancelled'), ('sent', 'acknowledged'), ('acknowledged', 'decided'),
                ('cancelled', 'owed')))
            OR (OLD.acknowledged_at IS NOT NULL AND (NEW.acknowledged_at, NEW.acknowledged_by_id)
                IS DISTINCT FROM (OLD.acknowledged_at, OLD.acknowledged_by_id)) THEN
            RAISE EXCEPTION 'This change of a notification is not allowed.';
        END IF;
        RETURN NEW;""",
    )
]

MESSAGE = [
    DefinerTrigger(
        name="frozen",
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func="""
        IF TG_OP = 'DELETE' OR OLD.frozen_at IS NOT NULL THEN
            RAISE EXCEPTION 'A frozen message does not change.';
        END IF;
        RETURN NEW;""",
    )
]

ATTEMPT = [append_only("append_only")]
INBOX = [append_only("append_only")]
