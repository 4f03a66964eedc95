-- A script that puts the row back has not undone its file.
SELECT pg_catalog.current_setting(CASE WHEN EXISTS(SELECT FROM {tracking} WHERE hash OPERATOR(pg_catalog.=) {hash}) THEN {q}smig.recorded_again_{nonce}{q} ELSE {q}TimeZone{q} END)
