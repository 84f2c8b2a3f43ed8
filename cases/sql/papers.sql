-- The number of a paper that the centre writes about a case. Run by a migration as the owner; may run again.

-- The next of the year, for whoever works in a context; taken back with the transaction, so there are no gaps.
CREATE OR REPLACE FUNCTION paper_number() RETURNS text
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT public.next_number('P', extract(year FROM (now() AT TIME ZONE 'Asia/Baku'))::smallint)
   WHERE public.app_uid() IS NOT NULL
$$;
