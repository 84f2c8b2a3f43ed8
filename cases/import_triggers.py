"""What the database guarantees about cases that were brought in from a spreadsheet, and can be taken out."""

import pgtrigger

from aidcenter.triggers import DefinerTrigger

# A case comes in an import only while that is being done, by who does it; and goes only as it is undone.
IMPORTED = DefinerTrigger(
    name="imported",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Delete,
    func="""
        IF TG_OP = 'DELETE' THEN
            IF NOT EXISTS (SELECT FROM public.cases_caseimport i WHERE i.id = OLD.imported_in_id
                            AND i.state = 'undone' AND i.undone_at = transaction_timestamp()) THEN
                RAISE EXCEPTION 'A case stays on record.';
            END IF;
            RETURN OLD;
        END IF;
        IF NEW.imported_in_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM public.cases_caseimport i WHERE i.id = NEW.imported_in_id AND i.state = 'done'
                AND i.done_at = transaction_timestamp() AND i.author_id = public.app_uid()) THEN
            RAISE check_violation USING CONSTRAINT = 'case_of_its_import',
                MESSAGE = 'This import is not being done.';
        END IF;
        RETURN NEW;""",
)


def _touched(name: str, whose: str) -> DefinerTrigger:
    """What a person changes of a case that was imported ends the time in which the import can be undone."""
    return DefinerTrigger(
        name=name,
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        func=f"""
        UPDATE public.cases_caseimport i SET touched = true
         WHERE i.id IN ({whose}) AND i.state = 'done' AND NOT i.touched
           AND i.done_at <> transaction_timestamp() AND session_user = 'aidcenter_web';
        RETURN NULL;""",  # noqa: S608 - constants only
    )


CASE = [IMPORTED, _touched("touched", "SELECT NEW.imported_in_id")]
VICTIM = [_touched("touched", "SELECT c.imported_in_id FROM public.cases_case c WHERE c.victim_id = NEW.id")]

# Nobody writes an import as done, and none goes.
IMPORT = [
    DefinerTrigger(
        name="kept",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Delete,
        func="""
        IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'An import stays on record.'; END IF;
        IF NEW.state <> 'checked' OR NEW.touched OR num_nonnulls(NEW.done_at, NEW.undone_at) > 0 THEN
            RAISE EXCEPTION 'An import is looked through first.';
        END IF;
        NEW.uploaded_at := statement_timestamp();
        RETURN NEW;""",
    )
]

# A decision on the status is only added, and goes only with a case that goes.
STATUS_DECISION = [
    DefinerTrigger(
        name="append_only",
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func="""
        IF TG_OP = 'UPDATE' OR EXISTS (SELECT FROM public.cases_case c WHERE c.id = OLD.case_id) THEN
            RAISE EXCEPTION 'Rows of % are only added.', TG_TABLE_NAME;
        END IF;
        RETURN OLD;""",
    )
]
