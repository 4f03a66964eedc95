# Restores a dump into a new database and compares what is there with what the dump has.
#
#   SMIG_DUMP       the dump; default SMIG_WORK/dump.pgc
#   SMIG_DATABASE   the new database; that it is not there yet is a condition
#   SMIG_OWNER      the role that shall own it and all in it; default the user
#   SMIG_UID        of this restore: by it a second run knows what the first one did
#   SMIG_JOBS       how many connections restore at a time; default 1
#   SMIG_SHA256     of the dump; empty: somebody else has compared it
#   SMIG_CHECK      yes: no more than look whether the server lets it happen; the dump need not be there yet
#
# SMIG_WORK/rows.tsv has the rows of each table, as count_rows writes them; without it the dump is counted.
# SMIG_WORK/history has schema and name of the tracking table, in a line each, where SMIG_HISTORY_SCHEMA and _TABLE do
# not say. The result is printed as one line of JSON, as a JobResult, and goes to the termination log.
#
# All happens in a database smig_restore_<uid>, which gets its name when everything is right: nobody meets half a
# database, and what a killed run left is known by its name. Owners and privileges of the dump stay out: their roles
# are another server's. So do tablespaces, publications, subscriptions, and comments on extensions (each brings its
# own). What only an administrator may make (extensions and their tables' rows, foreign data wrappers, event triggers)
# is made as the user who logs in, all else as the owner.

name=${SMIG_DATABASE:-}
owner=${SMIG_OWNER:-}
uid=${SMIG_UID:-}
dump=${SMIG_DUMP:-${SMIG_WORK:-/work}/dump.pgc}
making=smig_restore_$(printf '%s' "$uid" | tr -cd 'a-z0-9')
mark="smig-restore $uid"
admin="service=${PGSERVICE:-db}"
inside="service=${PGSERVICE:-db} dbname='$making'"
created=
oid=0
watch=
# A server may be read-only for whoever does not ask.
PGOPTIONS="$PGOPTIONS -c default_transaction_read_only=off"

undo() {
  unwatch
  [ -z "$created" ] || drop
}

unwatch() {
  [ -n "$watch" ] || return 0
  # Not TERM: a shell that has just been forked may lose it, and would be waited for in vain.
  kill -9 "$watch" 2>/dev/null
  wait "$watch" 2>/dev/null
  watch=
}

# Only what a run of this restore made; once this one has made its own, only that: another may be at work by now.
drop() {
  at "$admin" <<'SQL'
SELECT format('DROP DATABASE %I WITH (FORCE)', datname) FROM pg_database
WHERE datname = :'making' AND (:oid = 0 OR oid = :oid) AND coalesce(shobj_description(oid, 'pg_database'), :'mark' || ' running') = :'mark' || ' running'
\gexec
SQL
}

at() {
  conninfo=$1
  shift
  ask "$conninfo" -v name="$name" -v making="$making" -v owner="$owner" -v mark="$mark" -v oid="$oid" "$@"
}

# As at, and ends the script where the server says no.
do_at() {
  at "$@"
  asked=$?
  [ "$asked" -ne 0 ] || return 0
  [ "$asked" -lt 128 ] || explain psql "$asked" "$scratch/psql" $RESTORE_FAILED
  unless_connected "$scratch/psql"
  ! state 42501 || fail $PERMISSION_DENIED "the user may not (SQLSTATE 42501): $doing; GRANT it, or log in as one who may"
  ! state 53100 || fail $NO_SPACE "no space left on the server (SQLSTATE 53100): $doing; make room"
  fail $RESTORE_FAILED "$doing failed" "$scratch/psql"
}

report() {
  doing="reporting"
  do_at "$admin" -v tables="$(awk 'END { print NR }' "$scratch/rows.tsv")" \
    -v rows="$(awk -F '\t' '{ n += $2 } END { printf "%.0f\n", n }' "$scratch/rows.tsv")" -v applied="$applied" \
    >"$scratch/report" <<'SQL'
SELECT json_build_object('result', 'Restored', 'database', :'name', 'tables', :tables, 'rows', :rows, 'applied', :applied)
SQL
  cat "$scratch/report"
  if [ -n "${SMIG_TERMINATION_LOG:-}" ] || [ -w "$log" ]; then
    cat "$scratch/report" >"$log"
  fi
  clean
  exit 0
}

# pg_restore of the entries of a list; further arguments are its own.
restore() {
  list=$1
  shift
  [ -s "$list" ] || return 0
  run pg_restore --exit-on-error --no-owner --no-privileges --no-tablespaces --no-publications --no-subscriptions \
    --no-password "$@" -L "$list" -d "$inside" "$dump" 2>"$scratch/words"
  restored=$?
  [ "$restored" -eq 0 ] || explain pg_restore "$restored" "$scratch/words" $RESTORE_FAILED
}

# Tells how much is there; not in the main process, which waits for pg_restore alone.
progress() {
  while :; do
    sleep 3 >/dev/null 2>&1 4>&-
    printf '%s\n' "SELECT 'bytes ' || pg_database_size(:'making')" |
      psql -X -q -A -t -w -v making="$making" -d "$admin" -f -
  done
}

case $dump in /*) ;; *) dump=$PWD/$dump ;; esac
begin
if [ -z "${SMIG_HISTORY_TABLE:-}" ] && [ -f "$work/history" ]; then
  {
    IFS= read -r SMIG_HISTORY_SCHEMA
    IFS= read -r SMIG_HISTORY_TABLE
  } <"$work/history"
  export SMIG_HISTORY_SCHEMA SMIG_HISTORY_TABLE
fi
if [ -z "$name" ] || [ ${#name} -gt 63 ] || [ ${#owner} -gt 63 ]; then
  fail $SETTINGS_INVALID "the names of database and owner have 1 to 63 bytes; choose others"
elif [ "$making" = smig_restore_ ] || [ ${#making} -gt 63 ]; then
  fail $SETTINGS_INVALID "SMIG_UID is not that of a restore"
elif [ -z "${SMIG_CHECK:-}" ] && ! [ -r "$dump" ]; then
  fail $SETTINGS_INVALID "the dump is not there, or cannot be read"
fi

doing="looking for the database"
do_at "$admin" >"$scratch/there" <<'SQL'
SELECT CASE (SELECT coalesce(shobj_description(oid, 'pg_database'), '') = :'mark' || ' complete'
    FROM pg_database WHERE datname = :'name')
  WHEN true THEN 'done' WHEN false THEN 'taken' ELSE 'free' END,
  :'owner' = '' OR EXISTS (SELECT FROM pg_roles WHERE rolname = :'owner'),
  (SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user) AND coalesce((
    SELECT pg_has_role(oid, 'USAGE')
      AND pg_has_role(oid, CASE WHEN current_setting('server_version_num')::int < 160000 THEN 'MEMBER' ELSE 'SET' END)
    FROM pg_roles WHERE rolname = :'owner'), true)
SQL
IFS='|' read -r there known able <"$scratch/there"
if [ "$there" = taken ]; then
  drop
  fail $DATABASE_EXISTS "the database $name is there already, and a restore never writes over one; choose another name"
elif [ "$known" != t ]; then
  fail $SETTINGS_INVALID "the role $owner, which shall own the database, is not there; create it"
fi
needs="making a database, which needs CREATEDB, for role ${owner:-of the user}, of which the user must be a member, with INHERIT"
if [ "$there" = free ] && [ "$able" != t ]; then
  fail $PERMISSION_DENIED "the user may not: $needs; GRANT it, or log in as one who may"
fi
if [ -n "${SMIG_CHECK:-}" ]; then
  clean
  exit 0
fi
if [ -n "${SMIG_SHA256:-}" ] && [ "$there" = free ]; then
  run sha256sum "$dump" >"$scratch/sha256" || fail $VERIFICATION_FAILED "the dump cannot be read"
  read -r sum _ <"$scratch/sha256"
  [ "$sum" = "$SMIG_SHA256" ] || fail $VERIFICATION_FAILED \
    "the dump was changed or damaged: its sha256 is not that of its manifest; use another backup"
fi
if [ -f "$work/rows.tsv" ]; then
  cp "$work/rows.tsv" "$scratch/rows.tsv"
  # The tracking table alone; pg_restore takes these names as they are, without patterns.
  count_dump "$scratch/tracking.tsv" "$scratch/hashes" -n "${SMIG_HISTORY_SCHEMA:-public}" \
    -t "${SMIG_HISTORY_TABLE:-drizzle_migrations}" "$dump"
else
  count_dump "$scratch/rows.tsv" "$scratch/hashes" "$dump"
fi
applied=$(awk 'END { print NR }' "$scratch/hashes")
[ "$there" = free ] || report

# Encoding and locale, as the dump has them; the line is read piece by piece, for it is put into ours.
pg_restore --create --schema-only -f - "$dump" 2>"$scratch/words" | awk '
  /^CREATE DATABASE / && !seen {
    seen = 1
    while ((at = index($0, " WITH TEMPLATE = template0 ")) > 0) $0 = substr($0, at + 27)
    while (match($0, /^[A-Z_]+ = (\047([^\047]|\047\047)*\047|[a-z]+|"[^"]*")/)) {
      option = substr($0, 1, RLENGTH)
      if (option ~ /^(ENCODING|LOCALE_PROVIDER|LOCALE|LC_COLLATE|LC_CTYPE|ICU_LOCALE|ICU_RULES|BUILTIN_LOCALE) /)
        print option
      $0 = substr($0, RLENGTH + 2)
    }
  }' >"$scratch/options"

create() {
  {
    printf '%s\n' 'CREATE DATABASE :"making" TEMPLATE template0'
    [ -z "$owner" ] || printf '%s\n' 'OWNER :"owner"'
    cat "$1"
    printf '%s\n' ';' "COMMENT ON DATABASE :\"making\" IS :'comment';"
  } >"$scratch/create.sql"
  at "$admin" -v comment="$mark running" <"$scratch/create.sql"
}

drop || fail $RESTORE_FAILED "what an earlier run left cannot be dropped: database $making" "$scratch/psql"
created=yes
if ! create "$scratch/options"; then
  if state '42501|53[0-9]*|42P04' || ! [ -s "$scratch/options" ]; then
    doing=$needs
    do_at "$admin" -v comment="$mark running" <"$scratch/create.sql"
  fi
  doing="making a database of the dump's encoding, without its locale"
  grep '^ENCODING ' "$scratch/options" >"$scratch/encoding"
  if ! create "$scratch/encoding"; then
    do_at "$admin" -v comment="$mark running" <"$scratch/create.sql"
  fi
  printf '%s\n' "the server does not have the dump's locale; its own is used, so texts may sort in another order" >&4
fi
doing="looking at the new database"
do_at "$admin" >"$scratch/oid" <<'SQL'
SELECT oid FROM pg_database WHERE datname = :'making'
SQL
read -r oid <"$scratch/oid" || fail $RESTORE_FAILED "the new database is gone again; another run of this restore is at work"
# From here on bytes are the dump's, so that they compare with those of the files.
client_encoding=

pg_restore -l "$dump" >"$scratch/list" 2>"$scratch/words" ||
  explain pg_restore $? "$scratch/words" $VERIFICATION_FAILED
split() {
  : >"$scratch/schemas"
  : >"$scratch/extensions"
  : >"$scratch/main"
  : >"$scratch/late"
  : >"$scratch/security"
  : >"$scratch/triggers"
  # Two passes: the extensions' own tables are known only when they are there.
  awk -v scratch="$scratch" '
    FILENAME ~ /members$/ { member[++members] = $0; next }
    /^;/ || !/^[0-9]+; [0-9]+ [0-9]+ / { next }
    {
      entry = $0
      sub(/^[0-9]+; [0-9]+ [0-9]+ /, "", entry)
      to = "main"
      if (entry ~ /^SCHEMA - /) to = "schemas"
      else if (entry ~ /^(EXTENSION|FOREIGN DATA WRAPPER) - /) to = "extensions"
      else if (entry ~ /^COMMENT - (EXTENSION |SCHEMA public )/) next
      else if (entry ~ /^COMMENT - FOREIGN DATA WRAPPER /) to = "late"
      else if (entry ~ /^(ROW SECURITY|MATERIALIZED VIEW DATA) /) to = "security"
      else if (entry ~ /^(EVENT TRIGGER|COMMENT - EVENT TRIGGER) /) to = "triggers"
      else for (i = 1; i <= members; i++)
        if (index(entry, "TABLE DATA " member[i] " ") == 1 || index(entry, "SEQUENCE SET " member[i] " ") == 1)
          to = "late"
      print > (scratch "/" to)
    }' "$scratch/members" "$scratch/list"
}
: >"$scratch/members"
split
as_owner=${owner:+"--role=$owner"}
restore "$scratch/schemas" ${as_owner:+"$as_owner"}
restore "$scratch/extensions"
if [ -s "$scratch/extensions" ]; then
  doing="looking at the extensions"
  do_at "$inside" >"$scratch/members" <<'SQL'
SELECT n.nspname || ' ' || c.relname
FROM pg_depend d JOIN pg_class c ON c.oid = d.objid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
SQL
  split
  # The owner uses what the extensions bring; where that is not allowed it often is not needed either.
  at "$inside" -v ON_ERROR_STOP=0 <<'SQL'
SELECT format('GRANT USAGE ON FOREIGN DATA WRAPPER %I TO %I', fdwname, :'owner')
FROM pg_foreign_data_wrapper WHERE :'owner' <> ''
UNION ALL
SELECT format('GRANT USAGE ON SCHEMA %I TO %I', nspname, :'owner')
FROM pg_depend d JOIN pg_namespace n ON n.oid = d.objid
WHERE d.classid = 'pg_namespace'::regclass AND d.deptype = 'e' AND :'owner' <> ''
\gexec
SQL
fi
progress 2>/dev/null &
watch=$!
restore "$scratch/main" ${as_owner:+"$as_owner"} -j "${SMIG_JOBS:-1}"
unwatch
restore "$scratch/late"

# Of an extension's table the extension itself may have made rows; a partitioned table is named only where pg_dump loads
# through it, and others may be loaded past it.
doing="counting the rows that were restored"
do_at "$inside" >"$scratch/differ" <<'SQL'
SELECT set_config('role', :'owner', false) FROM pg_roles WHERE rolname = current_user AND NOT rolsuper AND :'owner' <> ''
\g /dev/null
SET row_security = off;
CREATE TEMP TABLE expected (name text, rows bigint);
\copy expected from 'rows.tsv'
CREATE TEMP TABLE counted (name text, rows bigint, least boolean);
SELECT format('INSERT INTO pg_temp.counted SELECT %L, count(*), %L FROM %s %s', name, relkind = 'p' OR EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'),
  CASE relkind WHEN 'p' THEN '' ELSE 'ONLY' END, c.oid::regclass)
FROM expected JOIN pg_class c ON c.oid = to_regclass(name)
\gexec
SELECT count(*), string_agg(format('%s has %s rows, the dump %s', name, coalesce(actual::text, 'no'), rows), '; ')
  FILTER (WHERE number <= 3)
FROM (
  SELECT e.name, e.rows, c.rows AS actual, row_number() OVER (ORDER BY e.name) AS number
  FROM expected e LEFT JOIN counted c USING (name)
  WHERE c.rows IS NULL OR c.rows < e.rows OR c.rows > e.rows AND NOT c.least
) AS different
SQL
IFS='|' read -r differ tables <"$scratch/differ"
[ "$differ" -eq 0 ] || fail $VERIFICATION_FAILED "what was restored is not what the dump has: $tables"
if [ -s "$scratch/hashes" ]; then
  doing="comparing the tracking table"
  do_at "$inside" -v schema="${SMIG_HISTORY_SCHEMA:-public}" -v table="${SMIG_HISTORY_TABLE:-drizzle_migrations}" \
    >"$scratch/restored" <<'SQL'
SELECT set_config('role', :'owner', false) FROM pg_roles WHERE rolname = current_user AND NOT rolsuper AND :'owner' <> ''
\g /dev/null
SET row_security = off;
COPY (SELECT hash FROM :"schema".:"table" ORDER BY id) TO STDOUT;
SQL
  [ "$(cat "$scratch/hashes")" = "$(cat "$scratch/restored")" ] || fail $VERIFICATION_FAILED \
    "the tracking table is not what the dump has: other hashes, or another order"
fi

# Last, since row security that is forced hides rows from the owner, too, who has counted them until here; and a
# materialized view has what its owner sees. After them the triggers, which would notice each of these commands.
restore "$scratch/security" ${as_owner:+"$as_owner"} --enable-row-security
restore "$scratch/triggers"

client_encoding=UTF8
doing="giving the database its name"
tries=0
until at "$admin" -v comment="$mark complete" <<'SQL'
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datid = :oid AND (usename = current_user OR pg_has_role(usename, 'MEMBER')) \g /dev/null
BEGIN;
COMMENT ON DATABASE :"making" IS :'comment';
-- Of that name there may be another's half one by now; none is divided by.
SELECT 1 / count(*) FROM pg_database WHERE datname = :'making' AND oid = :oid \g /dev/null
ALTER DATABASE :"making" RENAME TO :"name";
COMMIT;
SQL
do
  ! state 42P04 || fail $DATABASE_EXISTS "somebody else made a database $name meanwhile; choose another name"
  tries=$((tries + 1))
  # Somebody looks into every database, such as a monitor: that passes.
  if ! state 55006 || [ "$tries" -ge 10 ]; then
    fail $RESTORE_FAILED "$doing failed" "$scratch/psql"
  fi
  run sleep 1
done
created=
report
