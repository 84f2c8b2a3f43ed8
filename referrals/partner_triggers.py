"""What the database guarantees about referrals to partners, by any way into the tables.

A referral rests on consent or a recorded reason, what was sent stands, each word is a step that exists,
and the state of referral and sheet follows from the words.
"""

import pgtrigger

from aidcenter import workflow
from aidcenter.clock import DB_TODAY
from aidcenter.triggers import DefinerTrigger, append_only, keeps_active
from cases.triggers import OF_ITS_CASE


def _refuse(constraint: str, message: str) -> str:
    return f"RAISE check_violation USING CONSTRAINT = '{constraint}', MESSAGE = '{message}';"


# To whom, and on what ground: asked anew each time a partner is chosen, and when the sheet leaves.
_GROUND = f"""
        IF NOT EXISTS (SELECT FROM public.cases_provider p
                        WHERE p.id = r.provider_id AND p.kind <> 'own' AND p.active_from <= {DB_TODAY}
                          AND (p.active_until IS NULL OR p.active_until >= {DB_TODAY})) THEN
            {_refuse("referral_partner", "Not a partner that the centre works with.")}
        END IF;
        IF EXISTS (SELECT FROM public.cases_case c
                    WHERE c.id = r.case_id AND c.state IN ('closed', 'closed_referred')) THEN
            {_refuse("referral_case_open", "The case is closed.")}
        END IF;
        IF r.consent_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM public.cases_consent c
             WHERE (c.id, c.case_id) = (r.consent_id, r.case_id) AND 'share_provider' = ANY (c.purposes)
               AND c.withdrawn_on IS NULL AND c.struck_at IS NULL
               AND (c.ends_on IS NULL OR c.ends_on >= {DB_TODAY})) THEN
            {_refuse("referral_consent", "The consent does not hold.")}
        END IF;"""  # noqa: S608 - constants only

# Of a declined one, whom to ask instead, on which ground, and until when.
_AGAIN = "ARRAY['state', 'moved_at', 'provider_id', 'consent_id', 'why_alone', 'wished_on']"

REFERRAL = [
    keeps_active(),
    DefinerTrigger(
        name="kept",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("r", "public.referrals_referral")],
        func=f"""
        IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'A referral stays on record.'; END IF;
        {OF_ITS_CASE}
        IF TG_OP = 'INSERT' THEN
            IF NEW.state <> 'due' OR NEW.author_id IS DISTINCT FROM public.app_uid() THEN
                {_refuse("referral_starts", "A referral starts unsent, in one''s own name.")}
            END IF;
            NEW.reference := public.next_number('R', extract(year FROM {DB_TODAY})::smallint);
            NEW.made_at := statement_timestamp();
            NEW.sent_at := NULL;
            NEW.asks := false;
        ELSIF pg_trigger_depth() > 1 THEN
            RETURN NEW;  -- the words, below
        ELSIF (OLD.state, NEW.state) <> ('declined', 'due')
            OR to_jsonb(NEW) - {_AGAIN} IS DISTINCT FROM to_jsonb(OLD) - {_AGAIN} THEN
            {_refuse("referral_stands", "What was asked stands; only a declined one is asked again.")}
        END IF;
        NEW.moved_at := statement_timestamp();
        r := NEW;
        {_GROUND}
        RETURN NEW;""",
    ),
]

_MOVES = "ARRAY['state', 'open_until']"  # with the words, below

SHEET = [
    keeps_active(),
    DefinerTrigger(
        name="frozen",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("r", "public.referrals_referral")],
        func=f"""
        IF TG_OP = 'UPDATE' AND (
            pg_trigger_depth() > 1 AND to_jsonb(NEW) - {_MOVES} = to_jsonb(OLD) - {_MOVES}
            OR session_user = 'aidcenter_worker'
               AND to_jsonb(NEW) - 'reminded_at' = to_jsonb(OLD) - 'reminded_at') THEN
            RETURN NEW;
        ELSIF TG_OP <> 'INSERT' THEN
            RAISE EXCEPTION 'What was sent stands.';
        END IF;
        SELECT * INTO r FROM public.referrals_referral WHERE id = NEW.referral_id FOR UPDATE;
        IF (r.case_id, r.victim_id, r.provider_id) IS DISTINCT FROM
            (NEW.case_id, NEW.victim_id, NEW.provider_id) THEN
            {_refuse("record_fits", "This record belongs elsewhere.")}
        END IF;
        IF r.state <> 'due' OR NEW.state <> 'sent' THEN
            {_refuse("referral_step", "This step of a referral does not exist.")}
        END IF;
        {_GROUND}
        IF NEW.way = 'portal' AND NOT EXISTS (
            SELECT FROM public.referrals_partnermember m JOIN public.aidcenter_staff s ON s.id = m.staff_id
             WHERE m.provider_id = NEW.provider_id AND s.is_active) THEN
            {_refuse("partner_has_portal", "Nobody of this partner signs in.")}
        END IF;
        NEW.number := (SELECT count(*) + 1 FROM public.referrals_partnersheet WHERE referral_id = r.id);
        NEW.reference := r.reference;
        NEW.service_type := r.service_type;
        NEW.urgency := r.urgency;
        NEW.wished_on := r.wished_on;
        NEW.sent_at := statement_timestamp();
        NEW.open_until := NULL;
        NEW.reminded_at := NULL;
        UPDATE public.referrals_referral SET state = 'sent', sent_at = NEW.sent_at, moved_at = NEW.sent_at
         WHERE id = r.id;
        RETURN NEW;""",  # noqa: S608 - constants only
    ),
]

# A word moves the last sheet and its referral, one at a time: of two answers the second is refused. A report
# of what goes on ends nothing.
_STEP = f"""
        SELECT * INTO r FROM public.referrals_referral WHERE id = NEW.referral_id FOR UPDATE;
        SELECT * INTO s FROM public.referrals_partnersheet
         WHERE referral_id = r.id AND r.state <> 'due' ORDER BY number DESC LIMIT 1;
        IF NEW.sheet_id IS NULL THEN NEW.sheet_id := s.id; END IF;
        IF (r.case_id, r.victim_id) IS DISTINCT FROM (NEW.case_id, NEW.victim_id)
            OR NEW.sheet_id IS DISTINCT FROM s.id THEN
            {_refuse("record_fits", "This record belongs elsewhere.")}
        END IF;
        v_to := CASE NEW.kind WHEN 'received' THEN 'delivered' WHEN 'accepted' THEN 'accepted'
            WHEN 'declined' THEN 'declined'
            WHEN 'report' THEN CASE WHEN NEW.outcome <> 'goes_on' THEN 'completed' END
            WHEN 'withdrawn' THEN 'cancelled' END;
        IF v_to IS NOT NULL AND NOT (r.state, v_to) IN ({workflow.REFERRAL.sql})
            OR v_to IS NULL AND r.state NOT IN ('sent', 'delivered', 'accepted')
            OR NEW.kind = 'report' AND r.state <> 'accepted' THEN
            {_refuse("referral_step", "This step of a referral does not exist.")}
        END IF;"""  # noqa: S608 - constants only

WORD = [
    append_only("append_only"),
    DefinerTrigger(
        name="moves",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        declare=[
            ("r", "public.referrals_referral"),
            ("s", "public.referrals_partnersheet"),
            ("v_to", "text"),
        ],
        func=f"""
        {_STEP}
        IF public.app_role() = 'partner' AND pg_trigger_depth() = 1 THEN
            IF NEW.said_by IS NOT NULL OR NEW.said_on IS NOT NULL THEN
                {_refuse("partner_says_itself", "A partner speaks for itself.")}
            END IF;
        ELSIF NEW.kind IN ('received', 'accepted', 'declined', 'question', 'report')
            AND (NEW.said_by IS NULL OR NEW.said_on IS NULL OR NEW.said_on > {DB_TODAY}) THEN
            {_refuse("partner_word_whose", "Who of the partner said it, and on which day?")}
        END IF;
        IF NEW.ends_on < NEW.starts_on OR NEW.starts_on > {DB_TODAY} THEN
            {_refuse("partner_word_days", "These days cannot be.")}
        END IF;
        NEW.at := statement_timestamp();
        UPDATE public.referrals_referral SET
            state = coalesce(v_to, state),
            moved_at = CASE WHEN v_to IS NULL AND NEW.kind <> 'report' THEN moved_at ELSE NEW.at END,
            asks = CASE NEW.kind WHEN 'question' THEN true WHEN 'answer' THEN false
                ELSE asks AND coalesce(v_to, '') NOT IN ('declined', 'completed', 'cancelled') END
         WHERE id = r.id;
        UPDATE public.referrals_partnersheet SET state = v_to,
            open_until = CASE WHEN v_to IN ('declined', 'completed', 'cancelled')
                THEN now() + make_interval(days => open_days) END
         WHERE id = s.id AND v_to IS NOT NULL;
        RETURN NEW;""",  # noqa: S608 - constants only
    ),
]


def _withdrawn(reason: str, where: str) -> str:
    """SQL: withdraw the referrals `where`, in the name of who did what ended them."""
    return f"""
        INSERT INTO public.referrals_partnerword
            (id, referral_id, case_id, victim_id, kind, reason, author_id)
        SELECT gen_random_uuid(), r.id, r.case_id, r.victim_id, 'withdrawn', '{reason}',
               coalesce(public.app_uid(), r.author_id)
          FROM public.referrals_referral r WHERE {where};
        RETURN NULL;"""  # noqa: S608 - constants only


# What is not sent ends with the consent that it rests on.
CONSENT = [
    DefinerTrigger(
        name="referrals_end",
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        condition=pgtrigger.Q(new__withdrawn_on__isnull=False) | pgtrigger.Q(new__struck_at__isnull=False),
        func=_withdrawn("consent", "r.consent_id = NEW.id AND r.state = 'due'"),
    )
]

# With the case ends what nobody has agreed to do yet; a partner that has accepted goes on.
CASE = [
    DefinerTrigger(
        name="referrals_end",
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        condition=pgtrigger.Q(old__state__df=pgtrigger.F("new__state"))
        & pgtrigger.Q(new__state__in=["closed", "closed_referred"]),
        func=_withdrawn("closed", "r.case_id = NEW.id AND r.state IN ('due', 'sent', 'delivered')"),
    )
]

# A member of a partner is no member of the centre, and a partner stands outside of it.
MEMBER = [
    append_only("append_only"),
    DefinerTrigger(
        name="fits",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func=f"""
        IF NOT EXISTS (SELECT FROM public.aidcenter_staff s, public.cases_provider p
                        WHERE s.id = NEW.staff_id AND s.role = 'partner'
                          AND p.id = NEW.provider_id AND p.kind <> 'own') THEN
            {_refuse("partner_member_fits", "Members of partners are of partners.")}
        END IF;
        RETURN NEW;""",
    ),
]
