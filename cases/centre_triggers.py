"""What the database guarantees about the settings of the centre: never of yesterday, never unsaid."""

import pgtrigger

from aidcenter.clock import DB_TODAY
from aidcenter.triggers import DefinerTrigger, append_only

VALUE = [
    append_only("append_only"),
    DefinerTrigger(
        name="from_today",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func=f"""
        IF NEW.since < {DB_TODAY} THEN
            RAISE check_violation USING CONSTRAINT = 'centre_value_from_today',
                MESSAGE = 'A setting changes from today on, or later.';
        END IF;
        NEW.set_at := statement_timestamp();
        RETURN NEW;""",
    ),
]
