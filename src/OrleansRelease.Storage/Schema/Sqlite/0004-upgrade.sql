-- Where the store lies, as whoever opened it last has found it. A copy that is opened elsewhere was restored, and gets
-- another epoch.
ALTER TABLE store ADD COLUMN place TEXT;
