-- A rollback takes the row first, so that a script may delete it as well; a row that is gone already
-- is refused by the ledger.
WITH gone AS (DELETE FROM {tracking} WHERE hash OPERATOR(pg_catalog.=) {hash} RETURNING id) INSERT INTO {ledger}(event,hash,sequence,file,up_sha256,undo_sha256,run_id,resource,version,detail,tracking_id) VALUES({q}rolled_back{q},{hash},{sequence},{file},{undone_sha256},{up_sha256},{run_id},{resource},{version},{undo_detail},(SELECT id FROM gone))
