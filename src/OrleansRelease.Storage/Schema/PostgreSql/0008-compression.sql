-- Each write stores two texts of some KB, and the server compresses what is longer than 2 KB. With pglz that costs more
-- than all else in the write; with lz4 a fraction of it. A server may have been built without lz4: it stays as it is.
-- What is stored already keeps its own compression and is read as before.
DO $$
BEGIN
    IF 'lz4' = ANY ((SELECT enumvals FROM pg_settings WHERE name = 'default_toast_compression')::text[]) THEN
        ALTER TABLE row ALTER COLUMN payload SET COMPRESSION lz4;
        ALTER TABLE log ALTER COLUMN transition SET COMPRESSION lz4;
        ALTER TABLE spec ALTER COLUMN text SET COMPRESSION lz4;
    END IF;
END $$;
