-- After a file that ran in steps: what it left in the session must not reach the next one.
RESET SESSION AUTHORIZATION
RESET ROLE
CLOSE ALL
UNLISTEN *
RESET ALL
DEALLOCATE ALL
DISCARD TEMP
DISCARD SEQUENCES
