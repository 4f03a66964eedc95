-- What is sent after it. All is LOCAL: what the statement set for the session is for the next one.
SET CONSTRAINTS ALL IMMEDIATE
CLOSE smig_{nonce}
SET LOCAL SESSION AUTHORIZATION DEFAULT
SET LOCAL role TO DEFAULT
SET LOCAL search_path=pg_catalog,pg_temp
INSERT INTO {ledger}(event,hash,sequence,file,up_sha256,statement,run_id,resource,version,detail) VALUES({q}progress{q},{hash},{sequence},{file},{prefix},{statement},{run_id},{resource},{version},{detail})
COMMIT
