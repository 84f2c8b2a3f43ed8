"""What the database guarantees about state bodies: whose they are to change, and what they were called."""

import pgtrigger

from aidcenter.clock import DB_TODAY
from aidcenter.triggers import DefinerTrigger, staffing

# One body of a kind in a district on any day; what has ended stays ended; the name is that of the day.
COMMISSION = [
    staffing(),
    DefinerTrigger(
        name="kept",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("n", "public.referrals_commissionname")],
        func=f"""
        IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'A state body is ended, never deleted.'; END IF;
        IF TG_OP = 'UPDATE' THEN
            IF (NEW.id, NEW.body, NEW.district, NEW.active_from)
                IS DISTINCT FROM (OLD.id, OLD.body, OLD.district, OLD.active_from)
                OR OLD.active_until <= {DB_TODAY} AND NEW.active_until IS DISTINCT FROM OLD.active_until THEN
                RAISE EXCEPTION 'What a state body was stays on record.';
            END IF;
            SELECT * INTO n FROM public.referrals_commissionname
             WHERE commission_id = NEW.id AND since <= {DB_TODAY} ORDER BY since DESC, id DESC LIMIT 1;
            IF FOUND THEN
                NEW.name_az := n.name_az;
                NEW.name_ru := n.name_ru;
                NEW.name_en := n.name_en;
                NEW.address := n.address;
            END IF;
        END IF;
        IF NEW.successor_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM public.referrals_commission c
             WHERE c.id = NEW.successor_id AND c.body = NEW.body AND c.id <> NEW.id) THEN
            RAISE check_violation USING CONSTRAINT = 'commission_same_kind_takes_over',
                MESSAGE = 'Another body of the same kind takes over.';
        END IF;
        PERFORM pg_advisory_xact_lock(hashtext('commission ' || NEW.body || ' ' || NEW.district));
        IF EXISTS (SELECT FROM public.referrals_commission c
                    WHERE c.body = NEW.body AND c.district = NEW.district AND c.id <> NEW.id
                      AND daterange(c.active_from, c.active_until)
                          && daterange(NEW.active_from, NEW.active_until)) THEN
            RAISE check_violation USING CONSTRAINT = 'commission_one_a_day',
                MESSAGE = 'Another body of this kind acts in the district on some of these days.';
        END IF;
        RETURN NEW;""",  # noqa: S608 - constants only
    ),
    DefinerTrigger(
        name="first_name",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        func="""
        INSERT INTO public.referrals_commissionname
            (commission_id, since, name_az, name_ru, name_en, address, made_by_id)
        VALUES (NEW.id, NEW.active_from, NEW.name_az, NEW.name_ru, NEW.name_en, NEW.address,
            public.app_uid());
        RETURN NULL;""",
    ),
    DefinerTrigger(
        name="contact",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func="""
        IF TG_OP = 'UPDATE' AND (NEW.email, NEW.phone, NEW.duty_phone, NEW.opens_at, NEW.closes_at,
                NEW.office_days, NEW.channels)
            IS NOT DISTINCT FROM (OLD.email, OLD.phone, OLD.duty_phone, OLD.opens_at, OLD.closes_at,
                OLD.office_days, OLD.channels) THEN
            RETURN NULL;
        END IF;
        INSERT INTO public.referrals_commissioncontact
            (commission_id, email, phone, duty_phone, opens_at, closes_at, office_days, channels, made_by_id)
        VALUES (NEW.id, NEW.email, NEW.phone, NEW.duty_phone, NEW.opens_at, NEW.closes_at, NEW.office_days,
            NEW.channels, public.app_uid());
        RETURN NULL;""",
    ),
]

# A name is given from today on at the earliest, stays, and is taken back only before its day.
COMMISSION_NAME = [
    staffing(),
    DefinerTrigger(
        name="kept",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
        IF TG_OP = 'INSERT' THEN
            IF pg_trigger_depth() = 1 AND NEW.since < {DB_TODAY} THEN
                RAISE check_violation USING CONSTRAINT = 'name_from_today',
                    MESSAGE = 'A body is renamed from today on at the earliest.';
            END IF;
            RETURN NEW;
        END IF;
        IF TG_OP = 'DELETE' AND OLD.since > {DB_TODAY} THEN RETURN OLD; END IF;
        RAISE EXCEPTION 'What a body was called stays on record.';""",
    ),
    DefinerTrigger(
        name="z_in_force",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Delete,
        func="""
        UPDATE public.referrals_commission SET name_az = name_az
         WHERE id = CASE TG_OP WHEN 'DELETE' THEN OLD.commission_id ELSE NEW.commission_id END;
        RETURN NULL;""",
    ),
]

MEMBER = [staffing(mine="staff_id")]

# A member says so of themselves, the administrator of everybody; a colleague of the same body stands in.
AWAY = [
    DefinerTrigger(
        name="kept",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func="""
        IF TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND (OLD.ended_at IS NOT NULL
            OR to_jsonb(NEW) - 'ended_at' IS DISTINCT FROM to_jsonb(OLD) - 'ended_at') THEN
            RAISE EXCEPTION 'An absence is ended, and stays on record.';
        END IF;
        IF session_user = 'aidcenter_web' AND public.app_role() IS DISTINCT FROM 'administrator'
            AND NOT EXISTS (SELECT FROM public.referrals_member m
                             WHERE m.id = NEW.member_id AND m.staff_id = public.app_uid()) THEN
            RAISE insufficient_privilege USING MESSAGE = 'Who is away says so, or the administrator.';
        END IF;
        IF TG_OP = 'INSERT' AND (NEW.set_by_id IS DISTINCT FROM public.app_uid() OR NOT EXISTS (
            SELECT FROM public.referrals_member m JOIN public.referrals_member d USING (commission_id)
             WHERE m.id = NEW.member_id AND d.id = NEW.deputy_id)) THEN
            RAISE EXCEPTION 'A colleague of the same body stands in.';
        END IF;
        RETURN NEW;""",
    )
]

# Whoever is told next is for the database to say: a person cannot turn a notification to another body.
ADDRESSED = DefinerTrigger(
    name="addressed",
    when=pgtrigger.Before,
    operation=pgtrigger.UpdateOf("commission_id"),
    func="""
        IF NEW.commission_id IS DISTINCT FROM OLD.commission_id AND session_user = 'aidcenter_web'
            AND public.app_role() IS DISTINCT FROM 'administrator' THEN
            RAISE insufficient_privilege USING
                MESSAGE = 'Whom a notification is sent to is not a person''s to say.';
        END IF;
        RETURN NEW;""",
)

# Where the centre has had a case or a notification.
SEEN = DefinerTrigger(
    name="district_seen",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("district"),
    func="""
        INSERT INTO public.referrals_districtseen (district) VALUES (NEW.district) ON CONFLICT DO NOTHING;
        RETURN NULL;""",
)

# A test message to a body: answered once, by its member; repaired once, by the centre; never taken back.
DRILL_CALL = [
    DefinerTrigger(
        name="kept",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func="""
        IF TG_OP = 'INSERT' THEN
            IF NEW.acknowledged_at IS NOT NULL OR NEW.repaired_at IS NOT NULL THEN
                RAISE EXCEPTION 'A test begins without an answer.';
            END IF;
            RETURN NEW;
        END IF;
        IF TG_OP = 'DELETE' OR to_jsonb(NEW) - ARRAY['mail_at', 'acknowledged_at', 'acknowledged_by_id',
                'repaired_at', 'repaired_by_id', 'repair']
            IS DISTINCT FROM to_jsonb(OLD) - ARRAY['mail_at', 'acknowledged_at', 'acknowledged_by_id',
                'repaired_at', 'repaired_by_id', 'repair'] THEN
            RAISE EXCEPTION 'A test of a state body stays on record.';
        END IF;
        IF (NEW.acknowledged_at, NEW.acknowledged_by_id)
            IS DISTINCT FROM (OLD.acknowledged_at, OLD.acknowledged_by_id) AND (
                OLD.acknowledged_at IS NOT NULL OR NEW.acknowledged_at > statement_timestamp()
                OR NEW.acknowledged_by_id IS DISTINCT FROM public.app_uid()
                OR NOT EXISTS (SELECT FROM public.referrals_member m
                                WHERE m.staff_id = public.app_uid()
                                  AND m.commission_id = OLD.commission_id)) THEN
            RAISE EXCEPTION 'A member of the body answers a test, once.';
        END IF;
        IF (NEW.repaired_at, NEW.repaired_by_id, NEW.repair)
            IS DISTINCT FROM (OLD.repaired_at, OLD.repaired_by_id, OLD.repair) AND (
                OLD.repaired_at IS NOT NULL OR NEW.repair = ''
                OR NEW.repaired_by_id IS DISTINCT FROM public.app_uid()
                OR public.app_role() IS NULL OR public.app_role() NOT IN ('director', 'administrator')) THEN
            RAISE EXCEPTION 'The centre says once what was repaired.';
        END IF;
        RETURN NEW;""",
    )
]
