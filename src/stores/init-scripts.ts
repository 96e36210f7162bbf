/**
 * What runs the scripts of a managed database's first start, with the client of the image's own (Docker Hub: postgres,
 * mysql, mariadb; "Initialization scripts"): in the order of their names, `.sql`, `.sql.gz`, `.sql.xz`, `.sql.zst` and `.sh`.
 *
 * A table in the database says which have run, so that a restored or existing database keeps what it has: where
 * there is none, and the database has tables, none runs. A script that fails ends the task with its output; the next run
 * goes on with it. One of Postgres runs in a transaction, unless it has statements that can't.
 */
import type { StoreKind } from "../model/project";

/** Where the images look for them. */
export const scriptsFolder = "/docker-entrypoint-initdb.d";

const runner = `set -u
fail() { echo "$1" >&2; exit 1; }
tries=0
until echo 'SELECT 1' | ask >/dev/null 2>/tmp/script.error; do
  tries=$((tries + 1))
  [ "$tries" -lt 30 ] || fail "the database can't be reached: $(cat /tmp/script.error)"
  sleep 2
done
[ "$(marked)" = 1 ] || {
  count=$(tables) || exit 1
  if [ "$count" != 0 ]; then
    echo "the database has $count tables already, so it is not new: no script runs"
    exit 0
  fi
  mark || exit 1
}
for file in "$folder"/*; do
  [ -f "$file" ] || continue
  name=\${file##*/}
  case "$name" in
    *.sql) cat "$file" >/tmp/script.sql ;;
    *.sql.gz) gzip -dc "$file" >/tmp/script.sql || fail "$name can't be unpacked" ;;
    *.sql.xz) xz -dc "$file" >/tmp/script.sql || fail "$name can't be unpacked" ;;
    *.sql.zst) zstd -dc "$file" >/tmp/script.sql || fail "$name can't be unpacked" ;;
    *.sh) ;;
    *) echo "$name is no script: ignored"; continue ;;
  esac
  [ "$(has "$name")" != 1 ] || continue
  echo "running $name"
  case "$name" in
    *.sh) if [ -x "$file" ]; then "$file"; elif command -v bash >/dev/null; then bash "$file"; else sh "$file"; fi ;;
    *) sql ;;
  esac || fail "$name failed: correct it, and run berth up, which goes on with it"
  done_with "$name" || exit 1
done
echo "all scripts have run"
`;

const postgres = `folder=${scriptsFolder}
export PGUSER="\${POSTGRES_USER:-postgres}" PGPASSWORD="$POSTGRES_PASSWORD"
export PGDATABASE="\${POSTGRES_DB:-$PGUSER}" POSTGRES_USER="$PGUSER" POSTGRES_DB="\${POSTGRES_DB:-$PGUSER}"
ask() { psql -v ON_ERROR_STOP=1 -X -q -A -t "$@"; }
marked() { echo "SELECT CASE WHEN to_regclass('berth.init_scripts') IS NULL THEN 0 ELSE 1 END" | ask; }
tables() { echo "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^(pg_|information_schema)'
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')" | ask; }
mark() { echo "BEGIN; CREATE SCHEMA IF NOT EXISTS berth; CREATE TABLE berth.init_scripts (name text PRIMARY KEY); COMMIT" | ask; }
has() { echo "SELECT count(*) FROM berth.init_scripts WHERE name = :'name'" | ask -v name="$1"; }
done_with() { echo "INSERT INTO berth.init_scripts VALUES (:'name')" | ask -v name="$1"; }
alone='(create|drop)[[:space:]]+(database|tablespace)|alter[[:space:]]+system|vacuum|concurrently|^[[:space:]]*(begin|commit|rollback|start[[:space:]]+transaction)|^\\\\(c|connect)[[:space:]]'
sql() {
  if grep -Eiq "$alone" /tmp/script.sql; then psql -v ON_ERROR_STOP=1 -X -f /tmp/script.sql
  else psql -v ON_ERROR_STOP=1 -X -1 -f /tmp/script.sql; fi
}
${runner}`;

/** MariaDB's images have its client by its own name; its own verifies certificates from 11.4 on, which no image could of RDS. */
const mysql = `folder=${scriptsFolder}
user="\${MARIADB_USER:-\${MYSQL_USER:-root}}"
if [ "$user" = root ]; then password="\${MARIADB_ROOT_PASSWORD:-\${MYSQL_ROOT_PASSWORD:-}}"
else password="\${MARIADB_PASSWORD:-\${MYSQL_PASSWORD:-}}"; fi
database="\${MARIADB_DATABASE:-\${MYSQL_DATABASE:-}}"
export MYSQL_PWD="$password"
if command -v mariadb >/dev/null; then client="mariadb --skip-ssl-verify-server-cert"; else client=mysql; fi
ask() { $client --protocol=tcp --host="$MYSQL_HOST" --user="$user" -N -B "$@"; }
own="('mysql', 'sys', 'performance_schema', 'information_schema', 'innodb', 'tmp')"
marked() { echo "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'berth' AND table_name = 'init_scripts'" | ask; }
tables() { echo "SELECT count(*) FROM information_schema.tables WHERE table_schema NOT IN $own" | ask; }
mark() { echo "CREATE DATABASE IF NOT EXISTS berth; CREATE TABLE berth.init_scripts (name varchar(255) PRIMARY KEY)" | ask; }
quoted() { printf '%s' "$1" | sed "s/'/''/g"; }
has() { echo "SELECT count(*) FROM berth.init_scripts WHERE name = '$(quoted "$1")'" | ask; }
done_with() { echo "INSERT INTO berth.init_scripts VALUES ('$(quoted "$1")')" | ask; }
sql() { $client --protocol=tcp --host="$MYSQL_HOST" --user="$user" $database </tmp/script.sql; }
${runner}`;

/** How the scripts of a kind's images are run. */
interface ScriptRunner {
  /** A program for `/bin/sh` in a task of the image, which is given the image's own variables. */
  readonly program: string;
  /** The image whose client runs them, where the service names none. */
  readonly image: string;
  /** How the client finds the database; TLS, which RDS always offers. */
  readonly variables: (service: string) => Readonly<Record<string, string>>;
}

/** By kind; `undefined` where its images run none. */
export const scriptRunners: Readonly<Record<StoreKind, ScriptRunner | undefined>> = {
  postgres: {
    program: postgres,
    image: "postgres:17",
    variables: (service) => ({ PGHOST: service, PGSSLMODE: "require" }),
  },
  mysql: { program: mysql, image: "mysql:8.4", variables: (service) => ({ MYSQL_HOST: service }) },
  redis: undefined,
};
