"""What the database guarantees about what bodies and centre say to each other, by any way into the tables."""

import pgtrigger

from aidcenter.clock import DB_TODAY
from aidcenter.triggers import DefinerTrigger, append_only, keeps_active
from cases.triggers import OF_ITS_CASE
from referrals.schemas import FOR_GUARDIANSHIP_ONLY


def refuse(constraint: str, message: str) -> str:
    """SQL: raise what a broken constraint would."""
    return f"RAISE check_violation USING CONSTRAINT = '{constraint}', MESSAGE = '{message}';"


_FITS = f"""
        IF NOT EXISTS (SELECT FROM public.referrals_notification n
                        WHERE (n.id, n.case_id) = (NEW.notification_id, NEW.case_id)) THEN
            {refuse("record_fits", "This record belongs elsewhere.")}
        END IF;"""

# What is said for the letters leaves with the first, or as an addition to those that left already.
FACTS = [
    append_only("append_only"),
    DefinerTrigger(
        name="fits",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func=f"""{OF_ITS_CASE}
        NEW.written_at := statement_timestamp();
        RETURN NEW;""",
    ),
    DefinerTrigger(
        name="owes_addition",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        func="""
        PERFORM public.owe_message(c.id, c.episode, 'addition') FROM public.cases_case c
          WHERE c.id = NEW.case_id;
        PERFORM pg_notify('aidcenter_outbox', '');
        RETURN NULL;""",
    ),
]

WORD = [
    keeps_active(),
    append_only("append_only"),
    DefinerTrigger(
        name="fits",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        declare=[("a", "public.referrals_bodyword"), ("p", "public.referrals_bodyword")],
        func=f"""{OF_ITS_CASE}{_FITS}
        NEW.at := statement_timestamp();
        IF NEW.author_id IS DISTINCT FROM public.app_uid()
            OR (NEW.kind IN ('question', 'request')) <> (public.app_role() = 'commission_member') THEN
            {refuse("body_word_whose", "A body asks, and the centre answers, each in its own name.")}
        END IF;
        PERFORM FROM public.referrals_notification n WHERE n.id = NEW.notification_id FOR UPDATE;
        IF NEW.kind IN ('question', 'request') THEN
            NEW.about_id := NULL;
            IF NEW.field IN {FOR_GUARDIANSHIP_ONLY} AND EXISTS (
                SELECT FROM public.referrals_notification n
                 WHERE n.id = NEW.notification_id AND n.body <> 'guardianship') THEN
                {refuse("body_word_never", "This body is never told of it.")}
            END IF;
            RETURN NEW;
        END IF;
        SELECT * INTO a FROM public.referrals_bodyword w WHERE w.id = NEW.about_id;
        IF a.id IS NULL OR a.notification_id <> NEW.notification_id
            OR NOT (a.kind, NEW.kind) IN (('question', 'answer'), ('request', 'proposal'),
                ('request', 'approval'), ('request', 'refusal')) THEN
            {refuse("body_word_fits", "This answers nothing.")}
        END IF;
        NEW.field := a.field;
        IF EXISTS (SELECT FROM public.referrals_bodyword w
                    WHERE w.about_id = a.id AND w.kind IN ('answer', 'approval', 'refusal')) THEN
            {refuse("body_word_ends_once", "It is answered already.")}
        END IF;
        IF NEW.kind = 'approval' THEN
            SELECT * INTO p FROM public.referrals_bodyword w WHERE w.about_id = a.id AND w.kind = 'proposal';
            IF p.id IS NULL OR p.author_id = NEW.author_id
                OR public.app_role() IS DISTINCT FROM 'supervisor' THEN
                {refuse("body_word_two", "A supervisor approves what somebody else has proposed.")}
            END IF;
            INSERT INTO public.referrals_message (notification_id, victim_id, number, kind, word_id)
            SELECT NEW.notification_id, NEW.victim_id, max(m.number) + 1, 'addition', p.id
              FROM public.referrals_message m WHERE m.notification_id = NEW.notification_id;
            PERFORM pg_notify('aidcenter_outbox', '');
        END IF;
        RETURN NEW;""",  # noqa: S608 - constants only
    ),
]

RECUSAL = [
    DefinerTrigger(
        name="kept",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
        IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'Who stepped aside stays on record.'; END IF;
        IF TG_OP = 'INSERT' THEN
            {_FITS}
            NEW.at := statement_timestamp();
            NEW.told_at := NULL; NEW.seen_at := NULL; NEW.seen_by_id := NULL;
            RETURN NEW;
        END IF;
        IF session_user = 'aidcenter_worker' AND to_jsonb(NEW) - 'told_at' = to_jsonb(OLD) - 'told_at'
            OR OLD.seen_at IS NULL AND NEW.seen_by_id IS NOT DISTINCT FROM public.app_uid()
               AND to_jsonb(NEW) - ARRAY['seen_at', 'seen_by_id']
                   = to_jsonb(OLD) - ARRAY['seen_at', 'seen_by_id'] THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'Who stepped aside stays on record.';""",
    )
]

REMINDER = [append_only("append_only")]

# Of its notification a body changes the receipt and the decision, and nothing else.
_OF_BODY = (
    "ARRAY['state', 'acknowledged_at', 'acknowledged_by_id', 'acknowledged_number', 'decision',"
    " 'decision_number', 'decided_on', 'decided_by_id', 'decision_scan_id']"
)
_DECIDED = "(OLD.decision, OLD.decision_number, OLD.decided_on, OLD.decided_by_id, OLD.decision_scan_id)"

# The day before which nobody can have answered.
FIRST_DAY = """least((OLD.triggered_at AT TIME ZONE 'Asia/Baku')::date,
                (SELECT c.opened_on FROM public.cases_case c WHERE c.id = OLD.case_id))"""

# A letter of the body, recorded by the centre: of an old record by a supervisor, else with its scan.
PAPER = f"""NEW.state = 'acknowledged' AND OLD.state IN ('owed', 'sent')
                AND NEW.acknowledged_by_id IS NOT DISTINCT FROM public.app_uid()
                AND NEW.paper_on <= {DB_TODAY} AND (
                    OLD.held AND public.app_role() = 'supervisor'
                    OR NOT OLD.held AND public.app_role() IN ('caseworker', 'supervisor')
                        AND NEW.paper_on >= {FIRST_DAY} AND EXISTS (SELECT FROM public.cases_document d
                            WHERE (d.id, d.case_id, d.section) = (NEW.receipt_scan_id, OLD.case_id, '')))"""

ANSWERED = f"""
        IF (OLD.paper_number, OLD.paper_on, OLD.receipt_scan_id)
            IS DISTINCT FROM (NEW.paper_number, NEW.paper_on, NEW.receipt_scan_id) AND NOT ({PAPER}) THEN
            {refuse("notification_paper", "This letter does not answer this notification.")}
        END IF;
        IF public.app_role() = 'commission_member'
            AND to_jsonb(NEW) - {_OF_BODY} IS DISTINCT FROM to_jsonb(OLD) - {_OF_BODY} THEN
            RAISE EXCEPTION 'This change of a notification is not allowed.';
        END IF;
        IF NEW.acknowledged_number < OLD.acknowledged_number THEN
            RAISE EXCEPTION 'This change of a notification is not allowed.';
        END IF;
        IF OLD.state = 'sent' AND NEW.state = 'acknowledged' AND (
            NEW.acknowledged_by_id IS DISTINCT FROM public.app_uid()
            OR NEW.paper_on IS NULL AND public.app_role() IS DISTINCT FROM 'commission_member') THEN
            {refuse("notification_received_by", "A body confirms the receipt, or a letter of it.")}
        END IF;
        IF OLD.state <> 'decided' AND NEW.state = 'decided' THEN
            IF NEW.decided_by_id IS DISTINCT FROM public.app_uid()
                OR public.app_role() IS DISTINCT FROM 'commission_member' AND (NEW.decision_scan_id IS NULL
                    OR coalesce(public.app_role(), '') NOT IN ('caseworker', 'supervisor')) THEN
                {refuse("notification_decided_by", "A body decides; its paper is recorded with a scan.")}
            END IF;
            IF NEW.decided_on > {DB_TODAY} OR NEW.decided_on < {FIRST_DAY} THEN
                {refuse("notification_decided_day", "It cannot have been decided on this day.")}
            END IF;
            IF NEW.decision_scan_id IS NOT NULL AND NOT EXISTS (SELECT FROM public.cases_document d
                WHERE (d.id, d.case_id, d.section) = (NEW.decision_scan_id, OLD.case_id, '')) THEN
                {refuse("record_fits", "This record belongs elsewhere.")}
            END IF;
        ELSIF {_DECIDED} IS DISTINCT FROM {_DECIDED.replace("OLD.", "NEW.")} THEN
            {refuse("notification_decision_stands", "A decision stands as it was recorded.")}
        END IF;"""  # noqa: S608 - constants only
