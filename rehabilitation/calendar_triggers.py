"""What the database guarantees about the calendar.

A booked service holds whoever gives it and its room, and nothing holds either twice. It is the service that
moves or frees its booking; the services of a group share one, which is free when the last of them is.
"""

import pgtrigger

from aidcenter.triggers import DefinerTrigger

USUAL = 60  # minutes, where nobody said how long it takes
_SAID = "r.state, r.starts_at, r.minutes, r.given_by_id, r.room_id, r.struck_at"
_NEW, _OLD = _SAID.replace("r.", "NEW."), _SAID.replace("r.", "OLD.")

# The locks are for two at once: without them each would wait for the other at the exclusion constraints, and
# one would be told of a deadlock instead of who is taken. What was delivered no sooner than planned has held
# its time; how long it took in the end moves nothing.
BOOKED = DefinerTrigger(
    name="z_booked",  # after `kept`
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    declare=[("was", "uuid"), ("span", "tstzrange"), ("lasts", "int"), ("on_day", "date")],
    func=f"""
        IF TG_OP = 'UPDATE' THEN
            was := OLD.booking_id;
            NEW.booking_id := was;
            IF ({_NEW}) IS NOT DISTINCT FROM ({_OLD}) THEN RETURN NEW; END IF;
            IF was IS NOT NULL AND NEW.state = 'delivered' AND NEW.struck_at IS NULL
                AND NEW.delivered_on >= (SELECT b.day FROM public.rehabilitation_booking b WHERE b.id = was)
                THEN
                RETURN NEW;
            END IF;
        END IF;
        IF NEW.room_id IS NOT NULL AND (TG_OP = 'INSERT' OR NEW.room_id IS DISTINCT FROM OLD.room_id)
            AND NOT EXISTS (
                SELECT FROM public.rehabilitation_room r WHERE r.id = NEW.room_id AND r.active) THEN
            RAISE check_violation USING CONSTRAINT = 'service_room_in_use',
                MESSAGE = 'This room is not in use.';
        END IF;
        IF NEW.state <> 'booked' OR NEW.struck_at IS NOT NULL
            OR NEW.given_by_id IS NULL AND NEW.room_id IS NULL THEN
            NEW.booking_id := NULL;
            IF was IS NOT NULL THEN PERFORM public.booking_left(was, NEW.id); END IF;
            RETURN NEW;
        END IF;
        lasts := coalesce(NEW.minutes, {USUAL});
        span := tstzrange(NEW.starts_at, NEW.starts_at + make_interval(mins => lasts));
        on_day := (NEW.starts_at AT TIME ZONE 'Asia/Baku')::date;
        IF NEW.given_by_id IS NOT NULL THEN
            PERFORM pg_advisory_xact_lock(hashtextextended('booking of a person', NEW.given_by_id));
        END IF;
        IF NEW.room_id IS NOT NULL THEN
            PERFORM pg_advisory_xact_lock(hashtextextended('booking of a room', NEW.room_id));
        END IF;
        IF TG_OP = 'INSERT' AND NEW.booking_id IS NOT NULL THEN
            PERFORM FROM public.rehabilitation_booking b
              WHERE b.id = NEW.booking_id AND b.freed_at IS NULL AND b.during = span
                AND b.staff_id IS NOT DISTINCT FROM NEW.given_by_id
                AND b.room_id IS NOT DISTINCT FROM NEW.room_id
                AND EXISTS (SELECT FROM public.rehabilitation_service s
                             WHERE s.booking_id = b.id AND s.type = NEW.type
                               AND s.recorded_by_id = public.app_uid())
                FOR NO KEY UPDATE;
            IF NOT FOUND THEN
                RAISE check_violation USING CONSTRAINT = 'service_of_its_session',
                    MESSAGE = 'A service joins the session that the same person has just booked.';
            END IF;
            RETURN NEW;
        END IF;
        IF was IS NOT NULL THEN
            PERFORM FROM public.rehabilitation_booking b WHERE b.id = was FOR NO KEY UPDATE;
            IF NOT EXISTS (SELECT FROM public.rehabilitation_service s
                            WHERE s.booking_id = was AND s.id <> NEW.id) THEN
                UPDATE public.rehabilitation_booking
                   SET staff_id = NEW.given_by_id, room_id = NEW.room_id, during = span, day = on_day,
                       minutes = lasts, clashes = false, changed_at = now()
                 WHERE id = was;
                RETURN NEW;
            END IF;
        END IF;
        NEW.booking_id := gen_random_uuid();
        INSERT INTO public.rehabilitation_booking (id, staff_id, room_id, during, day, minutes)
        VALUES (NEW.booking_id, NEW.given_by_id, NEW.room_id, span, on_day, lasts);
        RETURN NEW;""",  # noqa: S608 - constants only
)

STAFF = [
    DefinerTrigger(
        name="z_calendar_key",
        when=pgtrigger.After,
        operation=pgtrigger.UpdateOf("is_active"),
        condition=pgtrigger.Q(old__is_active=True, new__is_active=False),
        func="""
        UPDATE public.rehabilitation_calendarchoice SET key_hash = '' WHERE person_id = NEW.id;
        RETURN NULL;""",
    )
]
