-- What is sent after a file's text, one statement a line. No author's text here: a file that ends in
-- an open comment would swallow it.
CLOSE smig_{nonce}
RESET SESSION AUTHORIZATION
RESET ROLE
RESET lock_timeout
RESET statement_timeout
SET LOCAL search_path=pg_catalog,pg_temp
