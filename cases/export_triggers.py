"""What the database guarantees about lists that are taken out as files."""

import pgtrigger

from aidcenter.triggers import DefinerTrigger

# A list is taken out by who asked for it; a long one after a supervisor or director, somebody else, approved.
EXPORT = [
    DefinerTrigger(
        name="kept",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func="""
        IF TG_OP = 'INSERT' THEN
            IF (NEW.decided_by_id, NEW.decided_at, NEW.approved, NEW.made_at) IS DISTINCT FROM
                (NULL::bigint, NULL::timestamptz, NULL::boolean, NULL::timestamptz) THEN
                RAISE EXCEPTION 'Nobody approves while asking.';
            END IF;
            NEW.asked_at := statement_timestamp();
            NEW.until := statement_timestamp() + interval '3 days';
            RETURN NEW;
        END IF;
        IF OLD.made_at IS NOT NULL OR OLD.until <= now() OR NEW.until <> OLD.until THEN
            RAISE EXCEPTION 'This export is over.';
        END IF;
        IF NEW.made_at IS NOT NULL AND OLD.person_id = public.app_uid() AND (NOT OLD.by_two OR OLD.approved)
            AND to_jsonb(NEW) - 'made_at' = to_jsonb(OLD) - 'made_at' THEN
            NEW.made_at := transaction_timestamp();
            NEW.until := statement_timestamp() + interval '1 hour';
            RETURN NEW;
        END IF;
        IF OLD.by_two AND OLD.decided_at IS NULL AND NEW.decided_at IS NOT NULL AND NEW.approved IS NOT NULL
            AND NEW.decided_by_id = public.app_uid() AND OLD.person_id <> public.app_uid()
            AND public.app_role() IN ('supervisor', 'director')
            AND to_jsonb(NEW) - ARRAY['decided_by_id', 'decided_at', 'approved']
                = to_jsonb(OLD) - ARRAY['decided_by_id', 'decided_at', 'approved'] THEN
            NEW.until := statement_timestamp() + interval '3 days';
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'An export is decided once, by somebody else, and made once, by who asked.';""",
    )
]

# The file comes in the transaction that made the export.
FILE = [
    DefinerTrigger(
        name="fits",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func="""
        IF TG_OP = 'UPDATE' OR NOT EXISTS (
            SELECT FROM public.cases_export e
             WHERE e.id = NEW.export_id AND e.person_id = public.app_uid()
                AND e.made_at = transaction_timestamp()) THEN
            RAISE check_violation USING CONSTRAINT = 'export_file_fits',
                MESSAGE = 'This file belongs elsewhere.';
        END IF;
        RETURN NEW;""",
    )
]
