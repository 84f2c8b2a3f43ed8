"""What the database guarantees about events for the programs of people: owed by any way into a table."""

import pgtrigger

from aidcenter.triggers import DefinerTrigger

# An address and what it is told of stay as they were set up; who ends it, ends it once. What was set up with
# a key of the API is of that key's person, and lasts no longer than the key.
HOOK = [
    DefinerTrigger(
        name="kept",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func="""
        IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'A hook is taken back, never deleted.'; END IF;
        IF TG_OP = 'INSERT' THEN
            NEW.made_at := statement_timestamp();
            SELECT t.expires_at INTO NEW.expires_at FROM public.aidcenter_apitoken t
             WHERE t.id = NEW.token_id AND t.person_id = NEW.person_id AND t.revoked_at IS NULL;
            IF NEW.token_id IS NOT NULL AND NOT FOUND THEN
                RAISE EXCEPTION 'A hook is of the person of its key.';
            END IF;
            RETURN NEW;
        END IF;
        IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at
            OR NEW.sealed_secret <> OLD.sealed_secret AND session_user <> 'aidcenter_owner'
            OR to_jsonb(NEW) - '{revoked_at,failures,rests_until,sealed_secret}'::text[]
               IS DISTINCT FROM to_jsonb(OLD) - '{revoked_at,failures,rests_until,sealed_secret}'::text[] THEN
            RAISE EXCEPTION 'A hook stays as it was made, until it is taken back.';
        END IF;
        RETURN NEW;""",
    )
]

TOKEN = [
    DefinerTrigger(
        name="ends_hooks",
        when=pgtrigger.After,
        operation=pgtrigger.UpdateOf("revoked_at"),
        condition=pgtrigger.Q(old__revoked_at__isnull=True, new__revoked_at__isnull=False),
        func="""
        UPDATE public.cases_hook SET revoked_at = statement_timestamp()
         WHERE token_id = NEW.id AND revoked_at IS NULL;
        RETURN NULL;""",
    )
]

# A case is in another state: told to whoever reads it and has asked for it.
MOVED = DefinerTrigger(
    name="z_moved",
    when=pgtrigger.After,
    operation=pgtrigger.Update,
    condition=pgtrigger.Condition("OLD.state IS DISTINCT FROM NEW.state"),
    func="""
        PERFORM public.owe_events('case.moved', NEW.id, NEW.id, '{}');
        RETURN NULL;""",
)
