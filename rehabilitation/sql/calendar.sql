-- The calendar: what is freed, and whose address of a calendar it is.
-- Run by a migration as the owner; may run again.

-- A service has left its booking: with the last one the person and the room are free.
CREATE OR REPLACE FUNCTION booking_left(p_booking uuid, p_service uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM public.rehabilitation_booking b WHERE b.id = p_booking FOR NO KEY UPDATE;
  UPDATE public.rehabilitation_booking SET freed_at = now(), changed_at = now()
   WHERE id = p_booking AND NOT EXISTS (SELECT FROM public.rehabilitation_service s
                                         WHERE s.booking_id = p_booking AND s.id <> p_service);
END $$;
REVOKE ALL ON FUNCTION booking_left(uuid, uuid) FROM PUBLIC;

-- The case numbers behind the bookings of a day, for the mails of who chose to have them there, and of cases that
-- they still read; for the worker alone, which reads no case.
CREATE OR REPLACE FUNCTION bookings_numbered(p_day date) RETURNS TABLE (booking uuid, number text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT b.id, c.number
    FROM public.rehabilitation_booking b
    JOIN public.rehabilitation_calendarchoice h ON h.person_id = b.staff_id AND h.mail AND h.mail_numbers
    JOIN public.rehabilitation_service s ON s.booking_id = b.id
    JOIN public.cases_case c ON c.id = s.case_id
    JOIN public.cases_caseaccess a ON (a.case_id, a.user_id) = (c.id, b.staff_id) AND a.view_until > now()
   WHERE b.day = p_day AND b.freed_at IS NULL AND session_user = 'aidcenter_worker'
   ORDER BY c.number
$$;

-- Whose calendar the key opens: nobody is signed in when a program asks for it. The key itself is asked for,
-- so that knowing its hash opens nothing.
CREATE OR REPLACE FUNCTION calendar_of_key(p_key text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT c.person_id FROM public.rehabilitation_calendarchoice c
    JOIN public.aidcenter_staff s ON s.id = c.person_id AND s.is_active
   WHERE c.key_hash = encode(sha256(convert_to(p_key, 'UTF8')), 'hex')
$$;
