# The tasks of postgres-upgrade.yaml, one function each; bash, in a pod of the new version (or on a machine that has its
# programs). Values come by environment: task, server, superuser, dump, census, expected. Nothing here prints a secret.
# shellcheck shell=bash disable=SC2154 # its variables come from the plan
set -euo pipefail
export LC_ALL=C PGCONNECT_TIMEOUT=10
work=/work
[ -d "$work" ] || work=$PWD
PATH=$PATH:$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
export PGPASSWORD=${POSTGRES_PASSWORD:-}

die() { printf '%s\n' "$*" >&2; exit 1; }
sql() { psql -X -q -A -t -v ON_ERROR_STOP=1 -h "$server" -p "${port:-5432}" -U "$superuser" -d "${database:-postgres}" "$@"; }
major() { postgres -V | sed -E 's/^[^0-9]*([0-9]+).*/\1/'; }

# --- looking

# Can we log in, is there something to upgrade, is there space; remembers who is connected and who can log in.
look() {
  local old new need have
  old=$(sql -c 'show server_version_num') || die "The superuser \`$superuser\` cannot log in over TCP with POSTGRES_PASSWORD of the Secret; mend the Secret or the role's password."
  old=$((old / 10000)) new=$(major)
  [ "$old" -lt "$new" ] || die "The server has version $old already and the image has $new: there is nothing to upgrade."
  need=$(sql -c 'select (sum(pg_database_size(oid)) * 2 / 1024)::bigint from pg_database')
  have=$(df -Pk "$work" | awk 'END { print $4 }')
  [ "$have" -gt "$need" ] || die "The worker has $have KiB free and needs $need KiB, twice the size of the databases: enlarge the volume in worker.yaml."
  sql -c "select distinct usename || '@' || datname from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid() order by 1" >"$work/clients.before"
  who_logs_in "$server" >"$work/logins.before"
  echo "version $old, to be $new; connected: $(paste -sd, "$work/clients.before"); log in: $(paste -sd, "$work/logins.before")"
}

quiet() {
  local others
  others=$(sql -c "select datname || ' by ' || usename || ' from ' || coalesce(client_addr::text, 'its own machine') || coalesce(' (' || nullif(application_name, '') || ')', '')
    from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()")
  [ -z "$others" ] || die "Somebody is still connected; add it to \`services\` or stop it:
$others"
}

# Twice in a row, over TCP: while it initialises the server answers on its socket only.
ready() {
  local seen=0
  for _ in $(seq 120); do
    if pg_isready -q -h "$server" -p "${port:-5432}" && [ "$(($(sql -c 'show server_version_num' 2>/dev/null || echo 0) / 10000))" = "$(major)" ]; then
      seen=$((seen + 1))
      [ $seen -lt 2 ] || { sql -c 'select version()'; return; }
    else
      seen=0
    fi
    sleep 1
  done
  die "The server \`$server\` does not answer over TCP with version $(major)."
}

reconnected() {
  local missing
  for _ in $(seq 300); do
    missing=$(comm -23 "$work/clients.before" <(sql -c "select distinct usename || '@' || datname from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid() order by 1"))
    [ -n "$missing" ] || { echo "connected again: $(paste -sd, "$work/clients.before")"; return; }
    sleep 1
  done
  die "Not connected again: $missing"
}

# Names of the LOGIN_ variables whose URL lets one in. A URL never becomes an argument, which anybody could read.
who_logs_in() { # ADDRESS
  local name address
  address=$(getent hosts "$1" | awk '{ print $1; exit }')
  for name in $(compgen -e | grep '^LOGIN_' | sort); do
    if PGHOSTADDR=$address psql -X -q -v ON_ERROR_STOP=1 -h "$1" -p "${port:-5432}" -U "$superuser" -d postgres >/dev/null 2>&1 <<SQL; then echo "${name#LOGIN_}"; fi
\getenv url $name
\connect -reuse-previous=off :url
select 1;
SQL
  done
}

logins() {
  local missing
  missing=$(comm -23 "$work/logins.before" <(who_logs_in "$server"))
  [ -z "$missing" ] || die "Logged in before and cannot now: $missing. Compare password_encryption with the roles' password hashes."
  echo "log in: $(paste -sd, "$work/logins.before")"
}

# --- dumps

dump() {
  rm -f "$dump.part"
  pg_dumpall -h "$server" -U "$superuser" -l postgres | gzip -1 >"$dump.part"
  complete "$dump.part"
  mv "$dump.part" "$dump"
  stat -c '%s bytes' "$dump"
}

# A dump that was cut off loads without an error; only its last line tells.
complete() { # FILE
  local end
  end=$(gunzip -c <"$1" | tail -n 5) || die "The dump cannot be read. Take it again."
  grep -qx -- '-- PostgreSQL database cluster dump complete' <<<"$end" ||
    die "The dump is not complete: its last line is missing. Look whether the server or the connection broke, and take it again."
}

# Into an empty server only: a table without a primary key would get its rows twice.
load() {
  local strange made
  strange=$(sql -c "select 'role ' || rolname from pg_roles where rolname !~ '^pg_' and rolname <> current_user
    union all select 'database ' || datname from pg_database where not datistemplate and datname not in ('postgres', current_user, '${POSTGRES_DB:-}')
    union all select 'table ' || oid::regclass from pg_class where relnamespace not in (select oid from pg_namespace where nspname ~ '^pg_' or nspname = 'information_schema') and relkind in ('r', 'm', 'p')")
  [ -z "$strange" ] || die "The server is not empty: $strange. Load into a new volume only."
  # the image made a database of its own; the dump makes it again, with its own encoding and locale
  for made in $(sql -c "select datname from pg_database where not datistemplate and datname <> 'postgres'"); do
    [ "$(database=$made sql -c "select count(*) from pg_class where relnamespace not in (select oid from pg_namespace where nspname ~ '^pg_' or nspname = 'information_schema')")" = 0 ] ||
      die "The database \`$made\` is not empty. Load into a new volume only."
    sql -v made="$made" <<<'drop database :"made"'
  done
  # the superuser is there already: its CREATE ROLE is left out, exactly once, before the first database
  create_role=$(sql -c "select format('CREATE ROLE %I;', current_user)") gunzip_and_load
  sql -c checkpoint
  echo loaded
}

gunzip_and_load() {
  export create_role
  gunzip -c "$dump" | awk '
    /^-- Databases$/ || /^\\connect template1/ { databases = 1 }
    !databases && $0 == ENVIRON["create_role"] { left_out++; next }
    { print }
    END { if (left_out != 1) { print "The line " ENVIRON["create_role"] " is in the dump " left_out + 0 " times, not once." >"/dev/stderr"; exit 1 } }' |
    PGOPTIONS='-c synchronous_commit=off -c lc_messages=C' psql -X -q -v ON_ERROR_STOP=1 -h "$server" -p "${port:-5432}" -U "$superuser" -d postgres >/dev/null
}

# A new server for this one import, made as the real one is: the image's entrypoint, the real configuration.
rehearse() {
  local folder=$work/trial.$$ pid result=0
  rm -rf "$work"/trial.[0-9]*
  mkdir "$folder"
  chmod 755 "$folder"
  complete "$dump"
  if command -v docker-entrypoint.sh >/dev/null; then
    server=$(hostname -i | awk '{ print $1 }')
    # the server's locale is the image's, not the one of this script
    env -u LC_ALL PGDATA="$folder/data" docker-entrypoint.sh postgres -c config_file=/etc/postgresql/postgresql.conf -c listen_addresses='*' >"$folder/log" 2>&1 &
    pid=$!
  else
    server=127.0.0.1 port=6543
    as_nobody=()
    if [ "$(id -u)" = 0 ]; then chown nobody "$folder" && as_nobody=(setpriv --reuid=nobody --clear-groups); fi
    "${as_nobody[@]}" initdb -D "$folder/data" -U "$superuser" -A trust --no-sync >"$folder/log" 2>&1 || { cat "$folder/log" >&2; die "No server could be made here."; }
    "${as_nobody[@]}" postgres -D "$folder/data" -p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories="$folder" >>"$folder/log" 2>&1 &
    pid=$!
  fi
  (ready && load && census && try_logins) || result=$?
  kill -INT $pid 2>/dev/null || true
  wait $pid || true
  [ $result = 0 ] || tail -n 20 "$folder/log" >&2
  rm -rf "$folder"
  return $result
}

try_logins() {
  [ ! -e "$work/logins.before" ] || [ -n "${port:-}" ] || logins
}

analyze() {
  vacuumdb -h "$server" -U "$superuser" --all --analyze-in-stages --quiet
}

# --- the census: what a database is, in lines that two servers of different versions write alike; sorted here, since the
# servers' own order is a matter of their locales

census() {
  local database
  {
    database=postgres cluster_lines
    for database in $(sql -c "select datname from pg_database where datallowconn and datname <> 'template1' order by datname collate \"C\""); do
      echo "database $database"
      database_lines
    done
  } >"$census.part"
  mv "$census.part" "$census"
  wc -l <"$census" | awk '{ print $1 " lines" }'
  [ -z "${expected:-}" ] || diff "$expected" "$census" >&2 || die "The data differ: < is before, > is now."
}

cluster_lines() {
  sql <<'SQL' | sort
select 'has', datname, pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate, datctype, coalesce(to_jsonb(d) ->> 'datlocprovider', 'c')
  from pg_database d where datname !~ '^template';
select 'role', rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls, rolconnlimit, rolvaliduntil, md5(rolpassword)
  from pg_authid where rolname !~ '^pg_';
select 'member', pg_get_userbyid(roleid), pg_get_userbyid(member), admin_option from pg_auth_members
  where pg_get_userbyid(member) !~ '^pg_';
select 'setting', coalesce(d.datname, '*'), coalesce(pg_get_userbyid(nullif(s.setrole, 0)), '*'), s.setconfig
  from pg_db_role_setting s left join pg_database d on d.oid = s.setdatabase;
SQL
}

database_lines() {
  sql <<'SQL' | sort
set search_path = ''; set timezone = 'UTC'; set datestyle = 'ISO'; set intervalstyle = 'postgres'; set extra_float_digits = 3; set bytea_output = 'hex';
create temporary view own as select oid, nspname from pg_catalog.pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema';
create temporary view relation as select c.* from pg_catalog.pg_class c where relnamespace in (select oid from pg_temp.own)
  and not exists (select from pg_catalog.pg_depend d where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid and d.deptype = 'e');
select 'extension', extname from pg_catalog.pg_extension;
select 'schema', nspname, pg_catalog.pg_get_userbyid(nspowner) from pg_catalog.pg_namespace where oid in (select oid from pg_temp.own);
select 'kind', o.nspname, c.relkind, count(*) from pg_temp.relation c join pg_temp.own o on o.oid = c.relnamespace group by 2, 3;
select 'owner', o.nspname, c.relname, pg_catalog.pg_get_userbyid(c.relowner), c.relrowsecurity from pg_temp.relation c join pg_temp.own o on o.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'S', 'f');
select 'column', o.nspname, c.relname, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_catalog.pg_get_expr(d.adbin, d.adrelid)
  from pg_catalog.pg_attribute a join pg_temp.relation c on c.oid = a.attrelid join pg_temp.own o on o.oid = c.relnamespace
  left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'v', 'm');
select 'constraint', o.nspname, n.conname, n.contype, n.convalidated, pg_catalog.pg_get_constraintdef(n.oid) from pg_catalog.pg_constraint n join pg_temp.own o on o.oid = n.connamespace
  where n.contype <> 'n';
select 'index', o.nspname, i.indexrelid::pg_catalog.regclass, i.indisvalid, pg_catalog.pg_get_indexdef(i.indexrelid) from pg_catalog.pg_index i
  join pg_temp.relation c on c.oid = i.indexrelid join pg_temp.own o on o.oid = c.relnamespace;
select 'function', o.nspname, p.oid::pg_catalog.regprocedure, pg_catalog.md5(p.prosrc) from pg_catalog.pg_proc p join pg_temp.own o on o.oid = p.pronamespace
  where not exists (select from pg_catalog.pg_depend d where d.objid = p.oid and d.deptype = 'e');
select 'trigger', t.tgrelid::pg_catalog.regclass, t.tgname, t.tgenabled from pg_catalog.pg_trigger t join pg_temp.relation c on c.oid = t.tgrelid where not t.tgisinternal;
select 'policy', p.polrelid::pg_catalog.regclass, p.polname from pg_catalog.pg_policy p;
select 'grant', o.nspname, c.relname, pg_catalog.pg_get_userbyid(g.grantee), g.privilege_type, g.is_grantable
  from pg_temp.relation c join pg_temp.own o on o.oid = c.relnamespace,
  pg_catalog.aclexplode(coalesce(c.relacl, pg_catalog.acldefault(case when c.relkind = 'S' then 's' else 'r' end::"char", c.relowner))) g
  where c.relkind in ('r', 'p', 'v', 'm', 'S') and g.privilege_type <> 'MAINTAIN';
select 'grant', nspname, pg_catalog.pg_get_userbyid(g.grantee), g.privilege_type from pg_catalog.pg_namespace n, pg_catalog.aclexplode(n.nspacl) g
  where n.oid in (select oid from pg_temp.own);
select 'large objects', count(*), coalesce(sum(pg_catalog.hashtextextended(pg_catalog.md5(pg_catalog.lo_get(oid)), 0)), 0) from pg_catalog.pg_largeobject_metadata;
select 'sequence', schemaname, sequencename, start_value, increment_by, last_value from pg_catalog.pg_sequences;
select pg_catalog.format('select %L, %L, %L, count(*), coalesce(sum(pg_catalog.hashtextextended(t::text, 0)), 0) from only %I.%I t', 'rows', o.nspname, c.relname, o.nspname, c.relname)
  from pg_temp.relation c join pg_temp.own o on o.oid = c.relnamespace where c.relkind = 'r' or c.relkind = 'm' and c.relispopulated \gexec
SQL
}

case ${task:-} in
  look | quiet | ready | reconnected | logins | dump | load | rehearse | analyze | census) "$task" ;;
  *) die "There is no task \`${task:-}\`." ;;
esac
