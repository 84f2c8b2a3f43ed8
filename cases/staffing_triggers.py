"""What the database guarantees about who works here as what: two people, and effect at once."""

import pgtrigger

from aidcenter.triggers import BY_TWO_SQL, DefinerTrigger

_DECIDED = "ARRAY['approved', 'decided_by_id', 'decided_at', 'answer', 'told_at']"

STAFF_CHANGE = [
    # An administrator asks, never for themselves; a supervisor or the director who is not the person puts it
    # in force. Alone the administrator decides what leads into no role that reaches cases, another e-mail
    # address, and everything while there is nobody else.
    DefinerTrigger(
        name="kept",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("s", "public.aidcenter_staff"), ("moves", "boolean")],
        func=f"""
        IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'Who worked here as what stays on record.'; END IF;
        IF TG_OP = 'INSERT' THEN
            SELECT * INTO s FROM public.aidcenter_staff WHERE id = NEW.person_id FOR UPDATE;
            IF public.app_role() IS DISTINCT FROM 'administrator' OR NEW.asked_by_id <> public.app_uid()
                OR NEW.person_id = public.app_uid() THEN
                RAISE insufficient_privilege USING
                    MESSAGE = 'An administrator changes the role and team of others, never their own.';
            END IF;
            IF s.role IN ('commission_member', 'partner') OR NEW.role IN ('commission_member', 'partner')
                OR NEW.role IN ('caseworker', 'supervisor') AND NEW.team_id IS NULL THEN
                RAISE check_violation USING CONSTRAINT = 'staff_change_fits',
                    MESSAGE = 'This role is given elsewhere, or needs a team.';
            END IF;
            NEW.opens := NOT s.is_active;
            NEW.before := jsonb_build_object(
                'role', s.role, 'team', s.team_id, 'profession', s.profession, 'email', s.email);
            NEW.asked_at := statement_timestamp();
            moves := (s.role, s.team_id, s.profession)
                IS DISTINCT FROM (NEW.role, NEW.team_id, NEW.profession);
            IF moves AND s.is_active THEN
                PERFORM public.staff_may_go(NEW.person_id, NEW.successor_id);
            END IF;
            IF (NEW.opens OR moves) AND NEW.role IN {BY_TWO_SQL} AND public.has_second(NEW.person_id) THEN
                NEW.approved := NULL; NEW.decided_by_id := NULL; NEW.decided_at := NULL;
            ELSE
                NEW.approved := true; NEW.decided_by_id := NEW.asked_by_id; NEW.decided_at := NEW.asked_at;
            END IF;
            RETURN NEW;
        END IF;
        IF to_jsonb(NEW) - {_DECIDED} IS DISTINCT FROM to_jsonb(OLD) - {_DECIDED}
            OR NEW.told_at IS DISTINCT FROM OLD.told_at AND session_user <> 'aidcenter_worker'
            OR (NEW.approved, NEW.decided_by_id, NEW.decided_at, NEW.answer)
               IS DISTINCT FROM (OLD.approved, OLD.decided_by_id, OLD.decided_at, OLD.answer)
               AND (OLD.approved IS NOT NULL OR NEW.approved IS NULL OR NEW.decided_at IS NULL
                    OR NEW.decided_by_id IS DISTINCT FROM public.app_uid()
                    OR coalesce(public.app_role(), '') NOT IN ('supervisor', 'director')
                       AND (NEW.approved OR public.app_role() IS DISTINCT FROM 'administrator')
                    OR NEW.approved AND public.app_uid() IN (NEW.person_id, NEW.asked_by_id)) THEN
            RAISE insufficient_privilege USING
                MESSAGE = 'Somebody else puts in force, once, who works here as what.';
        END IF;
        RETURN NEW;""",  # noqa: S608 - constants only
    ),
    DefinerTrigger(
        name="takes_effect",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func="""
        IF NEW.approved AND (TG_OP = 'INSERT' OR OLD.approved IS NULL) THEN
            PERFORM public.staff_moves(NEW);
        END IF;
        RETURN NULL;""",
    ),
]

# Who supervises a team is a supervisor.
MEMBERSHIP_FITS = DefinerTrigger(
    name="fits",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    func="""
        IF NOT EXISTS (SELECT FROM public.aidcenter_staff s
                        WHERE s.id = NEW.staff_id AND s.role = 'supervisor') THEN
            RAISE check_violation USING CONSTRAINT = 'membership_fits',
                MESSAGE = 'Only a supervisor supervises a team.';
        END IF;
        RETURN NEW;""",
)
