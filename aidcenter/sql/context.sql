-- Who is asking. The request's transaction carries `person|expiry|signature` in the setting
-- aidcenter.context (aidcenter/context.py); the key lies here as HMAC's two padded halves, in a schema
-- that no login but the owner may enter. Without a valid signature, or after the expiry: NULL, so zero rows.

CREATE SCHEMA IF NOT EXISTS private;
REVOKE ALL ON SCHEMA private FROM PUBLIC;
CREATE TABLE IF NOT EXISTS private.context_key (
  id int PRIMARY KEY DEFAULT 1 CHECK (id = 1), ipad bytea NOT NULL, opad bytea NOT NULL
);

CREATE OR REPLACE FUNCTION app_uid() RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  said text := current_setting('aidcenter.context', true);
  person text := split_part(said, '|', 1);
  expiry text := split_part(said, '|', 2);
  inner_half bytea;
  outer_half bytea;
BEGIN
  IF said IS NULL OR said = '' THEN RETURN NULL; END IF;
  SELECT ipad, opad INTO inner_half, outer_half FROM private.context_key;
  IF encode(sha256(outer_half || sha256(inner_half || convert_to(person || '|' || expiry, 'UTF8'))), 'hex')
      IS DISTINCT FROM split_part(said, '|', 3) THEN RETURN NULL; END IF;
  -- Only what is signed is cast, so junk cannot raise.
  IF to_timestamp(expiry::bigint) <= statement_timestamp() THEN RETURN NULL; END IF;
  RETURN nullif(person, '')::bigint;
END $$;

-- The role of the asking person; NULL for nobody and for people who have left.
CREATE OR REPLACE FUNCTION app_role() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT role FROM public.aidcenter_staff WHERE id = public.app_uid() AND is_active
$$;
