-- What is sent first for every file, one statement a line, in a transaction that is open. {q} is a
-- dollar quote with a fresh nonce.
-- A DBA's limit ends the connection, not the file; from 17 on. In the options it is FATAL before.
SELECT pg_catalog.set_config(CASE WHEN pg_catalog.current_setting({q}server_version_num{q})::pg_catalog.int4 OPERATOR(pg_catalog.>=) 170000 THEN {q}transaction_timeout{q} ELSE {q}smig.no_timeout{q} END,{q}0{q},true)
SET LOCAL TimeZone='UTC'
SET LOCAL search_path=pg_catalog,pg_temp
-- The guard: COMMIT must materialise an open holdable cursor, and this one cannot be.
DECLARE smig_{nonce} NO SCROLL CURSOR WITH HOLD FOR SELECT pg_catalog.current_setting({q}smig.transaction_ended_inside_the_file_{nonce}{q})
-- The lock: taken once more, which costs nothing while it is ours. A file can let go of it without a
-- word, from a DO block or a function; then whoever has it now goes first.
SELECT pg_catalog.current_setting(CASE WHEN pg_catalog.pg_try_advisory_lock(pg_catalog.hashtextextended({lock},0)) THEN {q}TimeZone{q} ELSE {q}smig.lock_lost_{nonce}{q} END)
