# Dumps a database and reads the whole dump again. Leaves in SMIG_WORK: dump.pgc, which is there only when it was read
# to its end; rows.tsv (count_rows says its form); hashes, those of the tracking table in the order of their ids;
# database, encoding, server-version, client-version, started, finished.
#
#   SMIG_LOCK_TIMEOUT   milliseconds that pg_dump waits for a lock on a table; default 30000
#   SMIG_ROLE           the role to read as; default the user
#
# What the dump has of owners and privileges stays in it; a restore decides.

role=${SMIG_ROLE:-}
db="service=${PGSERVICE:-db}"
part=$work/dump.pgc.partial

undo() {
  [ -z "${watch:-}" ] || kill -9 "$watch" 2>/dev/null
  rm -f "$part" "$work/dump.pgc" "$work/rows.tsv" "$work/hashes"
}

begin
undo
rm -f "$work/finished"
client=$(version pg_dump)
printf '%s\n' "$client" >"$work/client-version"
date -u +%Y-%m-%dT%H:%M:%SZ >"$work/started"

# Without an answer it is the connection; with one the SQLSTATE tells.
check() {
  ask "$db" -v role="$role"
  asked=$?
  [ "$asked" -ne 0 ] || return 0
  [ "$asked" -lt 128 ] || explain psql "$asked" "$scratch/psql" $DUMP_FAILED
  unless_connected "$scratch/psql"
  if state '22023|42704' && [ -n "$role" ]; then
    fail $PERMISSION_DENIED "the role to read as is not there (SQLSTATE 22023); create it, or name another"
  elif state 42501; then
    fail $PERMISSION_DENIED "the user may not take on the role, or not read the catalog (SQLSTATE 42501); GRANT it"
  fi
  fail $DUMP_FAILED "looking at the database failed" "$scratch/psql"
}

check >"$scratch/server" <<'SQL'
SELECT current_setting('server_version_num')::int / 10000, current_setting('server_version'),
  current_setting('server_encoding')
SQL
IFS='|' read -r major server encoding <"$scratch/server"
printf '%s\n' "${server%% *}" >"$work/server-version"
printf '%s\n' "$encoding" >"$work/encoding"
if [ "$major" -gt "${client%%[!0-9]*}" ]; then
  fail $NEWER_THAN_CLIENT "the server is PostgreSQL $major, pg_dump here is $client and cannot dump it; $newer $major"
fi
check >"$work/database" <<'SQL'
SELECT current_database()
SQL
check >"$work/database-id" <<'SQL'
SELECT oid, has_function_privilege('pg_control_system()', 'EXECUTE') AS identifies FROM pg_database
WHERE datname = current_database() \gset
\if :identifies
SELECT system_identifier || '/' || :oid FROM pg_control_system()
\else
SELECT '-/' || :oid
\endif
SQL

# All of them at once, and by SQL: what pg_dump says stops at the first, in the server's language.
check >"$scratch/closed" <<'SQL'
SELECT set_config('role', coalesce(nullif(:'role', ''), 'none'), false) \g /dev/null
SELECT count(*), string_agg(name, ', ' ORDER BY name) FILTER (WHERE number <= 3)
FROM (
  SELECT format('%I.%I', n.nspname, c.relname) AS name,
    row_number() OVER (ORDER BY format('%I.%I', n.nspname, c.relname)) AS number
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'S') AND c.relpersistence <> 't'
    AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_depend d
      WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
    AND (NOT has_schema_privilege(n.oid, 'USAGE')
      OR CASE c.relkind WHEN 'S' THEN NOT has_sequence_privilege(c.oid, 'SELECT')
           ELSE NOT has_table_privilege(c.oid, 'SELECT') END
      OR c.relkind = 'r' AND row_security_active(c.oid))
) AS closed
SQL
IFS='|' read -r closed names <"$scratch/closed"
if [ "$closed" -gt 0 ]; then
  [ "$closed" -le 3 ] || names="$names and $((closed - 3)) more"
  fail $PERMISSION_DENIED "the user may not read all of $names; GRANT USAGE and SELECT, or BYPASSRLS for row security"
fi

# Tells how far it is; not in the main process, which waits for pg_dump alone.
progress() {
  while :; do
    sleep 2 >/dev/null 2>&1 4>&-
    # shellcheck disable=SC2012 # the portable way to ask for a size; the name is our own
    ls -ln "$part" 2>/dev/null | awk '{ print "bytes " $5 }'
  done
}
progress 2>/dev/null &
watch=$!
run pg_dump -Fc --no-password --lock-wait-timeout="${SMIG_LOCK_TIMEOUT:-30000}" ${role:+"--role=$role"} -d "$db" \
  -f "$part" 2>"$scratch/words"
dumped=$?
# Not TERM: a shell that has just been forked may lose it, and would be waited for in vain.
kill -9 "$watch" 2>/dev/null
wait "$watch" 2>/dev/null
watch=
if [ "$dumped" -ne 0 ]; then
  # Where the server speaks another language: what else would a LOCK TABLE fail for, all may be read.
  if said 'Query was: LOCK TABLE' "$scratch/words" && ! said 'ERROR: |FATAL: |connection' "$scratch/words"; then
    fail $LOCK_TIMEOUT "a lock on a table was not had in time, somebody changes it; try again later"
  fi
  explain pg_dump "$dumped" "$scratch/words" $DUMP_FAILED
fi
scrub <"$scratch/words" >&2

count_dump "$work/rows.tsv" "$work/hashes" "$part"
mv "$part" "$work/dump.pgc" || fail $DUMP_FAILED "the dump could not be renamed"
# shellcheck disable=SC2012 # as above
ls -ln "$work/dump.pgc" | awk '{ print "bytes " $5 }'
date -u +%Y-%m-%dT%H:%M:%SZ >"$work/finished" || fail $NO_SPACE "no space left where the dump is; make room"
clean
