-- Lists taken out as files (cases/exports.py). Run by a migration as the owner; may run again.

-- What is over is deleted; returns how many exports. Anybody may call it: it does what is due.
CREATE OR REPLACE FUNCTION exports_drop() RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE v_dropped int;
BEGIN
  DELETE FROM public.cases_exportfile f USING public.cases_export e
   WHERE e.id = f.export_id AND e.until <= now();
  DELETE FROM public.cases_export WHERE until <= now();
  GET DIAGNOSTICS v_dropped = ROW_COUNT;
  RETURN v_dropped;
END $$;
