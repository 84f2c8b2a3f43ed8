"""What the database guarantees about keys of the API."""

import pgtrigger

from aidcenter.triggers import DefinerTrigger

# What a key is for stays; it is taken back once.
TOKEN_KEPT = DefinerTrigger(
    name="kept",
    when=pgtrigger.Before,
    operation=pgtrigger.Update | pgtrigger.Delete,
    func="""
        IF TG_OP = 'DELETE' OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at)
            OR to_jsonb(NEW) - '{revoked_at,used_at,window_at,window_count}'::text[]
               IS DISTINCT FROM to_jsonb(OLD) - '{revoked_at,used_at,window_at,window_count}'::text[] THEN
            RAISE EXCEPTION 'A key stays as it was made, until it is taken back.';
        END IF;
        RETURN NEW;""",
)


# The key of a state body's system is the administrator's to give, and opens the inbox of that body alone.
TOKEN_OF_PROGRAM = DefinerTrigger(
    name="of_program",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func="""
        IF EXISTS (SELECT FROM public.aidcenter_staff s WHERE s.id = NEW.person_id AND s.is_program)
            AND (NOT NEW.verbs::text[] <@ ARRAY['receive_notification', 'hear_events']
                 OR public.app_role() IS DISTINCT FROM 'administrator') THEN
            RAISE insufficient_privilege USING
                MESSAGE = 'A system of a state body has its key from the administrator, for its inbox.';
        END IF;
        RETURN NEW;""",
)
