-- The retention job walks over the records by their ids: every record that came in paid for an index that served it once a
-- day. Databases that were made while m006 lacked the index have none to drop.
DROP INDEX IF EXISTS report_uncut;
