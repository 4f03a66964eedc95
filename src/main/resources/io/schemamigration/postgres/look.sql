SELECT i.*, o.cluster, o.namespace, o.name, o.ledger, o.owner_row, d.dump, d.dump_location, d.dump_sha256, d.dump_bytes,
       d.dump_verified, d.dump_used, b.*
FROM (
  SELECT pg_backend_pid() AS pid, current_setting('server_version_num')::int AS version_num,
         current_setting('server_version') AS version, pg_is_in_recovery() AS recovery,
         current_setting('default_transaction_read_only')::bool AS frozen,
         (SELECT setting::bigint FROM pg_settings WHERE name = 'lock_timeout') AS lock_timeout,
         current_database()::text AS database,
         (SELECT oid::text FROM pg_database WHERE datname = current_database()) AS database_oid,
         has_function_privilege('pg_control_system()', 'EXECUTE') AS identifies,
         ARRAY(SELECT p.hash || ' ' || p.newest
               FROM (SELECT hash, max(id) FILTER (WHERE detail->>'sets' IS NULL) AS newest,
                              max(id) FILTER (WHERE detail->>'state' = 'done'
                              AND detail->>'sets' IS NULL OR detail->>'stays' = 'true') AS stays,
                            max(id) FILTER (WHERE detail->>'state' = 'attempt') AS attempt FROM {ledger}
                     WHERE event = 'progress' AND NOT starts_with(file, 'rollback_') GROUP BY hash) p
               LEFT JOIN (SELECT hash, max(id) AS ended FROM {ledger}
                          WHERE event IN ('applied', 'rolled_back', 'adopted', 'approved') GROUP BY hash) x
                 ON x.hash = p.hash
               WHERE (p.stays > COALESCE(x.ended, 0)
                      OR p.attempt > COALESCE(x.ended, 0) AND p.attempt = p.newest)
                 AND NOT EXISTS (SELECT FROM {tracking} t WHERE t.hash::text = p.hash)
               ORDER BY p.newest) AS begun,
         (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()) AS encrypted,
         EXISTS (SELECT FROM pg_locks l, hashtextextended({lock}, 0) AS k(key)
                 WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.pid <> pg_backend_pid()
                   AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                   AND l.classid::bigint = ((k.key >> 32) & 4294967295)
                   AND l.objid::bigint = (k.key & 4294967295)) AS locked,
         {tracking_oid} IS NOT NULL AS tracking, {ledger_oid} IS NOT NULL AS ledger_there,
         {format} AS ledger_format,
         EXISTS (SELECT FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
                 WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND c.oid >= 16384
                   AND s.nspname NOT LIKE 'pg\_%' AND s.nspname <> 'information_schema'
                   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                                   AND d.objid = c.oid AND d.deptype = 'e')) AS user_tables,
         CASE WHEN {tracking_oid} IS NULL THEN NULL ELSE
           (SELECT CASE
              WHEN c.relkind NOT IN ('r', 'p') THEN 'is no table'
              WHEN c.relkind = 'p' THEN 'is partitioned: a dump has its rows under the names of its partitions'
              WHEN c.relpersistence <> 'p' THEN 'is unlogged: a crash would empty it'
              WHEN c.relhasrules THEN 'has rules, which may swallow a record'
              WHEN EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal)
                THEN 'has triggers, which may change a record'
              WHEN NOT EXISTS (SELECT FROM pg_index x JOIN pg_attribute a
                               ON a.attrelid = c.oid AND a.attnum = x.indkey[0]
                               WHERE x.indrelid = c.oid AND x.indisunique AND x.indisvalid
                                 AND x.indnkeyatts = 1 AND x.indpred IS NULL AND a.attname = 'hash')
                THEN 'has no UNIQUE(hash)'
            END FROM pg_class c WHERE c.oid = {tracking_oid}) END AS defect,
         (SELECT CASE
            WHEN c.relkind NOT IN ('r', 'p') THEN 'is no table'
            WHEN c.relpersistence <> 'p' THEN 'is unlogged: a crash would empty it'
            WHEN c.relhasrules THEN 'has rules, which may swallow a record'
            WHEN EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal
                         AND t.tgtype & 2 = 2) THEN 'has a BEFORE trigger, which may swallow a record'
          END FROM pg_class c WHERE c.oid = {ledger_oid}) AS ledger_defect
) i
LEFT JOIN (
  SELECT detail->>'cluster' AS cluster, detail->>'namespace' AS namespace, detail->>'name' AS name,
         detail->>'ledger' AS ledger, id AS owner_row
  FROM {ledger} WHERE hash IS NULL AND event = 'owner' ORDER BY id DESC LIMIT 1
) o ON true
LEFT JOIN (
  SELECT detail->>'name' AS dump, detail->>'location' AS dump_location, detail->>'sha256' AS dump_sha256,
         detail->>'bytes' AS dump_bytes, detail->>'verified' AS dump_verified,
         id < (SELECT max(id) FROM {ledger} WHERE event IN ('applied', 'rolled_back')) AS dump_used
  FROM {ledger} WHERE hash IS NULL AND event = 'backed_up' ORDER BY id DESC LIMIT 1
) d ON true
LEFT JOIN (
  SELECT t.id, COALESCE(t.hash::text, e.hash) AS hash,
         (EXTRACT(epoch FROM t.created_at) * 1000)::bigint AS applied_at,
         e.event, e.run_id::text AS run_id, e.milliseconds, e.requested, c.sequence,
         c.sql_sha256, c.up_sha256, CASE WHEN e.event = 'rolled_back' THEN e.sql_sha256 END AS undone_sql_sha256,
         CASE WHEN e.event = 'rolled_back' THEN e.up_sha256 END AS undone_sha256,
         CASE WHEN u.stays > GREATEST(e.event_id, u.abandoned) OR u.attempt > e.event_id AND u.attempt = u.newest
           THEN u.newest END AS undoing
  FROM {tracking} t
  FULL JOIN (SELECT DISTINCT ON (hash) id AS event_id, hash, event, run_id, milliseconds, up_sha256,
                                     detail->>'request' IS NOT NULL AS requested, detail->>'sql' AS sql_sha256 FROM {ledger}
             WHERE event IN ('applied', 'rolled_back', 'adopted', 'approved')
               AND hash IS NOT NULL ORDER BY hash, id DESC) e
    ON e.hash = t.hash
  LEFT JOIN (SELECT DISTINCT ON (hash) hash, sequence, up_sha256, detail->>'sql' AS sql_sha256 FROM {ledger}
             WHERE event IN ('content', 'adopted') ORDER BY hash, id DESC) c
    ON c.hash = COALESCE(t.hash::text, e.hash)
  LEFT JOIN (SELECT hash, max(id) FILTER (WHERE detail->>'sets' IS NULL) AS newest,
                    max(id) FILTER (WHERE detail->>'state' = 'done'
                      AND detail->>'sets' IS NULL OR detail->>'stays' = 'true') AS stays,
                    max(id) FILTER (WHERE detail->>'state' = 'attempt') AS attempt,
                    max(id) FILTER (WHERE detail->>'state' = 'abandoned') AS abandoned FROM {ledger}
             WHERE event = 'progress' AND starts_with(file, 'rollback_') GROUP BY hash) u
    ON u.hash = t.hash
) b ON true
ORDER BY b.id NULLS LAST, b.hash
