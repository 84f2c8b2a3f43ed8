"""What the database guarantees about the logs of the houses, and about what serves a goal."""

import pgtrigger

from aidcenter.triggers import DefinerTrigger, append_only

LOG = [append_only("append_only")]

# What serves a goal serves one of its own case.
GOAL_FITS = [
    DefinerTrigger(
        name="fits",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func="""
        IF NEW.goal_id IS NOT NULL AND NOT EXISTS (SELECT FROM public.rehabilitation_goal g
                        WHERE (g.id, g.case_id) = (NEW.goal_id, NEW.case_id)) THEN
            RAISE check_violation USING CONSTRAINT = 'service_fits',
                MESSAGE = 'This goal belongs to another case.';
        END IF;
        RETURN NEW;""",
    )
]
