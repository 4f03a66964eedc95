-- The claim: whoever records a hash first runs its file, whatever tool it is.
INSERT INTO {tracking}(hash) VALUES({hash})
INSERT INTO {ledger}(event,hash,sequence,file,up_sha256,undo_sha256,up_text,undo_text,run_id,resource,version,detail,tracking_id) VALUES({q}content{q},{hash},{sequence},{file},{up_sha256},{undo_sha256},{up_text},{undo_text},{run_id},{resource},{version},{content_detail},(SELECT id FROM {tracking} WHERE hash OPERATOR(pg_catalog.=) {hash}))
