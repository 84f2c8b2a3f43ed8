"""What the database guarantees about the ministry's report: it counts and numbers it, and then it stands."""

import pgtrigger

from aidcenter.clock import DB_TODAY
from aidcenter.triggers import DefinerTrigger, append_only

REPORT = [
    DefinerTrigger(
        name="counts",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func=f"""
        IF NEW.period_until >= {DB_TODAY} THEN
            RAISE check_violation USING CONSTRAINT = 'report_period_over',
                MESSAGE = 'A report is sent of a period that is over.';
        END IF;
        IF NEW.sent_by_id IS DISTINCT FROM public.app_uid() THEN
            RAISE check_violation USING CONSTRAINT = 'report_in_own_name',
                MESSAGE = 'A report is sent in one''s own name.';
        END IF;
        PERFORM pg_advisory_xact_lock(hashtext('rehabilitation_report'));
        NEW.sent_at := statement_timestamp();
        SELECT to_char({DB_TODAY}, 'YYYY') || '-' || count(*) + 1 INTO NEW.number
          FROM public.rehabilitation_report r
         WHERE r.number LIKE to_char({DB_TODAY}, 'YYYY') || '-%';
        NEW.content := public.report_content(NEW.period_from, NEW.period_until);
        NEW.mark := encode(sha256(convert_to(NEW.content::text, 'UTF8')), 'hex');
        RETURN NEW;""",  # noqa: S608 - constants only
    ),
    append_only("append_only"),
]
