#!/usr/bin/env bash
# Starts PostgreSQL as the official image does, for the servers that the sandbox runs. The contract, from that image's
# documentation: POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB, POSTGRES_INITDB_ARGS, each also as NAME_FILE;
# POSTGRES_INITDB_WALDIR, POSTGRES_HOST_AUTH_METHOD, PGDATA; scripts in /docker-entrypoint-initdb.d; a first start that
# prepares the database with a server which no network reaches; root gives its rights up.
set -Eeo pipefail

# from_file NAME [DEFAULT]: the variable's value, that of the file $NAME_FILE, or the default
from_file() {
  local name=$1 file=${1}_FILE
  if [[ ${!name:-} && ${!file:-} ]]; then
    printf >&2 'error: both %s and %s are set (but are exclusive)\n' "$name" "$file"
    exit 1
  fi
  local value=${2:-}
  if [[ ${!name:-} ]]; then
    value=${!name}
  elif [[ ${!file:-} ]]; then
    value=$(<"${!file}")
  fi
  export "$name=$value"
  unset "$file"
}

only_asks() { # would the server only print something?
  local word
  for word in "$@"; do
    case $word in -\? | --help | --describe-config | -V | --version) return 0 ;; esac
  done
  return 1
}

prepare_folders() {
  mkdir -p "$PGDATA"
  chmod 00700 "$PGDATA" || true
  mkdir -p /var/run/postgresql || true
  if [[ $POSTGRES_INITDB_WALDIR ]]; then
    mkdir -p "$POSTGRES_INITDB_WALDIR"
    chmod 700 "$POSTGRES_INITDB_WALDIR"
  fi
  if [[ $(id -u) == 0 ]]; then
    find "$PGDATA" ${POSTGRES_INITDB_WALDIR:+"$POSTGRES_INITDB_WALDIR"} \! -user postgres -exec chown postgres '{}' +
  fi
}

# Data of the layout before 18, or a mount where it used to be, would silently be passed by
check_layout() {
  ((PG_MAJOR >= 18)) || return 0
  local found=() folder
  for folder in /var/lib/postgresql /var/lib/postgresql/data /var/lib/postgresql/*/docker; do
    if [[ -s $folder/PG_VERSION ]]; then found+=("$folder"); fi
  done
  if [[ ${#found[@]} == 0 && $PGDATA == "/var/lib/postgresql/$PG_MAJOR/docker" ]] && mountpoint -q /var/lib/postgresql/data; then
    found+=('/var/lib/postgresql/data (unused mount/volume)')
  fi
  [[ ${#found[@]} != 0 ]] || return 0
  cat >&2 <<TEXT
Error: in 18+, these Docker images are configured to store database data in a
       format which is compatible with "pg_ctlcluster" (specifically, using
       major-version-specific directory names).  This better reflects how
       PostgreSQL itself works, and how upgrades are to be performed.

       See also https://github.com/docker-library/postgres/pull/1259

       Counter to that, there appears to be PostgreSQL data in:
         ${found[*]}

       This is usually the result of upgrading the Docker image without
       upgrading the underlying database using "pg_upgrade" (which requires both
       versions).
TEXT
  exit 1
}

check_password() {
  if [[ -z $POSTGRES_PASSWORD && $POSTGRES_HOST_AUTH_METHOD != trust ]]; then
    cat >&2 <<'TEXT'
Error: Database is uninitialized and superuser password is not specified.
       You must specify POSTGRES_PASSWORD to a non-empty value for the
       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".

       You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all
       connections without a password. This is *not* recommended.

       See PostgreSQL documentation about "trust":
       https://www.postgresql.org/docs/current/auth-trust.html
TEXT
    exit 1
  fi
}

sql() { # as the superuser, by the socket, whatever the environment says of hosts
  env -u PGHOST -u PGHOSTADDR psql -v ON_ERROR_STOP=1 --no-psqlrc --username "$POSTGRES_USER" --no-password "$@"
}

initialize() { # SERVER-ARGUMENTS
  # no sync: a sandbox need not outlive a power cut. The arguments are a piece of a command line, so a shell has to read them
  eval 'initdb --no-sync --username="$POSTGRES_USER" --pwfile=<(printf "%s\n" "$POSTGRES_PASSWORD")' \
    "${POSTGRES_INITDB_WALDIR:+--waldir=\"\$POSTGRES_INITDB_WALDIR\"}" "$POSTGRES_INITDB_ARGS"
  local method=$POSTGRES_HOST_AUTH_METHOD
  [[ $method ]] || method=$(postgres -C password_encryption "$@")
  {
    printf '\n'
    if [[ $method == trust ]]; then printf '# warning trust is enabled for all connections\n'; fi
    printf 'host all all all %s\n' "$method"
  } >>"$PGDATA/pg_hba.conf"
}

run_init_scripts() {
  local file
  printf '\n'
  for file in /docker-entrypoint-initdb.d/*; do
    case $file in
      *.sh)
        if [[ -x $file ]]; then
          printf '%s: running %s\n' "$0" "$file"
          "$file"
        else
          printf '%s: sourcing %s\n' "$0" "$file"
          # shellcheck disable=SC1090 # whatever the user mounted
          . "$file"
        fi
        ;;
      *.sql) printf '%s: running %s\n' "$0" "$file"; sql --dbname "$POSTGRES_DB" -f "$file"; printf '\n' ;;
      *.sql.gz) printf '%s: running %s\n' "$0" "$file"; gunzip -c "$file" | sql --dbname "$POSTGRES_DB"; printf '\n' ;;
      *.sql.xz) printf '%s: running %s\n' "$0" "$file"; xzcat "$file" | sql --dbname "$POSTGRES_DB"; printf '\n' ;;
      *.sql.zst) printf '%s: running %s\n' "$0" "$file"; zstd -dc "$file" | sql --dbname "$POSTGRES_DB"; printf '\n' ;;
      *) printf '%s: ignoring %s\n' "$0" "$file" ;;
    esac
    printf '\n'
  done
}

first_start() { # SERVER-ARGUMENTS
  check_layout
  check_password
  ls /docker-entrypoint-initdb.d/ >/dev/null # better to fail before there is half a database
  initialize "$@"
  export PGPASSWORD=${PGPASSWORD:-$POSTGRES_PASSWORD}
  local options
  options=$(printf '%q ' "$@" -c listen_addresses='' -p "${PGPORT:-5432}")
  NOTIFY_SOCKET='' PGUSER=${PGUSER:-$POSTGRES_USER} pg_ctl -D "$PGDATA" -o "$options" -w start
  if [[ $POSTGRES_DB != postgres && -z $(sql --dbname postgres --set db="$POSTGRES_DB" --tuples-only <<<"SELECT 1 FROM pg_database WHERE datname = :'db'") ]]; then
    sql --dbname postgres --set db="$POSTGRES_DB" <<<'CREATE DATABASE :"db"'
    printf '\n'
  fi
  run_init_scripts
  PGUSER=${PGUSER:-$POSTGRES_USER} pg_ctl -D "$PGDATA" -m fast -w stop
  unset PGPASSWORD
  printf '\nPostgreSQL init process complete; ready for start up.\n\n'
}

main() {
  if [[ ${1:0:1} == - ]]; then set -- postgres "$@"; fi
  if [[ $1 == postgres ]] && ! only_asks "$@"; then
    from_file POSTGRES_INITDB_WALDIR
    prepare_folders
    if [[ $(id -u) == 0 ]]; then
      exec gosu postgres "${BASH_SOURCE[0]}" "$@"
    fi
    from_file POSTGRES_PASSWORD
    from_file POSTGRES_USER postgres
    from_file POSTGRES_DB "$POSTGRES_USER"
    from_file POSTGRES_INITDB_ARGS
    : "${POSTGRES_HOST_AUTH_METHOD:=}"
    if [[ -s $PGDATA/PG_VERSION ]]; then
      printf '\nPostgreSQL Database directory appears to contain a database; Skipping initialization\n\n'
    else
      first_start "${@:2}"
    fi
  fi
  exec "$@"
}

main "$@"
