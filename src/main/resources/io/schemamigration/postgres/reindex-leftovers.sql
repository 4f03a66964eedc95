-- Copies that REINDEX CONCURRENTLY left, also of the tables that hold long values: PostgreSQL's manual
-- says to drop both kinds. Not those that somebody is just building. In pg_toast only a superuser may.
WITH asked AS (SELECT ?::text AS kind, pg_catalog.to_regclass(?) AS relation, ?::text AS name),
tree AS (
  SELECT a.relation AS relid FROM asked a WHERE a.kind IN ('INDEX', 'TABLE')
  UNION SELECT p.relid FROM asked a, pg_catalog.pg_partition_tree(a.relation) p
    WHERE a.kind IN ('INDEX', 'TABLE')
),
tables AS (
  SELECT relid AS oid FROM tree
  UNION SELECT i.indrelid FROM pg_catalog.pg_index i JOIN tree ON tree.relid = i.indexrelid
  UNION SELECT t.oid FROM pg_catalog.pg_class t
    JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace, asked a
    WHERE CASE a.kind WHEN 'SCHEMA' THEN n.nspname = pg_catalog.btrim(a.name, '"')
      ELSE a.kind IN ('DATABASE', 'SYSTEM') END
)
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
FROM pg_catalog.pg_index x
JOIN pg_catalog.pg_class c ON c.oid = x.indexrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE NOT x.indisvalid AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND c.relname ~ '_cc(new|old)[0-9]*$'
  AND x.indrelid IN (SELECT t.oid FROM tables t
    UNION SELECT r.reltoastrelid FROM pg_catalog.pg_class r JOIN tables t ON t.oid = r.oid)
  AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_stat_progress_create_index p
    WHERE p.relid = x.indrelid AND p.pid <> pg_catalog.pg_backend_pid())
