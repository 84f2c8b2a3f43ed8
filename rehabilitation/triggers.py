"""What the database guarantees about the houses."""

import pgtrigger

from aidcenter.triggers import DefinerTrigger, append_only

# A stay belongs to its case and house, ends once, and a child is not placed without a decision; the duty
# officer says who is in and who is out, and nothing else.
STAY = [
    DefinerTrigger(
        name="kept",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func="""
        IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'A stay ends, and stays on record.'; END IF;
        IF TG_OP = 'INSERT' AND NOT EXISTS (
            SELECT FROM public.cases_case c WHERE (c.id, c.victim_id) = (NEW.case_id, NEW.victim_id)
                AND (c.child_status = 'adult' OR NEW.decision IS NOT NULL)) THEN
            RAISE check_violation USING CONSTRAINT = 'stay_child_by_decision',
                MESSAGE = 'A child is placed by a decision of the guardianship authority.';
        END IF;
        IF TG_OP = 'UPDATE' AND (
            OLD.left_at IS NOT NULL
            OR (NEW.case_id, NEW.victim_id, NEW.house_id, NEW.came_at, NEW.placed_by_id)
               IS DISTINCT FROM (OLD.case_id, OLD.victim_id, OLD.house_id, OLD.came_at, OLD.placed_by_id)
            OR public.app_role() = 'house'
               AND to_jsonb(NEW) - 'out_since' IS DISTINCT FROM to_jsonb(OLD) - 'out_since') THEN
            RAISE EXCEPTION 'This of a stay does not change.';
        END IF;
        RETURN NEW;""",
    )
]

LOG = [append_only("append_only")]
