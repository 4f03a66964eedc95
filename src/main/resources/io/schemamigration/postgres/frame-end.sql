-- What is sent after a file's text, one statement a line. No author's text here: a file that ends in
-- an open comment would swallow it.
CLOSE smig_{nonce}
RESET SESSION AUTHORIZATION
RESET ROLE
RESET lock_timeout
RESET statement_timeout
SET LOCAL search_path=pg_catalog,pg_temp
INSERT INTO {ledger}(event,hash,tracking_id,milliseconds,run_id) VALUES({q}applied{q},{hash},(SELECT id FROM {tracking} WHERE hash OPERATOR(pg_catalog.=) {hash}),{milliseconds},{run_id})
-- What the file left in the session must not reach the next one.
CLOSE ALL
UNLISTEN *
RESET ALL
DEALLOCATE ALL
DISCARD TEMP
DISCARD SEQUENCES
