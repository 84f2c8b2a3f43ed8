"""What the database guarantees about services.

A service moves by the steps of `service_state` and stands once it is delivered: an error is struck out.
It fits its case, its goal and its provider. A booked session keeps the case open to the member of the
care team who gives it, until the note is written and for 48 hours after it at most.
"""

import pgtrigger

from aidcenter import workflow
from aidcenter.clock import DB_TODAY
from aidcenter.triggers import DefinerTrigger, append_only

# What is fixed from the first, and what alone may still be added once a service is delivered or given up.
_FIXED = "ARRAY['id', 'case_id', 'victim_id', 'type', 'series', 'recorded_by_id', 'recorded_at']"
_ADDED = "ARRAY['note_id', 'keeps_until', 'struck_at', 'struck_by_id', 'struck_why']"

_FITS = f"""
        IF NEW.goal_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM public.rehabilitation_goal g WHERE (g.id, g.case_id) = (NEW.goal_id, NEW.case_id))
            OR NEW.action_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM public.rehabilitation_goalaction a
                 WHERE (a.id, a.goal_id) = (NEW.action_id, NEW.goal_id))
            OR NEW.note_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM public.cases_note n WHERE (n.id, n.case_id) = (NEW.note_id, NEW.case_id)
                   AND n.section = CASE WHEN NEW.type IN ('legal', 'medical', 'psychological')
                                        THEN NEW.type ELSE '' END)
            OR NEW.provider_id IS NOT NULL
                AND (TG_OP = 'INSERT' OR NEW.provider_id IS DISTINCT FROM OLD.provider_id)
                AND NOT EXISTS (
                SELECT FROM public.cases_provider p, coalesce(
                    NEW.delivered_on, (NEW.starts_at AT TIME ZONE 'Asia/Baku')::date, {DB_TODAY}) day
                 WHERE p.id = NEW.provider_id AND NEW.type = ANY (p.service_types)
                   AND day >= p.active_from AND (p.active_until IS NULL OR day <= p.active_until)) THEN
            RAISE check_violation USING CONSTRAINT = 'service_fits',
                MESSAGE = 'This goal, note or provider does not belong to the service.';
        END IF;
        IF NEW.delivered_on > {DB_TODAY} THEN
            RAISE check_violation USING CONSTRAINT = 'service_not_ahead',
                MESSAGE = 'What lies ahead is planned, not delivered.';
        END IF;"""  # noqa: S608 - constants only

# Only who may change the case lets a session keep it open: nobody prolongs their own access.
_KEEPS = """
        IF NEW.state NOT IN ('booked', 'delivered') OR NEW.note_id IS NOT NULL OR NEW.struck_at IS NOT NULL
            OR NEW.given_by_id IS NULL THEN
            NEW.keeps_until := NULL;
        ELSIF NEW.state = 'booked' AND (public.app_uid() IS NULL OR EXISTS (
                SELECT FROM public.cases_caseaccess a WHERE a.change_until > now()
                   AND (a.case_id, a.user_id) = (NEW.case_id, public.app_uid()))) THEN
            NEW.keeps_until := NEW.starts_at + make_interval(mins => coalesce(NEW.minutes, 60), hours => 48);
        ELSIF TG_OP = 'UPDATE' AND NEW.given_by_id IS NOT DISTINCT FROM OLD.given_by_id THEN
            NEW.keeps_until := OLD.keeps_until;
        ELSE
            NEW.keeps_until := NULL;
        END IF;"""

KEPT = DefinerTrigger(
    name="kept",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    func=f"""
        IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'A service stays on record.'; END IF;
        IF TG_OP = 'INSERT' THEN
            NEW.victim_id := (SELECT c.victim_id FROM public.cases_case c WHERE c.id = NEW.case_id);
            IF NEW.state NOT IN ('planned', 'booked', 'delivered') OR NEW.struck_at IS NOT NULL THEN
                RAISE check_violation USING CONSTRAINT = 'service_step',
                    MESSAGE = 'A service begins planned, booked or delivered.';
            END IF;
        ELSE
            IF OLD.struck_at IS NOT NULL
                OR NEW.state <> OLD.state AND NOT (OLD.state, NEW.state) IN ({workflow.SERVICE.sql})
                OR EXISTS (SELECT FROM unnest({_FIXED}) f WHERE to_jsonb(NEW) -> f <> to_jsonb(OLD) -> f)
                OR OLD.state IN ('delivered', 'refused', 'cancelled')
                   AND to_jsonb(NEW) - {_ADDED} <> to_jsonb(OLD) - {_ADDED}
                OR OLD.note_id IS NOT NULL AND NEW.note_id IS DISTINCT FROM OLD.note_id THEN
                RAISE check_violation USING CONSTRAINT = 'service_step',
                    MESSAGE = 'This of a service does not change: strike it out, and record it anew.';
            END IF;
            IF NEW.struck_at IS NOT NULL
                AND (NEW.struck_by_id IS DISTINCT FROM public.app_uid() OR NEW.struck_why IS NULL) THEN
                RAISE check_violation USING CONSTRAINT = 'service_struck',
                    MESSAGE = 'Who strikes out a service says so, and why.';
            END IF;
        END IF;
        {_FITS}
        {_KEEPS}
        RETURN NEW;""",  # noqa: S608 - constants only
)

# Delivered, it shows that the goal it serves is under way, and that the person is not forgotten.
EFFECTS = DefinerTrigger(
    name="z_effects",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.Update,
    func=f"""
        IF TG_OP = 'UPDATE' THEN
            IF OLD.keeps_until IS NOT NULL AND (OLD.keeps_until, OLD.given_by_id)
                IS DISTINCT FROM (NEW.keeps_until, NEW.given_by_id) THEN
                PERFORM public.session_access(OLD.case_id, OLD.given_by_id);
            END IF;
        END IF;
        IF NEW.keeps_until IS NOT NULL THEN
            PERFORM public.session_access(NEW.case_id, NEW.given_by_id);
        END IF;
        IF NEW.state = 'delivered' AND (TG_OP = 'INSERT' OR OLD.state <> 'delivered') THEN
            IF NEW.goal_id IS NOT NULL THEN
                PERFORM public.service_moves_goal(
                    NEW.id, NEW.goal_id, NEW.action_id, coalesce(public.app_uid(), NEW.recorded_by_id));
            END IF;
            UPDATE public.cases_case SET active_on = {DB_TODAY}
             WHERE id = NEW.case_id AND active_on < {DB_TODAY};
        END IF;
        RETURN NULL;""",  # noqa: S608 - constants only
)

SERVICE = [KEPT, EFFECTS]
GROUP = [append_only("append_only")]

# What is still to be given in a case ends with it.
CASE = [
    DefinerTrigger(
        name="ends_services",
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        condition=pgtrigger.Q(old__state__df=pgtrigger.F("new__state")),
        func="""
        IF NEW.state IN ('closed', 'closed_referred') THEN
            UPDATE public.rehabilitation_service SET state = 'cancelled'
             WHERE case_id = NEW.id AND state IN ('planned', 'booked') AND struck_at IS NULL;
        END IF;
        RETURN NULL;""",
    )
]

# With the consent ends what a provider was still to give on it.
CONSENT = [
    DefinerTrigger(
        name="ends_services",
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        condition=pgtrigger.Q(new__withdrawn_on__isnull=False) | pgtrigger.Q(new__struck_at__isnull=False),
        func="""
        UPDATE public.rehabilitation_service SET state = 'cancelled'
         WHERE consent_id = NEW.id AND state IN ('planned', 'booked') AND struck_at IS NULL;
        RETURN NULL;""",
    )
]

# Who joins a care team keeps the case for what is booked already; who is taken out keeps nothing.
GRANT = [
    DefinerTrigger(
        name="z_sessions",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Delete,
        func="""
        IF TG_OP = 'INSERT' AND NEW.source = 'care_team' THEN
            PERFORM public.session_access(NEW.case_id, NEW.user_id);
        ELSIF TG_OP = 'DELETE' AND OLD.source = 'care_team' THEN
            DELETE FROM public.cases_caseusergrant
             WHERE (case_id, user_id, permission_id, source)
                 = (OLD.case_id, OLD.user_id, OLD.permission_id, 'session');
        END IF;
        RETURN NULL;""",
    )
]
