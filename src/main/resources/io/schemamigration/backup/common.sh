# What dump.sh and restore.sh have in common; it stands before them. POSIX sh: dash and busybox's ash run it, with
# PostgreSQL's client programs and the plainest of tools.
#
#   PGSERVICEFILE, PGPASSFILE   as `smig job login` writes them, in SMIG_LOGIN_FOLDER if not set
#   SMIG_WORK                   folder of the dump; the script's own files go there, too
#   SMIG_HISTORY_SCHEMA, SMIG_HISTORY_TABLE   the tracking table
#   SMIG_APPLICATION            what pg_stat_activity shows
#   SMIG_TERMINATION_LOG        where the last words go, at most 2 KiB; default /dev/termination-log
#   SMIG_NEWER                  what to do where the programs are too old
#
# Nothing of the login is ever an argument or in the environment. What the programs say is passed on without
# addresses, and without what may hold values of rows.

set -u
umask 077
unset PGPASSWORD PGHOST PGHOSTADDR PGPORT PGUSER PGDATABASE CDPATH
LC_ALL=C
PGSERVICEFILE=${PGSERVICEFILE:-${SMIG_LOGIN_FOLDER:-/run/smig/login}/pg_service.conf}
PGPASSFILE=${PGPASSFILE:-${SMIG_LOGIN_FOLDER:-/run/smig/login}/pgpass}
PGAPPNAME=${SMIG_APPLICATION:-smig-backup}
# A role's or database's own limits are for applications.
PGOPTIONS='-c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0'
export LC_ALL PGSERVICEFILE PGPASSFILE PGAPPNAME PGOPTIONS

# The codes of StepExit.
# shellcheck disable=SC2034 # each script uses some
{
  SETTINGS_INVALID=10 LOGIN_FAILED=11 UNREACHABLE=12 DATABASE_NOT_FOUND=13 TLS_FAILED=14 PERMISSION_DENIED=15
  NEWER_THAN_CLIENT=16 LOCK_TIMEOUT=17 NO_SPACE=18 DUMP_FAILED=19 VERIFICATION_FAILED=20 DATABASE_EXISTS=21
  RESTORE_FAILED=22 KILLED=23 STOPPED=143
}

work=${SMIG_WORK:-/work}
newer=${SMIG_NEWER:-set job.image to one with PostgreSQL}
log=${SMIG_TERMINATION_LOG:-/dev/termination-log}
encoding=
client_encoding=UTF8
child=
scratch=
exec 4>&2 # where a message goes, also while a program's words go to a file

# Ends the script: code, sentence for the user, file with what a program said.
fail() {
  trap '' TERM INT HUP
  end_child
  message=$2
  [ -z "${3:-}" ] || message=$(printf '%s\n' "$2"; scrub <"$3")
  undo
  clean
  printf '%s\n' "$message" >&4
  if [ -n "${SMIG_TERMINATION_LOG:-}" ] || [ -w "$log" ]; then
    printf '%s\n' "$message" >"$log"
  fi
  exit "$1"
}

end_child() {
  [ -n "$child" ] || return 0
  kill "$child" 2>/dev/null
  # A pipeline's first program would go on by itself.
  [ ! -s "$scratch/reader" ] || kill "$(cat "$scratch/reader")" 2>/dev/null
  wait "$child" 2>/dev/null
  child=
}

clean() {
  [ -n "$scratch" ] || return 0
  cd / || return 0
  rm -rf "$scratch"
}

# The last lines that programs of PostgreSQL said, cut so that all of it stays below 2 KiB.
scrub() {
  ENCODING=$encoding awk '
    !/^(pg_dump|pg_restore|psql):/ || /Command was: / && !/COPY/ { next }
    {
      gsub(/connection to server [^"]*"[^"]*"( \([^)]*\))?[^:]*failed: /, "connection failed: ")
      gsub(/could not translate host name "[^"]*"/, "could not translate the host name")
      if ((at = index($0, "ERROR:")) > 0) {
        said = substr($0, at)
        if (/COPY failed for table/ && said !~ /violates|permission denied|No space left|terminating/)
          said = "ERROR: the server refused a row"
        if (match(said, /: *("|\302\253|\342\200\236|\342\200\234)/)) said = substr(said, 1, RSTART) " ..."
        gsub(/value "[^"]*"/, "value ...", said)
        $0 = substr($0, 1, at - 1) said
      }
      if (length($0) > 300) {
        $0 = substr($0, 1, 300)
        sub(/[^ -~]+$/, "")
        $0 = $0 "..."
      }
      if (ENVIRON["ENCODING"] != "UTF8") gsub(/[^ -~]/, "?")
      line[++n] = $0
    }
    END { for (i = n > 5 ? n - 4 : 1; i <= n; i++) print line[i] }'
}

# Runs in the background and waits: a signal is heard only so.
run() {
  { "$@" <&3 3<&- & } 3<&0
  child=$!
  wait "$child"
  result=$?
  child=
  return "$result"
}

# psql on a conninfo; SQL on stdin, variables as further arguments. An error is told by its SQLSTATE alone.
ask() {
  conninfo=$1
  shift
  run env PGOPTIONS="$PGOPTIONS -c search_path=pg_catalog" PGCLIENTENCODING="$client_encoding" \
    psql -X -q -A -t -w -v ON_ERROR_STOP=1 -v VERBOSITY=sqlstate -d "$conninfo" "$@" -f - 2>"$scratch/psql"
}

# Whether psql was told that SQLSTATE.
state() {
  grep -qE ": +($1)\$" "$scratch/psql"
}

said() {
  grep -qE "$1" "$2"
}

# Ends the script if the file tells of a connection that was not had, or lost.
unless_connected() {
  if said 'no pg_hba.conf entry' "$1"; then
    fail $LOGIN_FAILED "the server's pg_hba.conf does not admit this login from here, or only with TLS"
  elif said 'certificate|SSL|sslmode|private key' "$1"; then
    fail $TLS_FAILED "TLS failed: compare tls.mode, the CA and the client certificate with what the server has"
  elif said 'FATAL: +database .* does not exist' "$1"; then
    fail $DATABASE_NOT_FOUND "the server has no such database; create it, or correct its name"
  elif said 'permission denied for database' "$1"; then
    fail $PERMISSION_DENIED "the user may not connect to the database; GRANT CONNECT to it"
  elif said 'too many clients|remaining connection slots|too many connections' "$1"; then
    fail $UNREACHABLE "the server has no connection to spare; try again later"
  elif said 'terminating connection' "$1"; then
    fail $UNREACHABLE "the server ended the connection: somebody did so, or it shuts down; try again later"
  elif said 'starting up|shutting down|not yet accepting|not accepting' "$1"; then
    fail $UNREACHABLE "the server is starting up or shutting down; try again later"
  elif said 'failed:.*FATAL|no password supplied|authentication' "$1"; then
    fail $LOGIN_FAILED "the server refused the login; correct user and password in the Secret"
  elif said 'definition of service|service file' "$1"; then
    fail $SETTINGS_INVALID "there is no login at PGSERVICEFILE; run smig job login first"
  elif said 'connection to server|could not translate host|server closed the connection|could not (receive|send) data|no connection to the server|Connection (reset|timed out)|SSL SYSCALL' "$1"; then
    fail $UNREACHABLE "the server does not answer, or the connection to it broke; is it up, and may the pod reach it?"
  fi
}

# Ends the script by what a program did: its name, its exit code, its words, the exit code where nothing else fits.
explain() {
  if [ "$2" -gt 128 ] && [ "$2" -lt 160 ]; then
    fail $KILLED "$1 was killed by signal $(($2 - 128)): by hand, or for want of memory; give the pod more"
  elif said 'No space left on device|Disk quota exceeded|File too large' "$3" || full; then
    where="where the dump is"
    ! said 'ERROR:.*No space left' "$3" || where="on the server"
    fail $NO_SPACE "no space left $where; make room" "$3"
  elif said 'unsupported version .* in file header|server version mismatch' "$3"; then
    fail $NEWER_THAN_CLIENT "$1 $(version "$1") here is too old for it; $newer of its major or newer"
  # pg_dump waits by a limit on the statement; there is no other.
  elif said 'ERROR: +canceling statement due to (lock|statement) timeout' "$3"; then
    fail $LOCK_TIMEOUT "a lock on a table was not had in time, somebody changes it; try again later" "$3"
  elif said 'ERROR: +(permission denied|must be|query would be affected by row-level security)' "$3"; then
    fail $PERMISSION_DENIED "the user may not; GRANT it, or log in as one who may" "$3"
  fi
  unless_connected "$3"
  fail "$4" "$1 failed" "$3"
}

# With a full disk the programs cannot even say so.
full() {
  free=$(df -Pk "$work" 2>/dev/null | awk 'END { print $4 }')
  [ -n "$free" ] && [ "$free" -lt 64 ] 2>/dev/null
}

version() {
  "$1" --version | sed 's/^[^)]*) *\([0-9.a-z]*\).*/\1/'
}

# Reads a plain dump, data only, and prints `<schema.table> TAB <rows>` for each table, its name as SQL has it. Only
# names that need it are escaped, as COPY does it; what is no UTF-8 is escaped by bytes. SMIG_HASHES gets the tracking
# table's `<id> TAB <hash>`. Large objects count as pg_catalog.pg_largeobject_metadata. Ends with 1 where the data end
# too early. Data only, because the text of a function may look like anything.
count_rows() {
  awk '
    # The place behind an identifier; 0 where there is none.
    function behind(text, at,   rest) {
      if (substr(text, at, 1) != "\"") {
        rest = substr(text, at)
        return match(rest, /^[a-z_][a-z0-9_$]*/) ? at + RLENGTH : 0
      }
      for (at++; at <= length(text); at++)
        if (substr(text, at, 1) == "\"") {
          if (substr(text, at + 1, 1) != "\"") return at + 1
          at++
        }
      return 0
    }
    function plain(name) {
      if (substr(name, 1, 1) != "\"") return name
      name = substr(name, 2, length(name) - 2)
      gsub(/""/, "\"", name)
      return name
    }
    function escaped(name,   i, c, out) {
      if (index(name, "\\") == 0 && name ~ /^[ -~]*$/) return name
      for (i = 1; i <= length(name); i++) {
        c = substr(name, i, 1)
        if (c == "\\") c = "\\\\"
        else if (c == "\t") c = "\\t"
        else if (c == "\n") c = "\\n"
        else if (c == "\r") c = "\\r"
        else if (!utf8 && c in octal) c = octal[c]
        out = out c
      }
      return out
    }
    function even(text) { return gsub(/"/, "", text) % 2 == 0 }
    # Where column `wanted` stands in (a, "b", c).
    function column(list, wanted,   at, end, n) {
      for (at = 2; (end = behind(list, at)) > 0; at = end + 2) {
        n++
        if (plain(substr(list, at, end - at)) == wanted) return n
        if (substr(list, end, 1) != ",") return 0
      }
      return 0
    }
    function begin(line,   dot, end, list) {
      dot = behind(line, 6)
      end = dot > 0 && substr(line, dot, 1) == "." ? behind(line, dot + 1) : 0
      if (end == 0 || substr(line, end, 1) != " ") exit bad = 1
      name = substr(line, 6, end - 6)
      if (!(name in rows)) { order[++tables] = name; rows[name] = 0 }
      id = 0
      if (plain(substr(line, 6, dot - 6)) == ENVIRON["SMIG_HISTORY_SCHEMA"] \
          && plain(substr(line, dot + 1, end - dot - 1)) == ENVIRON["SMIG_HISTORY_TABLE"]) {
        list = substr(line, end + 1)
        id = column(list, "id")
        hash = column(list, "hash")
        if (hash == 0) id = 0
      }
      copying = 1
      n = 0
    }
    BEGIN { for (i = 128; i < 256; i++) octal[sprintf("%c", i)] = sprintf("\\%o", i) }
    copying {
      if ($0 == "\\.") { copying = 0; rows[name] += n; next }
      n++
      if (id) { split($0, part, "\t"); print part[id] "\t" part[hash] > ENVIRON["SMIG_HASHES"] }
      next
    }
    /^COPY / {
      line = $0
      # A name may have line ends in it.
      while (!even(line) || line !~ / FROM stdin;$/) {
        if ((getline more) <= 0) exit bad = 1
        line = line "\n" more
      }
      begin(line)
      next
    }
    /^SET client_encoding = / { utf8 = $4 ~ /UTF8/ }
    /^SELECT pg_catalog\.lo_open\(/ { objects++ }
    END {
      if (bad || copying) exit 1
      for (i = 1; i <= tables; i++) printf "%s\t%.0f\n", escaped(order[i]), rows[order[i]]
      if (objects) printf "pg_catalog.pg_largeobject_metadata\t%.0f\n", objects
    }'
}

# Reads the data of a dump into $1 (rows) and $2 (hashes, in the order of their ids); the rest is for pg_restore. Ends
# the script where the dump cannot be read.
count_dump() {
  counts=$1
  hashes=$2
  shift 2
  SMIG_HASHES=$scratch/ids
  SMIG_HISTORY_SCHEMA=${SMIG_HISTORY_SCHEMA:-public}
  SMIG_HISTORY_TABLE=${SMIG_HISTORY_TABLE:-drizzle_migrations}
  export SMIG_HASHES SMIG_HISTORY_SCHEMA SMIG_HISTORY_TABLE
  : >"$SMIG_HASHES"
  rm -f "$scratch/result"
  run read_dump "$@" >"$counts" 2>"$scratch/words"
  counted=$?
  restored=$(cat "$scratch/result" 2>/dev/null)
  if [ "${restored:-1}" -ne 0 ] || [ "$counted" -ne 0 ]; then
    # An awk that ends early kills pg_restore; that is no murder.
    [ "${restored:-1}" -ne 141 ] || restored=1
    code=${restored:-1}
    [ "$code" -ne 0 ] || code=$counted
    if said 'unsupported version|No space left' "$scratch/words" || [ "$code" -gt 128 ]; then
      explain pg_restore "$code" "$scratch/words" $VERIFICATION_FAILED
    fi
    fail $VERIFICATION_FAILED "the dump cannot be read to its end, so it is no backup" "$scratch/words"
  fi
  # One after the other: of a pipe's first program nobody would hear that it failed.
  sort -n "$SMIG_HASHES" >"$scratch/sorted" &&
    awk '{ print substr($0, index($0, "\t") + 1) }' "$scratch/sorted" >"$hashes" ||
    fail $NO_SPACE "the tracking table's rows could not be written down; make room where the dump is"
}

read_dump() {
  {
    pg_restore --section=data -f - "$@" &
    echo $! >"$scratch/reader"
    wait $!
    echo $? >"$scratch/result"
  } | count_rows
}

begin() {
  for program in psql pg_dump pg_restore awk sed grep sort df; do
    command -v "$program" >/dev/null ||
      fail $SETTINGS_INVALID "$program is not there; $newer"
  done
  scratch=$(mktemp -d "${TMPDIR:-/tmp}/smig.XXXXXX" 2>/dev/null) || scratch=$work/.scratch.$$
  mkdir -p "$work" "$scratch" 2>/dev/null
  if ! [ -w "$work" ] || ! [ -w "$scratch" ]; then
    fail $SETTINGS_INVALID "the work folder cannot be written; mount one that the pod's user may write"
  fi
  work=$(cd "$work" && pwd)
  cd "$scratch" || fail $SETTINGS_INVALID "the scratch folder cannot be entered"
  scratch=$(pwd)
  trap 'fail $STOPPED "stopped before it was done; nothing of it is used"' TERM INT HUP
}
