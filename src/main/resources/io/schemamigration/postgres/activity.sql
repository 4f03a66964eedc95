-- Whose locks a session waits for, and how far the index is that it builds.
SELECT NULL::text AS phase, b.pid, a.application_name AS name,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)::bigint AS number
FROM pg_catalog.unnest(pg_catalog.pg_blocking_pids(?)) AS b(pid)
LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = b.pid
UNION ALL
SELECT p.phase, p.pid, NULL,
       CASE WHEN p.blocks_total > 0 THEN p.blocks_done * 100 / p.blocks_total
            WHEN p.tuples_total > 0 THEN p.tuples_done * 100 / p.tuples_total END
FROM pg_catalog.pg_stat_progress_create_index p WHERE p.pid = ?
