-- What is sent before one statement of a file that runs in steps, one statement a line.
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE
DECLARE smig_{nonce} NO SCROLL CURSOR WITH HOLD FOR SELECT pg_catalog.current_setting({q}smig.transaction_ended_inside_the_file_{nonce}{q})
SELECT pg_catalog.current_setting(CASE WHEN pg_catalog.pg_try_advisory_lock(pg_catalog.hashtextextended({lock},0)) THEN {q}TimeZone{q} ELSE {q}smig.lock_lost_{nonce}{q} END)
