"""What the database guarantees about payments.

One asks, another approves just that, the accountant pays it once; nobody has the one-time allowance twice.
"""

import pgtrigger

from aidcenter import workflow
from aidcenter.clock import DB_TODAY
from aidcenter.triggers import DefinerTrigger
from cases.triggers import OF_ITS_CASE

# What moves with a step; all else of a payment stands.
_MOVES = """ARRAY['state'] || CASE NEW.state
            WHEN 'approved' THEN ARRAY['decided_by_id', 'decided_at', 'order_number', 'order_on']
            WHEN 'returned' THEN ARRAY['decided_by_id', 'decided_at', 'why']
            WHEN 'paid' THEN ARRAY['settled_by_id', 'settled_at', 'paid_on', 'document_number']
            ELSE ARRAY['settled_by_id', 'settled_at', 'why'] END"""

# Who was found not to be a victim is paid nothing.
_ENTITLED = """
        IF NEW.state NOT IN ('returned', 'cancelled') AND EXISTS (
            SELECT FROM public.cases_case c WHERE c.id = NEW.case_id AND c.victim_status = 'not_victim') THEN
            RAISE check_violation USING CONSTRAINT = 'payment_entitled',
                MESSAGE = 'Who is not a victim is not entitled to a payment.';
        END IF;"""

# The same person may be kept as two, with linked cases; the constraint sees only one of them.
_ONCE = """
        IF NEW.kind = 'one_time' AND NEW.state IN ('requested', 'approved', 'paid') AND EXISTS (
            SELECT FROM public.cases_case ours
              JOIN public.cases_caselink l ON ours.id IN (l.case_id, l.other_id)
              JOIN public.cases_case theirs ON theirs.id IN (l.case_id, l.other_id) AND theirs.id <> ours.id
              JOIN public.rehabilitation_payment p ON p.victim_id = theirs.victim_id
             WHERE ours.victim_id = NEW.victim_id AND l.relation = 'same_person' AND l.ended_at IS NULL
               AND p.kind = 'one_time' AND p.id <> NEW.id
               AND p.state IN ('requested', 'approved', 'paid')) THEN
            RAISE unique_violation USING CONSTRAINT = 'payment_one_time_once',
                MESSAGE = 'The one-time allowance is paid once to a person.';
        END IF;"""

PAYMENT = [
    DefinerTrigger(
        name="kept",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
        IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'A payment stays on record.'; END IF;
        {OF_ITS_CASE}
        {_ENTITLED}
        {_ONCE}
        IF TG_OP = 'INSERT' THEN
            IF NEW.state <> 'requested' OR NEW.settled_by_id IS NOT NULL
                OR NEW.author_id IS DISTINCT FROM public.app_uid() THEN
                RAISE check_violation USING CONSTRAINT = 'payment_starts_as_request',
                    MESSAGE = 'A payment starts as a request in one''s own name.';
            END IF;
            SELECT c.number INTO NEW.number FROM public.cases_case c WHERE c.id = NEW.case_id;
            NEW.for_director := NEW.for_director
                OR NOT public.has_supervisor_beside(NEW.case_id, NEW.author_id);
            NEW.asked_at := statement_timestamp();
            RETURN NEW;
        END IF;
        IF NOT (OLD.state, NEW.state) IN ({workflow.PAYMENT.sql}) THEN
            RAISE check_violation USING CONSTRAINT = 'payment_step',
                MESSAGE = 'This step of a payment does not exist.';
        END IF;
        IF to_jsonb(NEW) - ({_MOVES}) IS DISTINCT FROM to_jsonb(OLD) - ({_MOVES}) THEN
            RAISE check_violation USING CONSTRAINT = 'payment_stands',
                MESSAGE = 'What was asked and approved stands.';
        END IF;
        IF OLD.state = 'requested' THEN
            IF NEW.decided_by_id IS DISTINCT FROM public.app_uid() OR NEW.decided_by_id = OLD.author_id
                OR public.app_role() IS DISTINCT FROM
                   (CASE WHEN OLD.for_director THEN 'director' ELSE 'supervisor' END) THEN
                RAISE check_violation USING CONSTRAINT = 'payment_decided_by_another',
                    MESSAGE = 'A payment is decided by somebody who did not ask for it.';
            END IF;
            NEW.decided_at := transaction_timestamp();
        ELSE
            IF NEW.settled_by_id IS DISTINCT FROM public.app_uid()
                OR (public.app_role() = 'accountant') IS DISTINCT FROM (NEW.state = 'paid') THEN
                RAISE check_violation USING CONSTRAINT = 'payment_settled_by_whose_part_it_is',
                    MESSAGE = 'The accountant pays, and only who works on the case cancels.';
            END IF;
            IF NEW.paid_on > {DB_TODAY} THEN
                RAISE check_violation USING CONSTRAINT = 'payment_paid_by_now',
                    MESSAGE = 'This day has not come yet.';
            END IF;
            NEW.settled_at := transaction_timestamp();
        END IF;
        RETURN NEW;""",  # noqa: S608 - constants only
    )
]
