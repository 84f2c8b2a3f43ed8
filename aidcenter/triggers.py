"""Triggers that nobody can talk out of their duty.

pgtrigger's stock functions begin with a setting that any SQL may set to skip them, and run as the
caller. A DefinerTrigger renders neither hook: it runs as the owner, with a fixed search_path.
"""

from typing import Any

import pgtrigger
from pgtrigger import compiler

from aidcenter.clock import DB_TODAY
from aidcenter.roles import BY_TWO


class DefinerTriggerSql(compiler.UpsertTriggerSql):
    """The SQL of such a trigger; migrations name this class, so its shape stays."""

    def get_template(self) -> str:
        """pgtrigger's template without the hook that lets a session ignore it."""
        return """
            CREATE OR REPLACE FUNCTION {pgid}() RETURNS TRIGGER
            LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
                {declare}
                BEGIN
                    {func}
                END;
            $$;
            REVOKE ALL ON FUNCTION {pgid}() FROM PUBLIC;
            DROP TRIGGER IF EXISTS {pgid} ON {table};
            CREATE {constraint} TRIGGER {pgid}
                {when} {operation} ON {table} {timing} {referencing}
                FOR EACH {level} {condition} EXECUTE FUNCTION {execute};
            COMMENT ON TRIGGER {pgid} ON {table} IS '{hash}';
        """


class DefinerTrigger(pgtrigger.Trigger):
    """A trigger whose function runs as its owner and cannot be ignored."""

    def compile(self, model: Any) -> compiler.Trigger:
        """The trigger as migrations keep it."""
        made = super().compile(model)
        return compiler.Trigger(name=made.name, sql=DefinerTriggerSql(**made.sql.kwargs))


SECONDS = "('supervisor', 'director')"
BY_TWO_SQL = str(tuple(role.value for role in BY_TWO))


def staffing(*columns: str, mine: str = "") -> DefinerTrigger:
    """Who works here as what, in which team, and who supervises it, is an administrator's to change.

    With `columns`, of an update only these count. `mine` is the column of the person the row is about: of
    their own rows an administrator changes nothing. What another trigger writes was decided where that one
    stands (cases/staffing_triggers.py). Before there is an administrator everybody may: that is how a
    centre begins.
    """
    same = " AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in columns) or "false"
    own = f" OR NEW.{mine} = public.app_uid()" if mine else ""
    return DefinerTrigger(
        name="staffing",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
        IF TG_OP = 'UPDATE' THEN
            IF {same} THEN RETURN NEW; END IF;
        END IF;
        IF session_user = 'aidcenter_web' AND pg_trigger_depth() = 1
            AND (public.app_role() IS DISTINCT FROM 'administrator'{own})
            AND EXISTS (SELECT FROM public.aidcenter_staff WHERE role = 'administrator') THEN
            RAISE insufficient_privilege USING
                MESSAGE = 'Who works here, and as what, is an administrator''s to change, never their own.';
        END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;""",
    )


# An administrator alone lets nobody into a role that reaches cases, and changes nobody's role or team: that
# is decided in cases_staffchange. One administrator, and one who may be the second, always stay: without a
# second an administrator would decide alone. The owner of the database may do all of it.
STAFF_BY_TWO = DefinerTrigger(
    name="z_by_two",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    func=f"""
        IF session_user = 'aidcenter_web' AND pg_trigger_depth() = 1
            AND EXISTS (SELECT FROM public.aidcenter_staff WHERE role = 'administrator')
            AND (CASE WHEN TG_OP = 'INSERT'
                THEN NEW.is_active AND NEW.role IN {BY_TWO_SQL} AND public.has_second(NEW.id)
                ELSE NEW.is_active AND NOT OLD.is_active
                    OR (NEW.role, NEW.team_id) IS DISTINCT FROM (OLD.role, OLD.team_id) END) THEN
            RAISE insufficient_privilege USING
                MESSAGE = 'Somebody else puts in force who works here as what.';
        END IF;
        IF TG_OP = 'UPDATE' AND session_user = 'aidcenter_web' AND OLD.is_active
            AND (OLD.role = 'administrator' AND NOT (NEW.is_active AND NEW.role = 'administrator')
                 OR OLD.role IN {SECONDS} AND NOT (NEW.is_active AND NEW.role IN {SECONDS})) THEN
            PERFORM FROM public.aidcenter_staff WHERE is_active
                AND role IN ('administrator', 'supervisor', 'director') ORDER BY id FOR UPDATE;
            IF NOT EXISTS (
                SELECT FROM public.aidcenter_staff s WHERE s.is_active AND s.id <> OLD.id
                   AND (s.role = OLD.role OR s.role IN {SECONDS} AND OLD.role IN {SECONDS})) THEN
                RAISE check_violation USING CONSTRAINT = 'staff_keeps_one',
                    MESSAGE = 'This is the only administrator, or the only one who says who works here.';
            END IF;
        END IF;
        RETURN NEW;""",  # noqa: S608 - constants only
)


def append_only(name: str) -> DefinerTrigger:
    """Rows are only added: UPDATE and DELETE raise, for the owner too."""
    return DefinerTrigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func="RAISE EXCEPTION 'Rows of % are only added.', TG_TABLE_NAME;",
    )


# What the centre says of a code stands on the last that it said of the same code.
REPLACES_THE_LAST = DefinerTrigger(
    name="replaces_the_last",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func="""
        NEW.set_at := statement_timestamp();
        IF NEW.replaces_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM public.aidcenter_codetext t
             WHERE t.id = NEW.replaces_id AND (t.code_list, t.code) = (NEW.code_list, NEW.code)) THEN
            RAISE check_violation USING CONSTRAINT = 'code_text_replaces_its_own',
                MESSAGE = 'A text replaces the last of the same code.';
        END IF;
        RETURN NEW;""",
)


def keeps_active(name: str = "z_active") -> DefinerTrigger:
    """What is written into a case says that its person is not forgotten."""
    return DefinerTrigger(
        name=name,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        func=f"""
        UPDATE public.cases_case SET active_on = {DB_TODAY}
         WHERE id = NEW.case_id AND active_on < {DB_TODAY};
        RETURN NULL;""",  # noqa: S608 - constants only
    )
