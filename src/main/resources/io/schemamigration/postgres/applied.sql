-- The record that the file ran, with the row that says so still there.
INSERT INTO {ledger}(event,hash,tracking_id,milliseconds,run_id) VALUES({q}applied{q},{hash},(SELECT id FROM {tracking} WHERE hash OPERATOR(pg_catalog.=) {hash}),{milliseconds},{run_id})
