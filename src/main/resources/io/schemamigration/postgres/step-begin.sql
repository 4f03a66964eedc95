-- What is sent before one statement of a file that runs in steps, one statement a line.
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE
-- A DBA's limit ends the connection, not the file; from 17 on. In the options it is FATAL before.
SELECT pg_catalog.set_config(CASE WHEN pg_catalog.current_setting({q}server_version_num{q})::pg_catalog.int4 OPERATOR(pg_catalog.>=) 170000 THEN {q}transaction_timeout{q} ELSE {q}smig.no_timeout{q} END,{q}0{q},true)
DECLARE smig_{nonce} NO SCROLL CURSOR WITH HOLD FOR SELECT pg_catalog.current_setting({q}smig.transaction_ended_inside_the_file_{nonce}{q})
SELECT pg_catalog.current_setting(CASE WHEN pg_catalog.pg_try_advisory_lock(pg_catalog.hashtextextended({lock},0)) THEN {q}TimeZone{q} ELSE {q}smig.lock_lost_{nonce}{q} END)
