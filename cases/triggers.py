"""What the database guarantees about cases: their number, their first grants, and who may see them."""

import pgtrigger

from aidcenter.clock import DB_TODAY
from aidcenter.triggers import DefinerTrigger, append_only, keeps_active

# AC-<year of opening>-<number>, gapless: the counter row is locked until the case is committed.
NUMBER = DefinerTrigger(
    name="number",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func="""
        NEW.number := public.next_number('AC', extract(year FROM NEW.opened_on)::smallint);
        RETURN NEW;""",
)

# A case keeps its number, its victim, its day of opening and the import that it came in.
FIXED = DefinerTrigger(
    name="fixed",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    func="""
        IF (NEW.id, NEW.number, NEW.victim_id, NEW.opened_on, NEW.imported_in_id)
            IS DISTINCT FROM (OLD.id, OLD.number, OLD.victim_id, OLD.opened_on, OLD.imported_in_id) THEN
            RAISE EXCEPTION 'The number, the victim and the day of opening of a case do not change.';
        END IF;
        RETURN NEW;""",
)

# The caseworker and the supervisors of the team may read and change a new case, by any way into the table.
FIRST_GRANTS = DefinerTrigger(
    name="a_first_grants",
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    func="""
        PERFORM public.first_grants(NEW.id, NEW.owner_id, NEW.team_id);
        RETURN NULL;""",
)

# The next step is copied beside the access, so that a worklist is one index scan.
NEXT_DUE = DefinerTrigger(
    name="next_due",
    when=pgtrigger.After,
    operation=pgtrigger.Update,
    condition=pgtrigger.Q(old__next_due__df=pgtrigger.F("new__next_due"))
    | pgtrigger.Q(old__state__df=pgtrigger.F("new__state")),
    func="""
        UPDATE public.cases_caseaccess SET next_due = public.case_worklist_due(NEW.state, NEW.next_due)
         WHERE case_id = NEW.id;
        RETURN NULL;""",
)

# A case that goes to another caseworker or team leaves the hands of the last.
REASSIGNED = DefinerTrigger(
    name="b_reassigned",
    when=pgtrigger.After,
    operation=pgtrigger.Update,
    condition=pgtrigger.Q(old__owner__df=pgtrigger.F("new__owner"))
    | pgtrigger.Q(old__team__df=pgtrigger.F("new__team")),
    func="""
        DELETE FROM public.cases_caseusergrant
         WHERE case_id = NEW.id AND user_id = OLD.owner_id AND source = 'assignment';
        DELETE FROM public.cases_caseteamgrant g USING public.aidcenter_team t
         WHERE g.case_id = NEW.id AND t.id = OLD.team_id AND g.group_id = t.supervisors_id
           AND g.source = 'assignment';
        DELETE FROM public.cases_caseusergrant WHERE case_id = NEW.id AND source = 'offer';
        UPDATE public.cases_offer SET answered_at = now(), accepted = false
         WHERE case_id = NEW.id AND answered_at IS NULL;
        PERFORM public.first_grants(NEW.id, NEW.owner_id, NEW.team_id);
        RETURN NULL;""",
)

# A case is closed as two people decided; opened again, it is a new episode.
CLOSED_BY_TWO = DefinerTrigger(
    name="closed_by_two",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    condition=pgtrigger.Q(old__state__df=pgtrigger.F("new__state")),
    func="""
        IF NEW.state IN ('closed', 'closed_referred') AND OLD.state NOT IN ('closed', 'closed_referred')
            AND NOT EXISTS (SELECT FROM public.cases_closure c
                             WHERE (c.case_id, c.episode, c."to", c.approved)
                                 = (NEW.id, NEW.episode, NEW.state, true)) THEN
            RAISE check_violation USING CONSTRAINT = 'case_closed_by_two',
                MESSAGE = 'A case is closed after somebody else has approved it.';
        END IF;
        IF OLD.state IN ('closed', 'closed_referred') AND NEW.state NOT IN ('closed', 'closed_referred')
            AND NEW.episode <> OLD.episode + 1 THEN
            RAISE check_violation USING CONSTRAINT = 'case_reopened_anew',
                MESSAGE = 'A case that is opened again is a new episode.';
        END IF;
        RETURN NEW;""",
)

CASE = [NUMBER, FIXED, FIRST_GRANTS, NEXT_DUE, REASSIGNED, CLOSED_BY_TWO]

# An offer that nobody has answered in its time stands in nobody's way.
OFFER = [
    DefinerTrigger(
        name="lapsed",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func="""
        UPDATE public.cases_offer SET answered_at = now(), accepted = false
         WHERE case_id = NEW.case_id AND answered_at IS NULL AND until <= now();
        RETURN NEW;""",
    )
]

# What was asked, by whom and when, stays as the database wrote it; a review is added once.
URGENT = [
    DefinerTrigger(
        name="kept",
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func="""
        IF TG_OP = 'DELETE' OR OLD.reviewed_at IS NOT NULL
            OR to_jsonb(NEW) - ARRAY['reviewed_at', 'reviewed_by_id', 'justified']
               IS DISTINCT FROM to_jsonb(OLD) - ARRAY['reviewed_at', 'reviewed_by_id', 'justified']
            OR NEW.reviewed_by_id IS DISTINCT FROM public.app_uid() OR NEW.reviewed_by_id = NEW.person_id THEN
            RAISE EXCEPTION 'Urgent access is reviewed once, by somebody else, and stays on record.';
        END IF;
        RETURN NEW;""",
    )
]

USER_GRANT = [
    DefinerTrigger(
        name="access",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func="""
        IF TG_OP <> 'INSERT' THEN
            PERFORM public.access_refresh(p, OLD.case_id) FROM public.and_deputies(OLD.user_id) p;
        END IF;
        IF TG_OP <> 'DELETE' THEN
            PERFORM public.access_refresh(p, NEW.case_id) FROM public.and_deputies(NEW.user_id) p;
        END IF;
        RETURN NULL;""",
    )
]

TEAM_GRANT = [
    DefinerTrigger(
        name="access",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func="""
        IF TG_OP <> 'INSERT' THEN
            PERFORM public.access_refresh(p, OLD.case_id)
            FROM public.aidcenter_staff_groups m, public.and_deputies(m.staff_id) p
            WHERE m.group_id = OLD.group_id;
        END IF;
        IF TG_OP <> 'DELETE' THEN
            PERFORM public.access_refresh(p, NEW.case_id)
            FROM public.aidcenter_staff_groups m, public.and_deputies(m.staff_id) p
            WHERE m.group_id = NEW.group_id;
        END IF;
        RETURN NULL;""",
    )
]

# Joining or leaving the supervisors of a team opens or closes all its cases at once.
MEMBERSHIP = [
    DefinerTrigger(
        name="access",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func="""
        IF TG_OP <> 'INSERT' THEN
            PERFORM public.access_refresh_person(p) FROM public.and_deputies(OLD.staff_id) p;
        END IF;
        IF TG_OP <> 'DELETE' THEN
            PERFORM public.access_refresh_person(p) FROM public.and_deputies(NEW.staff_id) p;
        END IF;
        RETURN NULL;""",
    )
]

# An absence starts on its first day and may end early; who stands in is a colleague who may do the work.
ABSENCE = [
    DefinerTrigger(
        name="kept",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
        IF TG_OP = 'INSERT' THEN
            NEW.started := NEW.first_day <= {DB_TODAY};
            IF NOT EXISTS (
                SELECT FROM public.aidcenter_staff p, public.aidcenter_staff d
                 WHERE p.id = NEW.person_id AND d.id = NEW.deputy_id AND p.is_active AND d.is_active
                   AND (p.role = 'supervisor' AND d.role = 'supervisor'
                        OR p.role = 'caseworker' AND d.role IN ('caseworker', 'supervisor')
                           AND d.team_id = p.team_id)) THEN
                RAISE check_violation USING CONSTRAINT = 'absence_deputy_fits',
                    MESSAGE = 'This deputy may not do that work.';
            END IF;
            RETURN NEW;
        END IF;
        IF TG_OP = 'DELETE' OR OLD.ended_at IS NOT NULL OR OLD.started AND NOT NEW.started
            OR to_jsonb(NEW) - ARRAY['started', 'ended_at']
               IS DISTINCT FROM to_jsonb(OLD) - ARRAY['started', 'ended_at'] THEN
            RAISE EXCEPTION 'An absence begins, ends once, and stays on record.';
        END IF;
        RETURN NEW;""",  # noqa: S608 - constants only
    ),
    DefinerTrigger(
        name="access",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func="""
        IF NEW.started THEN PERFORM public.access_refresh_person(NEW.deputy_id); END IF;
        RETURN NULL;""",
    ),
]

# An incident stays as it was reported; it is told once, and ends once, with an outcome.
INCIDENT = [
    keeps_active(),
    DefinerTrigger(
        name="kept",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func="""
        IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'An incident stays on record.'; END IF;
        IF TG_OP = 'INSERT' THEN
            SELECT c.number INTO NEW.number FROM public.cases_case c
             WHERE (c.id, c.victim_id) = (NEW.case_id, NEW.victim_id);
            IF NOT FOUND OR NEW.ended_at IS NOT NULL THEN
                RAISE check_violation USING CONSTRAINT = 'incident_fits',
                    MESSAGE = 'This incident belongs elsewhere.';
            END IF;
            NEW.written_at := statement_timestamp();
            NEW.told_at := NULL;
            RETURN NEW;
        END IF;
        IF OLD.ended_at IS NOT NULL AND NEW.told_at IS NOT DISTINCT FROM OLD.told_at
            OR NEW.told_at IS DISTINCT FROM OLD.told_at AND session_user <> 'aidcenter_worker'
            OR NEW.ended_at IS DISTINCT FROM OLD.ended_at
               AND NEW.ended_by_id IS DISTINCT FROM public.app_uid()
            OR (NEW.ended_at IS NULL) <> (NEW.outcome = '')
            OR to_jsonb(NEW) - ARRAY['told_at', 'outcome', 'ended_at', 'ended_by_id']
               IS DISTINCT FROM to_jsonb(OLD) - ARRAY['told_at', 'outcome', 'ended_at', 'ended_by_id'] THEN
            RAISE EXCEPTION 'An incident is told once, ends once, and stays as it was reported.';
        END IF;
        RETURN NEW;""",
    ),
]

# What a row says is of its case's person, and written now.
OF_ITS_CASE = """
        IF NOT EXISTS (SELECT FROM public.cases_case c
                        WHERE (c.id, c.victim_id) = (NEW.case_id, NEW.victim_id)) THEN
            RAISE check_violation USING CONSTRAINT = 'record_fits',
                MESSAGE = 'This record belongs elsewhere.';
        END IF;"""

# A version of the safety sheet and of a record is of its case's person, and stays as it was written.
REVISION = [
    append_only("append_only"),
    DefinerTrigger(
        name="fits",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func=f"""{OF_ITS_CASE}
        NEW.written_at := statement_timestamp();
        RETURN NEW;""",
    ),
]
SAFETY = REVISION

# A correction and a line for the caseworker stay in the case they are about.
NOTE = [
    keeps_active(),
    append_only("append_only"),
    DefinerTrigger(
        name="fits",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func=f"""{OF_ITS_CASE}
        IF NEW.corrects_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM public.cases_note n WHERE n.id = NEW.corrects_id
                    AND (n.case_id, n.section) = (NEW.case_id, NEW.section))
            OR NEW.line_of_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM public.cases_note n WHERE n.id = NEW.line_of_id
                    AND (n.case_id, n.author_id) = (NEW.case_id, NEW.author_id) AND n.section <> '') THEN
            RAISE check_violation USING CONSTRAINT = 'note_fits', MESSAGE = 'This note belongs elsewhere.';
        END IF;
        NEW.written_at := statement_timestamp();
        RETURN NEW;""",  # noqa: S608 - constants only
    ),
]

DECISION = [append_only("append_only")]

# A record stays in its case, with who wrote it first; what is struck out does not change again.
KEPT = [
    DefinerTrigger(
        name="kept",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
        IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'A record of a case stays; strike it out.'; END IF;
        {OF_ITS_CASE}
        IF TG_OP = 'INSERT' THEN
            NEW.written_at := statement_timestamp();
            RETURN NEW;
        END IF;
        IF (NEW.id, NEW.case_id, NEW.author_id, NEW.written_at)
            IS DISTINCT FROM (OLD.id, OLD.case_id, OLD.author_id, OLD.written_at)
            OR OLD.struck_at IS NOT NULL
            OR NEW.struck_at IS NOT NULL AND NEW.struck_by_id IS DISTINCT FROM public.app_uid() THEN
            RAISE EXCEPTION 'A record stays in its case, and struck out stays struck out.';
        END IF;
        RETURN NEW;""",
    )
]

# To close a case is asked for once, and decided once, by a supervisor who is somebody else.
CLOSURE = [
    DefinerTrigger(
        name="kept",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
        IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'Who closed a case stays on record.'; END IF;
        {OF_ITS_CASE}
        IF TG_OP = 'INSERT' THEN
            IF NEW.decided_at IS NOT NULL OR NEW.approved IS NOT NULL THEN
                RAISE EXCEPTION 'Nobody approves while asking.';
            END IF;
            SELECT c.episode INTO NEW.episode FROM public.cases_case c WHERE c.id = NEW.case_id;
            NEW.asked_at := statement_timestamp();
            RETURN NEW;
        END IF;
        IF OLD.decided_at IS NOT NULL OR NEW.decided_at IS NULL OR NEW.approved IS NULL
            OR NEW.decided_by_id IS DISTINCT FROM public.app_uid() OR public.app_role() <> 'supervisor'
            OR to_jsonb(NEW) - ARRAY['decided_at', 'decided_by_id', 'approved', 'answer']
               IS DISTINCT FROM
               to_jsonb(OLD) - ARRAY['decided_at', 'decided_by_id', 'approved', 'answer'] THEN
            RAISE EXCEPTION 'To close a case is decided once, by a supervisor who did not ask for it.';
        END IF;
        RETURN NEW;""",  # noqa: S608 - constants only
    )
]

# A document and its parts come in one transaction, in the person's own name, and stay as they came.
DOCUMENT = [
    keeps_active(),
    append_only("append_only"),
    DefinerTrigger(
        name="fits",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func=f"""{OF_ITS_CASE}
        IF NEW.replaces_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM public.cases_document d WHERE d.id = NEW.replaces_id
                AND (d.case_id, d.section) = (NEW.case_id, NEW.section)) THEN
            RAISE check_violation USING CONSTRAINT = 'document_fits',
                MESSAGE = 'This version belongs elsewhere.';
        END IF;
        NEW.written_at := transaction_timestamp();
        RETURN NEW;""",
    ),
]

DOCUMENT_PART = [
    append_only("append_only"),
    DefinerTrigger(
        name="fits",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func="""
        IF NOT EXISTS (SELECT FROM public.cases_document d
                        WHERE (d.id, d.victim_id) = (NEW.document_id, NEW.victim_id)
                            AND d.author_id = public.app_uid()
                            AND d.written_at = transaction_timestamp()) THEN
            RAISE check_violation USING CONSTRAINT = 'document_part_fits',
                MESSAGE = 'This part belongs elsewhere.';
        END IF;
        RETURN NEW;""",
    ),
]

# A questionnaire that was answered stays: an edited one is a new version.
QUESTIONS = [append_only("append_only")]

ASSESSMENT = [*REVISION, keeps_active()]
