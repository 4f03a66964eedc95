-- What the file left in the session must not reach the next one.
CLOSE ALL
UNLISTEN *
RESET ALL
DEALLOCATE ALL
DISCARD TEMP
DISCARD SEQUENCES
