"""What the database guarantees about beds, stays, and their extension."""

import pgtrigger

from aidcenter.clock import DB_TODAY
from aidcenter.triggers import DefinerTrigger
from cases.triggers import OF_ITS_CASE

WRITE = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

# A bed stays in its house, and fits whoever lives in it or will.
BED = [
    DefinerTrigger(
        name="kept",
        when=pgtrigger.After,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func=f"""
        IF TG_OP = 'DELETE' OR NEW.house_id <> OLD.house_id THEN
            RAISE EXCEPTION 'A bed stays on record, in its house.';
        END IF;
        IF (NEW.active_from, NEW.active_until, NEW.for_whom)
            IS DISTINCT FROM (OLD.active_from, OLD.active_until, OLD.for_whom)
            AND EXISTS (SELECT FROM public.rehabilitation_stay s
                         WHERE s.bed_id = NEW.id AND s.left_on IS NULL
                           AND public.bed_refuses(NEW.id, s.case_id,
                               greatest(s.starts_on, least({DB_TODAY}, s.ends_on - 1)), s.ends_on) <> '') THEN
            RAISE check_violation USING CONSTRAINT = 'bed_lived_in',
                MESSAGE = 'Whoever lives in this bed would not fit it any more.';
        END IF;
        RETURN NULL;""",
    )
]

# What of a stay is fixed when it is made.
_FIXED = (
    "ARRAY['id', 'case_id', 'victim_id', 'house_id', 'placed_by_id',"
    " 'decision', 'decision_body', 'decision_on']"
)
_FITS = """
        why := public.bed_refuses(NEW.bed_id, NEW.case_id, first_day, NEW.ends_on);
        IF why <> '' THEN
            RAISE check_violation USING CONSTRAINT = why, MESSAGE = 'This bed does not fit.';
        END IF;"""

# A stay belongs to its case and house, ends once, and a child is not placed without a decision of a body
# that may make it; the duty officer says who came, who is in and who is out, and nothing else. Its planned
# end moves by an extension alone. The locks are for two at once: without them each would wait for the other
# at the exclusion constraints, and one would be told of a deadlock instead of the bed.
STAY = [
    DefinerTrigger(
        name="kept",
        when=pgtrigger.Before,
        operation=WRITE,
        declare=[("why", "text"), ("first_day", "date")],
        func=f"""
        IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'A stay ends, and stays on record.'; END IF;
        IF TG_OP = 'INSERT' THEN
            IF NOT EXISTS (SELECT FROM public.cases_case c
                            WHERE (c.id, c.victim_id) = (NEW.case_id, NEW.victim_id)
                              AND (c.child_status = 'adult' OR NEW.decision IS NOT NULL
                                   AND NEW.decision_body <> '' AND NEW.decision_on <= {DB_TODAY})) THEN
                RAISE check_violation USING CONSTRAINT = 'stay_child_by_decision',
                    MESSAGE = 'A child is placed by a decision of the guardianship authority.';
            END IF;
            IF EXISTS (SELECT FROM public.cases_case c
                        WHERE c.id = NEW.case_id AND c.state IN ('closed', 'closed_referred')) THEN
                RAISE check_violation USING CONSTRAINT = 'stay_of_open_case', MESSAGE = 'The case is closed.';
            END IF;
            IF NEW.left_on IS NOT NULL OR NEW.came_on <> NEW.starts_on OR NEW.came_on > {DB_TODAY}
                OR NEW.out_since IS NOT NULL THEN
                RAISE EXCEPTION 'A stay begins before it ends, and not in the future.';
            END IF;
            PERFORM FROM public.cases_victim v WHERE v.id = NEW.victim_id FOR NO KEY UPDATE;
            SELECT b.house_id INTO NEW.house_id FROM public.rehabilitation_bed b
             WHERE b.id = NEW.bed_id FOR NO KEY UPDATE;
            first_day := NEW.starts_on;
            {_FITS}
            RETURN NEW;
        END IF;
        IF OLD.left_on IS NOT NULL
            OR EXISTS (SELECT FROM unnest({_FIXED}) AS x(k) WHERE to_jsonb(NEW) -> k
                           IS DISTINCT FROM to_jsonb(OLD) -> k)
            OR OLD.came_on IS NOT NULL AND NEW.came_on IS DISTINCT FROM OLD.came_on
            OR NEW.starts_on <> OLD.starts_on
            OR NEW.ends_on <> OLD.ends_on AND pg_trigger_depth() = 1
            OR public.app_role() = 'house' AND pg_trigger_depth() = 1
               AND to_jsonb(NEW) - ARRAY['out_since', 'came_on']
                   IS DISTINCT FROM to_jsonb(OLD) - ARRAY['out_since', 'came_on'] THEN
            RAISE check_violation USING CONSTRAINT = 'stay_stands',
                MESSAGE = 'This of a stay does not change.';
        END IF;
        IF OLD.came_on IS NULL AND NEW.came_on IS NOT NULL THEN
            IF NEW.came_on > {DB_TODAY} THEN RAISE EXCEPTION 'Nobody has come in the future.'; END IF;
            NEW.starts_on := least(NEW.starts_on, NEW.came_on);
        END IF;
        IF (NEW.bed_id, NEW.starts_on, NEW.ends_on)
            IS DISTINCT FROM (OLD.bed_id, OLD.starts_on, OLD.ends_on) THEN
            PERFORM FROM public.rehabilitation_bed b
              WHERE (b.id, b.house_id) = (NEW.bed_id, NEW.house_id) FOR NO KEY UPDATE;
            IF NOT FOUND THEN
                RAISE check_violation USING CONSTRAINT = 'stay_stands', MESSAGE = 'This bed is elsewhere.';
            END IF;
            first_day := greatest(NEW.starts_on, least({DB_TODAY}, NEW.ends_on - 1));
            {_FITS}
        END IF;
        IF NEW.left_on IS NOT NULL THEN
            IF NEW.came_on IS NULL THEN
                NEW.left_on := NEW.starts_on;
            ELSIF NEW.left_on > {DB_TODAY} THEN
                RAISE EXCEPTION 'Nobody has left in the future.';
            ELSIF NEW.left_on > NEW.ends_on AND NEW.why_late IS NULL THEN
                RAISE check_violation USING CONSTRAINT = 'stay_late_says_why',
                    MESSAGE = 'Say why the stay ended later than planned.';
            END IF;
            NEW.out_since := NULL;
            UPDATE public.rehabilitation_stayextension SET approved = false, decided_at = now()
             WHERE stay_id = NEW.id AND decided_at IS NULL;
        END IF;
        RETURN NEW;""",  # noqa: S608 - constants only
    )
]

_ANSWER = "ARRAY['decided_at', 'decided_by_id', 'approved', 'answer']"

# To stay longer is asked for once at a time, and decided once: by a supervisor who did not ask, or by the
# director where there is none. Approved, the planned end moves in the same statement.
EXTENSION = [
    DefinerTrigger(
        name="kept",
        when=pgtrigger.Before,
        operation=WRITE,
        func=f"""
        IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'Who extended a stay is kept on record.'; END IF;
        {OF_ITS_CASE}
        IF TG_OP = 'INSERT' THEN
            IF NEW.decided_at IS NOT NULL OR NEW.approved IS NOT NULL OR NEW.decided_by_id IS NOT NULL THEN
                RAISE EXCEPTION 'Nobody approves while asking.';
            END IF;
            SELECT s.ends_on, c.number INTO NEW.until_then, NEW.number
              FROM public.rehabilitation_stay s JOIN public.cases_case c ON c.id = s.case_id
             WHERE (s.id, s.case_id) = (NEW.stay_id, NEW.case_id) AND s.left_on IS NULL FOR UPDATE OF s;
            IF NOT FOUND THEN
                RAISE check_violation USING CONSTRAINT = 'extension_of_open_stay',
                    MESSAGE = 'Only a stay that goes on ends later.';
            END IF;
            NEW.for_director := NOT public.has_supervisor_beside(NEW.case_id, NEW.author_id);
            NEW.asked_at := statement_timestamp();
            RETURN NEW;
        END IF;
        IF pg_trigger_depth() > 1 THEN RETURN NEW; END IF;
        IF OLD.decided_at IS NOT NULL OR NEW.decided_at IS NULL OR NEW.approved IS NULL
            OR NEW.decided_by_id IS DISTINCT FROM public.app_uid()
            OR public.app_role() <> (CASE WHEN OLD.for_director THEN 'director' ELSE 'supervisor' END)
            OR to_jsonb(NEW) - {_ANSWER} IS DISTINCT FROM to_jsonb(OLD) - {_ANSWER} THEN
            RAISE check_violation USING CONSTRAINT = 'extension_decided_by_another',
                MESSAGE = 'An extension is decided once, by a supervisor who did not ask for it.';
        END IF;
        NEW.decided_at := transaction_timestamp();
        RETURN NEW;""",  # noqa: S608 - constants only
    ),
    DefinerTrigger(
        name="z_longer",
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        condition=pgtrigger.Q(old__decided_at__isnull=True, new__approved=True),
        func="""
        UPDATE public.rehabilitation_stay SET ends_on = ends_on + NEW.days WHERE id = NEW.stay_id;
        RETURN NULL;""",
    ),
]
