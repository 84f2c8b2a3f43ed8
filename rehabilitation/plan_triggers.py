"""What the database guarantees about plans.

What was submitted stands; it binds when somebody else, who may, approves just that; the version
before it ends in the same statement; what is written of its progress is only added.
"""

import pgtrigger

from aidcenter import workflow
from aidcenter.triggers import DefinerTrigger, append_only, keeps_active
from cases.triggers import OF_ITS_CASE

WRITE = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

# What of a version may still move once it is submitted; the rest of it stands.
_MOVES = (
    "ARRAY['state', 'submitted_at', 'submitted_hash', 'for_director', 'decided_by_id', 'decided_at',"
    " 'approved_hash', 'review_due', 'outcome', 'result', 'ended_at']"
)
_STANDS = f"to_jsonb(NEW) - {_MOVES} IS DISTINCT FROM to_jsonb(OLD) - {_MOVES}"

PLAN = [
    DefinerTrigger(
        name="kept",
        when=pgtrigger.Before,
        operation=WRITE,
        func=f"""
        IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'A plan stays on record.'; END IF;
        {OF_ITS_CASE}
        IF TG_OP = 'INSERT' THEN
            IF NEW.state <> 'draft' OR NEW.submitted_hash || NEW.approved_hash <> ''
                OR NEW.decided_by_id IS NOT NULL THEN
                RAISE check_violation USING CONSTRAINT = 'plan_starts_as_draft',
                    MESSAGE = 'A plan starts as a draft.';
            END IF;
            SELECT c.number INTO NEW.number FROM public.cases_case c WHERE c.id = NEW.case_id FOR UPDATE;
            SELECT coalesce(max(p.version), 0) + 1 INTO NEW.version
              FROM public.rehabilitation_plan p WHERE p.case_id = NEW.case_id;
            NEW.created_at := statement_timestamp();
            RETURN NEW;
        END IF;
        IF (NEW.id, NEW.case_id, NEW.number, NEW.version, NEW.author_id, NEW.created_at)
            IS DISTINCT FROM (OLD.id, OLD.case_id, OLD.number, OLD.version, OLD.author_id, OLD.created_at)
            OR NEW.state <> OLD.state AND NOT (OLD.state, NEW.state) IN ({workflow.PLAN.sql}) THEN
            RAISE check_violation USING CONSTRAINT = 'plan_step',
                MESSAGE = 'This step of a plan does not exist.';
        END IF;
        IF OLD.state NOT IN ('draft', 'returned') AND ({_STANDS}) THEN
            RAISE check_violation USING CONSTRAINT = 'plan_stands',
                MESSAGE = 'What was submitted stands; a change is a new version.';
        END IF;
        IF NEW.state = 'submitted' AND OLD.state <> 'submitted' THEN
            IF NEW.participation = '' OR length(NEW.submitted_hash) <> 64
                OR NOT EXISTS (SELECT FROM public.rehabilitation_goal g WHERE g.plan_id = NEW.id) THEN
                RAISE check_violation USING CONSTRAINT = 'plan_ready',
                    MESSAGE = 'A plan without goals, or without the person, is not ready.';
            END IF;
            NEW.submitted_at := statement_timestamp();
            NEW.for_director := NOT public.has_supervisor_beside(NEW.case_id, NEW.author_id);
            NEW.decided_by_id := NULL;
            NEW.decided_at := NULL;
        ELSIF OLD.state = 'submitted' AND NEW.state IN ('active', 'returned') THEN
            IF NEW.state = 'active' OR public.app_uid() IS DISTINCT FROM OLD.author_id THEN
                IF NEW.decided_by_id IS DISTINCT FROM public.app_uid()
                    OR public.app_role() <> (CASE WHEN OLD.for_director THEN 'director' ELSE 'supervisor' END)
                    OR NEW.submitted_hash <> OLD.submitted_hash THEN
                    RAISE check_violation USING CONSTRAINT = 'plan_decided_by_another',
                        MESSAGE = 'A plan is decided by a supervisor who did not write it.';
                END IF;
                NEW.decided_at := transaction_timestamp();
            END IF;
            IF NEW.state = 'active' THEN
                UPDATE public.rehabilitation_plan SET state = 'superseded', ended_at = statement_timestamp()
                 WHERE case_id = NEW.case_id AND id <> NEW.id AND state IN ('active', 'under_review');
            END IF;
        ELSIF (NEW.submitted_hash, NEW.for_director, NEW.decided_by_id, NEW.decided_at, NEW.approved_hash)
            IS DISTINCT FROM
            (OLD.submitted_hash, OLD.for_director, OLD.decided_by_id, OLD.decided_at, OLD.approved_hash) THEN
            RAISE check_violation USING CONSTRAINT = 'plan_decided_once',
                MESSAGE = 'A plan is submitted and decided by a step of its own.';
        END IF;
        IF NEW.state <> OLD.state AND NEW.state IN ('superseded', 'completed', 'terminated') THEN
            NEW.ended_at := statement_timestamp();
            NEW.review_due := NULL;
        ELSIF (NEW.outcome, NEW.result, NEW.ended_at) IS DISTINCT FROM (OLD.outcome, OLD.result, OLD.ended_at)
            OR NEW.review_due IS DISTINCT FROM OLD.review_due
               AND OLD.state <> 'submitted' AND pg_trigger_depth() = 1 THEN
            RAISE check_violation USING CONSTRAINT = 'plan_stands',
                MESSAGE = 'A plan has its result when it ends, and its next day by a review.';
        END IF;
        RETURN NEW;""",  # noqa: S608 - constants only
    ),
    # With an approved plan the case is in its implementation, and the care team stays until the plan ends.
    DefinerTrigger(
        name="z_approved",
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        condition=pgtrigger.Q(old__state="submitted", new__state="active"),
        func="""
        UPDATE public.cases_case SET state = 'implementation', next_due = NEW.review_due
         WHERE id = NEW.case_id AND state IN ('assessment', 'planning', 'implementation');
        UPDATE public.cases_caseusergrant
           SET expires_at = (NEW.ends_on + 1)::timestamp AT TIME ZONE 'Asia/Baku'
         WHERE case_id = NEW.case_id AND source = 'care_team' AND expires_at > now();
        RETURN NULL;""",
    ),
]

# Decided, approved or returned, is told to whoever reads the case; taken back by its author it is not.
PLAN.append(
    DefinerTrigger(
        name="z_heard",
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        condition=pgtrigger.Q(
            old__state="submitted", new__state__in=["active", "returned"], new__decided_by__isnull=False
        ),
        func="""
        PERFORM public.owe_events('plan.decided', NEW.id, NEW.case_id, '{}');
        RETURN NULL;""",
    )
)

# A row of a plan is of the plan's case and person.
_OF_ITS_PLAN = """
        IF NOT EXISTS (SELECT FROM public.rehabilitation_plan p
                        WHERE (p.id, p.case_id, p.victim_id) = (NEW.plan_id, NEW.case_id, NEW.victim_id)) THEN
            RAISE check_violation USING CONSTRAINT = 'plan_row_fits',
                MESSAGE = 'This belongs to another plan.';
        END IF;"""


def _content(also: str, state: str) -> DefinerTrigger:
    """Goals and actions: written while the plan is; afterwards only progress moves their state."""
    return DefinerTrigger(
        name="kept",
        when=pgtrigger.Before,
        operation=WRITE,
        func=f"""
        IF TG_OP = 'UPDATE' AND pg_trigger_depth() > 1
            AND to_jsonb(NEW) - ARRAY['state', 'state_at'] IS NOT DISTINCT FROM
                to_jsonb(OLD) - ARRAY['state', 'state_at'] THEN
            RETURN NEW;
        END IF;
        IF EXISTS (SELECT FROM public.rehabilitation_plan p
                    WHERE p.id IN (OLD.plan_id, NEW.plan_id) AND p.state NOT IN ('draft', 'returned')) THEN
            RAISE check_violation USING CONSTRAINT = 'plan_stands',
                MESSAGE = 'What was submitted stands; a change is a new version.';
        END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        {_OF_ITS_PLAN}
        {also}
        IF TG_OP = 'UPDATE' AND (NEW.id, NEW.plan_id, NEW.same_as)
            IS DISTINCT FROM (OLD.id, OLD.plan_id, OLD.same_as) THEN
            RAISE EXCEPTION 'A goal stays in its plan.';
        END IF;
        {state}
        RETURN NEW;""",  # noqa: S608 - constants only
    )


def _carried(table: str) -> str:
    """The state that the same thing has in the version in force: nobody writes it by hand."""
    return f"""
        SELECT coalesce(max(x.state), 'planned'), max(x.state_at) INTO NEW.state, NEW.state_at
          FROM public.{table} x JOIN public.rehabilitation_plan p ON p.id = x.plan_id
         WHERE (x.case_id, x.same_as) = (NEW.case_id, NEW.same_as)
           AND p.state IN ('active', 'under_review');"""  # noqa: S608 - constants only


GOAL = [_content("", _carried("rehabilitation_goal"))]
ACTION = [
    _content(
        """
        IF NOT EXISTS (SELECT FROM public.rehabilitation_goal g
                        WHERE (g.id, g.plan_id) = (NEW.goal_id, NEW.plan_id)) THEN
            RAISE check_violation USING CONSTRAINT = 'plan_row_fits',
                MESSAGE = 'This belongs to another goal.';
        END IF;""",
        _carried("rehabilitation_goalaction"),
    )
]


def _added(also: str = "") -> list[DefinerTrigger]:
    """Rows that are only added, to their own plan."""
    return [
        append_only("append_only"),
        DefinerTrigger(
            name="fits",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert,
            func=f"""{_OF_ITS_PLAN}
            {also}
            NEW.written_at := statement_timestamp();
            RETURN NEW;""",
        ),
    ]


_IN_FORCE = """
        IF NOT EXISTS (SELECT FROM public.rehabilitation_plan p
                        WHERE p.id = NEW.plan_id AND p.state IN ('active', 'under_review')) THEN
            RAISE check_violation USING CONSTRAINT = 'plan_in_force',
                MESSAGE = 'Only a plan in force is reviewed.';
        END IF;"""

COMMENT = _added()
SIGNATURE = _added(
    """
        IF NOT EXISTS (SELECT FROM public.cases_document d
                        WHERE (d.id, d.case_id) = (NEW.document_id, NEW.case_id)) THEN
            RAISE check_violation USING CONSTRAINT = 'plan_row_fits',
                MESSAGE = 'This document belongs to another case.';
        END IF;"""
)

REVIEW = [
    *_added(_IN_FORCE),
    keeps_active(),
    DefinerTrigger(
        name="next",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        func="""
        UPDATE public.rehabilitation_plan SET review_due = NEW.next_review_on WHERE id = NEW.plan_id;
        UPDATE public.cases_case SET next_due = NEW.next_review_on
         WHERE id = NEW.case_id AND state = 'implementation';
        RETURN NULL;""",
    ),
]

PROGRESS = [
    *_added(
        f"""{_IN_FORCE}
        IF NOT EXISTS (SELECT FROM public.rehabilitation_goal g
                        WHERE (g.id, g.plan_id) = (NEW.goal_id, NEW.plan_id))
            OR NEW.action_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM public.rehabilitation_goalaction a
                 WHERE (a.id, a.goal_id) = (NEW.action_id, NEW.goal_id))
            OR NEW.review_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM public.rehabilitation_review r
                 WHERE (r.id, r.plan_id) = (NEW.review_id, NEW.plan_id)) THEN
            RAISE check_violation USING CONSTRAINT = 'plan_row_fits',
                MESSAGE = 'This belongs to another plan.';
        END IF;"""  # noqa: S608 - constants only
    ),
    keeps_active(),
    DefinerTrigger(
        name="stands",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        func="""
        IF NEW.action_id IS NULL THEN
            UPDATE public.rehabilitation_goal SET state = NEW.state, state_at = NEW.written_at
             WHERE id = NEW.goal_id;
        ELSE
            UPDATE public.rehabilitation_goalaction SET state = NEW.state, state_at = NEW.written_at
             WHERE id = NEW.action_id;
        END IF;
        RETURN NULL;""",
    ),
]

# A closed case has no plan that binds or waits: the plan has reached its end, or was ended early.
CASE = [
    DefinerTrigger(
        name="ends_plans",
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        condition=pgtrigger.Q(old__state__df=pgtrigger.F("new__state")),
        func="""
        IF NEW.state IN ('closed', 'closed_referred') THEN
            UPDATE public.rehabilitation_plan p SET outcome = coalesce((
                SELECT CASE WHEN bool_and(g.state = 'achieved') THEN 'achieved'
                            WHEN bool_or(g.state IN ('achieved', 'partly')) THEN 'partly'
                            ELSE 'not_achieved' END
                  FROM public.rehabilitation_goal g
                 WHERE g.plan_id = p.id AND g.state <> 'dropped' AND p.state IN ('active', 'under_review')
                HAVING count(*) > 0), ''), state = CASE
                WHEN p.state IN ('active', 'under_review') AND EXISTS (
                    SELECT FROM public.cases_closure c WHERE c.case_id = NEW.id AND c.episode = NEW.episode
                        AND c.approved AND c.reason = 'goals_met') THEN 'completed'
                ELSE 'terminated' END
             WHERE p.case_id = NEW.id
               AND p.state IN ('draft', 'submitted', 'returned', 'active', 'under_review');
        END IF;
        RETURN NULL;""",
    )
]


def first_of_nobody(table: str) -> DefinerTrigger:
    """Of editions only the first, as it was installed, is nobody's; `table` without the app."""
    return DefinerTrigger(
        name="first_of_nobody",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func=f"""
        IF NEW.made_by_id IS NULL AND EXISTS (SELECT FROM public.rehabilitation_{table}) THEN
            RAISE check_violation USING CONSTRAINT = 'edition_says_who',
                MESSAGE = 'An edition says who made it.';
        END IF;
        NEW.made_at := statement_timestamp();
        RETURN NEW;""",
    )
