"""What the database guarantees about linked cases."""

import pgtrigger

from aidcenter.triggers import DefinerTrigger

# A link is made in one's own name, ends once, and stays on record.
LINK = [
    DefinerTrigger(
        name="kept",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func="""
        IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'A link of cases ends, and stays on record.'; END IF;
        IF TG_OP = 'INSERT' THEN
            IF NEW.made_by_id IS DISTINCT FROM public.app_uid() OR NEW.ended_at IS NOT NULL THEN
                RAISE EXCEPTION 'A link is made in one''s own name.';
            END IF;
            NEW.made_at := statement_timestamp();
            RETURN NEW;
        END IF;
        IF OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL
            OR NEW.ended_by_id IS DISTINCT FROM public.app_uid()
            OR to_jsonb(NEW) - ARRAY['ended_at', 'ended_by_id', 'ended_why']
               IS DISTINCT FROM to_jsonb(OLD) - ARRAY['ended_at', 'ended_by_id', 'ended_why'] THEN
            RAISE EXCEPTION 'A link ends once, and nothing else of it changes.';
        END IF;
        RETURN NEW;""",
    )
]
