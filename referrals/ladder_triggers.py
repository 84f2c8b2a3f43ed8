"""What the database guarantees about the ladder: a step is taken once, of what still waits, and is told."""

import pgtrigger

from aidcenter.triggers import DefinerTrigger

WRITE = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

_WAITS = """
        SELECT n.case_id INTO NEW.case_id FROM public.referrals_notification n
         WHERE n.id = NEW.notification_id AND n.state IN ('owed', 'sent') AND NOT n.held {lock};
        IF NOT FOUND THEN
            RAISE check_violation USING CONSTRAINT = 'notification_waits',
                MESSAGE = 'This notification does not wait any more.';
        END IF;"""

# Whose the step is: the caseworker's, the supervisors' or the directors'. To telephone is given to whoever
# has duty while the office is closed; where nobody has, to caseworker and supervisors. Deputies are told too.
_WHOM = """
        SELECT c.* INTO v_case FROM public.cases_case c WHERE c.id = NEW.case_id;
        v_desk := NEW.step IN ('night', 'telephone') AND (
            public.office_open((SELECT n.commission_id FROM public.referrals_notification n
                                 WHERE n.id = NEW.notification_id), now())
            OR NOT EXISTS (SELECT FROM public.on_duty()));
        INSERT INTO public.referrals_owedmail (id, kind, step_id, person_id)
        SELECT gen_random_uuid(), NEW.step, NEW.id, s.id FROM public.aidcenter_staff s
         WHERE s.is_active AND s.email <> '' AND (
            NEW.step = 'director' AND s.role = 'director'
            OR NEW.step IN ('night', 'telephone') AND NOT v_desk AND s.id IN (SELECT public.on_duty())
            OR (NEW.step = 'warn' OR v_desk) AND s.id IN (SELECT public.and_deputies(v_case.owner_id))
            OR (NEW.step = 'supervisor' OR v_desk) AND s.id IN (
                SELECT p FROM public.aidcenter_team t
                  JOIN public.aidcenter_staff_groups g ON g.group_id = t.supervisors_id,
                       public.and_deputies(g.staff_id) p
                 WHERE t.id = v_case.team_id))
        ON CONFLICT DO NOTHING;
        RETURN NULL;"""

STEP = [
    DefinerTrigger(
        name="kept",
        when=pgtrigger.Before,
        operation=WRITE,
        func=f"""
        IF TG_OP = 'DELETE' THEN
            IF EXISTS (SELECT FROM public.cases_case c WHERE c.id = OLD.case_id) THEN
                RAISE EXCEPTION 'A step that was taken stays on record.';
            END IF;
            RETURN OLD;
        ELSIF TG_OP = 'UPDATE' THEN
            RAISE EXCEPTION 'A step that was taken stays on record.';
        END IF;
        {_WAITS.format(lock="FOR UPDATE")}
        IF NEW.due_at > now() THEN
            RAISE check_violation USING CONSTRAINT = 'step_is_due', MESSAGE = 'This step is not due yet.';
        END IF;
        NEW.climbed_at := now();
        RETURN NEW;""",
    ),
    DefinerTrigger(
        name="tells",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        declare=[("v_case", "public.cases_case"), ("v_desk", "boolean")],
        func=_WHOM,
    ),
]

# A call is of what waits, and quiets it for a fortnight at most: no office is closed longer.
CALL = [
    DefinerTrigger(
        name="kept",
        when=pgtrigger.Before,
        operation=WRITE,
        func=f"""
        IF TG_OP <> 'INSERT' THEN RAISE EXCEPTION 'A call stays on record as it was.'; END IF;
        {_WAITS.format(lock="")}
        NEW.recorded_at := statement_timestamp();
        IF NEW.spoken_at > NEW.recorded_at OR NEW.spoken_at < NEW.recorded_at - interval '7 days'
            OR NEW.quiet_until > NEW.recorded_at + interval '14 days' THEN
            RAISE check_violation USING CONSTRAINT = 'call_when', MESSAGE = 'No call can be from then.';
        END IF;
        RETURN NEW;""",
    )
]
