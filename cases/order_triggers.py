"""What the database guarantees about orders that stop access: two people, one scan, and the end of access."""

import pgtrigger

from aidcenter.triggers import DefinerTrigger
from cases.triggers import OF_ITS_CASE

ORDER = [
    # An order is entered with its scan, and put in force or returned once, by a supervisor or the director
    # who did not enter it. A supervisor who puts it in force keeps the case.
    DefinerTrigger(
        name="kept",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
        IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'An order stays on record.'; END IF;
        {OF_ITS_CASE}
        IF TG_OP = 'INSERT' THEN
            IF NEW.decided_at IS NOT NULL OR NEW.approved IS NOT NULL OR NEW.in_force THEN
                RAISE EXCEPTION 'Nobody puts an order in force while entering it.';
            END IF;
            IF NEW.lifts <> public.access_stopped(NEW.case_id)
                OR NOT EXISTS (SELECT FROM public.cases_document d
                                WHERE (d.id, d.case_id, d.section) = (NEW.document_id, NEW.case_id, ''))
                OR NOT NEW.lifts AND NOT public.may_keep(NEW.case_id, NEW.keepers) THEN
                RAISE check_violation USING CONSTRAINT = 'order_fits',
                    MESSAGE = 'This order does not fit the case.';
            END IF;
            SELECT c.number INTO NEW.number FROM public.cases_case c WHERE c.id = NEW.case_id;
            NEW.asked_at := statement_timestamp();
            RETURN NEW;
        END IF;
        -- The owner's functions: an order that lifts ends this one; a keeper leaves the centre, or the team.
        IF pg_trigger_depth() > 1
               AND to_jsonb(NEW) - ARRAY['in_force', 'keepers'] = to_jsonb(OLD) - ARRAY['in_force', 'keepers']
            OR public.app_role() = 'administrator'
               AND to_jsonb(NEW) - 'keepers' = to_jsonb(OLD) - 'keepers' THEN
            RETURN NEW;
        END IF;
        IF OLD.decided_at IS NOT NULL OR NEW.decided_at IS NULL OR NEW.approved IS NULL
            OR NEW.decided_by_id IS DISTINCT FROM public.app_uid()
            OR coalesce(public.app_role(), '') NOT IN ('supervisor', 'director')
            OR to_jsonb(NEW) - ARRAY['decided_at', 'decided_by_id', 'approved', 'answer']
               IS DISTINCT FROM
               to_jsonb(OLD) - ARRAY['decided_at', 'decided_by_id', 'approved', 'answer'] THEN
            RAISE EXCEPTION 'An order is put in force once, by somebody who did not enter it.';
        END IF;
        NEW.in_force := NEW.approved AND NOT NEW.lifts;
        IF NEW.in_force AND public.app_role() = 'supervisor' AND NEW.decided_by_id <> ALL (NEW.keepers) THEN
            NEW.keepers := NEW.keepers || NEW.decided_by_id;
        END IF;
        RETURN NEW;""",  # noqa: S608 - constants only
    ),
    # In the same transaction the derived access ends, or comes back.
    DefinerTrigger(
        name="stops",
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        func="""
        IF NEW.lifts AND NEW.approved AND OLD.approved IS NULL THEN
            UPDATE public.cases_accessorder SET in_force = false WHERE case_id = NEW.case_id AND in_force;
        ELSIF (NEW.in_force, NEW.keepers) IS DISTINCT FROM (OLD.in_force, OLD.keepers) THEN
            PERFORM public.access_refresh_case(NEW.case_id);
        END IF;
        RETURN NULL;""",
    ),
]
