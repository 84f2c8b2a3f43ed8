"""What the database guarantees about consent: whose scan it is, and that sharing stops with it."""

import pgtrigger

from aidcenter.clock import DB_TODAY
from aidcenter.triggers import DefinerTrigger, append_only
from cases import triggers

# What was read stays: an edited text is a new version.
TEXT = [append_only("append_only")]

# The signed sheet of a consent is a document of the same case.
SCAN_FITS = DefinerTrigger(
    name="scan_fits",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    func="""
        IF NEW.scan_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM public.cases_document d
             WHERE (d.id, d.case_id, d.section) = (NEW.scan_id, NEW.case_id, '')) THEN
            RAISE check_violation USING CONSTRAINT = 'consent_scan_fits',
                MESSAGE = 'This document belongs elsewhere.';
        END IF;
        RETURN NEW;""",
)

# Without consent to be helped only those keep the case whom the law obliges: caseworker and supervisors.
SHARING_STOPS = DefinerTrigger(
    name="sharing_stops",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.Update,
    func=f"""
        IF NEW.withdrawn_on IS NULL OR NEW.struck_at IS NOT NULL OR NOT 'services' = ANY (NEW.purposes)
            OR TG_OP = 'UPDATE' AND OLD.withdrawn_on IS NOT NULL
            OR EXISTS (SELECT FROM public.cases_consent c
                        WHERE c.case_id = NEW.case_id AND 'services' = ANY (c.purposes)
                            AND c.withdrawn_on IS NULL AND c.struck_at IS NULL
                            AND (c.ends_on IS NULL
                                 OR c.ends_on >= {DB_TODAY})) THEN
            RETURN NULL;
        END IF;
        DELETE FROM public.cases_caseusergrant g USING public.cases_case c, public.aidcenter_staff s
         WHERE g.case_id = NEW.case_id AND c.id = g.case_id AND s.id = g.user_id
            AND (g.source = 'care_team' OR g.source = 'share' AND s.team_id IS DISTINCT FROM c.team_id);
        RETURN NULL;""",  # noqa: S608 - constants only
)

CONSENT = [*triggers.KEPT, SCAN_FITS, SHARING_STOPS]
