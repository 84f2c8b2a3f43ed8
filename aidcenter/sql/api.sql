-- Keys of the API. Run by a migration as the owner; may run again.

-- Whose the key is, what it may be used for, how often it was used within this minute, and how long that lasts.
-- Nobody is signed in when a program asks; the key itself is asked for, so that knowing its hash opens nothing.
-- That it was used need not be on the disk before the answer.
CREATE OR REPLACE FUNCTION api_use(p_key text)
RETURNS TABLE (token uuid, person bigint, verbs text[], used integer, resets_in integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  RETURN QUERY
    UPDATE public.aidcenter_apitoken t
       SET used_at = now(),
           window_count = CASE WHEN t.window_at > now() - interval '1 minute' THEN t.window_count + 1 ELSE 1 END,
           window_at = CASE WHEN t.window_at > now() - interval '1 minute' THEN t.window_at ELSE now() END
      FROM public.aidcenter_staff s
     WHERE s.id = t.person_id AND s.is_active AND t.revoked_at IS NULL AND t.expires_at > now()
       AND t.key_hash = encode(sha256(convert_to(p_key, 'UTF8')), 'hex')
    RETURNING t.id, t.person_id, t.verbs::text[], t.window_count,
              ceil(extract(epoch FROM t.window_at + interval '1 minute' - now()))::integer;
END $$;
