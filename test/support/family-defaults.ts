/**
 * The parameters that AWS sets in the default groups of the families, each beside what the image's server has by itself:
 * `name = AWS's | the image's`, or `name = value` where both are the same. RDS API DescribeEngineDefaultParameters, as
 * public listings of default.postgres12, default.mysql8.0 and default.mariadb10.6 show it (`Source: system`), and
 * "Engine specific parameters" of the ElastiCache User Guide; PostgreSQL Documentation, Server Configuration; MySQL
 * Reference Manual and MariaDB Knowledge Base, Server System Variables; redis.conf. Parameters that RDS or an extension
 * has added to the server (`rds.…`, `pg_bigm.…`) have no image beside them.
 */
import type { EngineName } from "../../src/stores/differences";

const postgres = `
archive_command = /etc/rds/dbbin/pgscripts/rds_wal_archive %p | (disabled)
archive_timeout = 300 | 0
autovacuum_analyze_scale_factor = 0.05 | 0.1
autovacuum_max_workers = GREATEST({DBInstanceClassMemory/64371566592},3) | 3
autovacuum_naptime = 15 | 60
autovacuum_vacuum_cost_limit = GREATEST({log(DBInstanceClassMemory/21474836480)*600},200) | -1
autovacuum_vacuum_scale_factor = 0.1 | 0.2
checkpoint_completion_target = 0.9
client_encoding = UTF8
config_file = /rdsdbdata/config/postgresql.conf | /var/lib/postgresql/data/postgresql.conf
data_directory = /rdsdbdata/db | /var/lib/postgresql/data
effective_cache_size = {DBInstanceClassMemory/16384} | 524288
fsync = 1
full_page_writes = 1
hba_file = /rdsdbdata/config/pg_hba.conf | /var/lib/postgresql/data/pg_hba.conf
huge_pages = on | try
ident_file = /rdsdbdata/config/pg_ident.conf | /var/lib/postgresql/data/pg_ident.conf
idle_in_transaction_session_timeout = 86400000 | 0
listen_addresses = *
lo_compat_privileges = 0
log_autovacuum_min_duration = 10000 | 600000
log_checkpoints = 1
log_destination = stderr
log_directory = /rdsdbdata/log/error | log
log_file_mode = 0644 | 0600
log_filename = postgresql.log.%Y-%m-%d-%H | postgresql-%Y-%m-%d_%H%M%S.log
logging_collector = 1 | off
log_hostname = 1 | off
log_line_prefix = %t:%r:%u@%d:[%p]: | %m [%p]
log_rotation_age = 60 | 1440
log_timezone = UTC
log_truncate_on_rotation = 0
maintenance_work_mem = GREATEST({DBInstanceClassMemory*1024/63963136},65536) | 65536
max_connections = LEAST({DBInstanceClassMemory/9531392},5000) | 100
max_locks_per_transaction = 64
max_prepared_transactions = 0
max_replication_slots = 10
max_stack_depth = 6144 | 2048
max_wal_senders = 10
max_wal_size = 2048 | 1024
max_worker_processes = 8
min_wal_size = 192 | 80
password_encryption = md5 | scram-sha-256
port = {EndPointPort} | 5432
rds.force_ssl = 1 | (no such thing)
shared_buffers = {DBInstanceClassMemory/32768} | 16384
shared_preload_libraries = pg_stat_statements | (none)
ssl = 1 | off
ssl_ca_file = /rdsdbdata/rds-metadata/ca-cert.pem | (none)
ssl_cert_file = /rdsdbdata/rds-metadata/server-cert.pem | server.crt
ssl_key_file = /rdsdbdata/rds-metadata/server-key.pem | server.key
stats_temp_directory = /rdsdbdata/db/pg_stat_tmp | pg_stat_tmp
superuser_reserved_connections = 3
synchronous_commit = on
timezone = UTC
track_activity_query_size = 4096 | 1024
track_functions = pl | none
track_io_timing = 1 | off
unix_socket_directories = /tmp | /var/run/postgresql
unix_socket_group = rdsdb | (none)
unix_socket_permissions = 0700 | 0777
vacuum_cost_page_miss = 5 | 2
wal_keep_segments = 32 | 0
wal_receiver_timeout = 30000 | 60000
wal_sender_timeout = 30000 | 60000
`;

const mysql = `
basedir = /rdsdbbin/mysql | /usr/
binlog_cache_size = 32768
binlog_expire_logs_seconds = 2592000
binlog_format = MIXED | ROW
datadir = /rdsdbdata/db/ | /var/lib/mysql/
default_authentication_plugin = mysql_native_password | caching_sha2_password
default_password_lifetime = 0
default_storage_engine = InnoDB
explicit_defaults_for_timestamp = 1
general_log_file = /rdsdbdata/log/general/mysql-general.log | /var/lib/mysql/host.log
gtid-mode = OFF_PERMISSIVE | OFF
innodb_buffer_pool_size = {DBInstanceClassMemory*3/4} | 134217728
innodb_data_home_dir = /rdsdbdata/db/innodb | (none)
innodb_doublewrite_batch_size = 16 | 0
innodb_doublewrite_pages = 32 | 4
innodb_file_per_table = 1
innodb_flush_method = O_DIRECT | fsync
innodb_log_buffer_size = 8388608 | 16777216
innodb_log_file_size = 134217728 | 50331648
innodb_log_files_in_group = 2
innodb_log_group_home_dir = /rdsdbdata/log/innodb | ./
innodb_purge_threads = 1 | 4
internal_tmp_mem_storage_engine = TempTable
key_buffer_size = 16777216 | 8388608
lc_messages_dir = en_US | /usr/share/mysql-8.0/
local_infile = 1 | OFF
log-bin = /rdsdbdata/log/binlog/mysql-bin-changelog | binlog
log_bin_trust_function_creators = 0 (nobody is SUPER) | 0 (root is SUPER)
log_error = /rdsdbdata/log/error/mysql-error.log | stderr
log_output = TABLE | FILE
log_slave_updates = 1
master_info_repository = TABLE
max_binlog_size = 134217728 | 1073741824
max_connections = {DBInstanceClassMemory/12582880} | 151
performance_schema = 0 | ON
persisted_globals_load = 0 | ON
pid_file = /rdsdbdata/log/mysql-{EndPointPort}.pid | /var/run/mysqld/mysqld.pid
port = {EndPointPort} | 3306
read_buffer_size = 262144 | 131072
read_rnd_buffer_size = 524288 | 262144
relay-log = /rdsdbdata/log/relaylog/relaylog | host-relay-bin
relay_log_info_repository = TABLE
relay_log_recovery = 1 | OFF
require_secure_transport = OFF, with certificates | OFF, without
secure_file_priv = /tmp | /var/lib/mysql-files
server_id = {ServerId} | 1
skip_name_resolve = OFF | ON
skip-slave-start = 1 | OFF
slave_exec_mode = IDEMPOTENT | STRICT
slave_load_tmpdir = /tmp
slow_query_log_file = /rdsdbdata/log/slowquery/mysql-slowquery.log | /var/lib/mysql/host-slow.log
socket = /tmp/mysql.sock | /var/run/mysqld/mysqld.sock
sql_mode = NO_ENGINE_SUBSTITUTION | ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,…
sync_binlog = 1
table_open_cache_instances = 16
temptable_max_ram = 1073741824
thread_handling = one-thread-per-connection
thread_stack = 262144 | 1048576
tmpdir = /rdsdbdata/tmp | /tmp
`;

const mariadb = `
basedir = /rdsdbbin/mysql | /usr
binlog_cache_size = 32768
binlog_format = MIXED
character_set_server = latin1 | utf8mb4
collation_server = latin1_swedish_ci | utf8mb4_general_ci
datadir = /rdsdbdata/db/ | /var/lib/mysql/
default_password_lifetime = 0
default_storage_engine = InnoDB
general_log_file = /rdsdbdata/log/general/mysql-general.log | host.log
innodb_buffer_pool_size = {DBInstanceClassMemory*3/4} | 134217728
innodb_data_home_dir = /rdsdbdata/db/innodb | (none)
innodb_file_per_table = 1
innodb_flush_method = O_DIRECT
innodb_log_buffer_size = 8388608 | 16777216
innodb_log_file_size = 2147483648 | 100663296
innodb_log_group_home_dir = /rdsdbdata/log/innodb | ./
key_buffer_size = 16777216 | 134217728
local_infile = 1
log-bin = /rdsdbdata/log/binlog/mysql-bin-changelog | (off)
log_bin_trust_function_creators = 0 (nobody is SUPER) | 0 (root is SUPER)
log_error = /rdsdbdata/log/error/mysql-error.log | stderr
log_output = TABLE | FILE
log_slave_updates = 1
max_binlog_size = 134217728 | 1073741824
max_connections = LEAST({DBInstanceClassMemory/25165760},12000) | 151
performance_schema = 0
pid_file = /rdsdbdata/log/mysql-{EndPointPort}.pid | /run/mysqld/mysqld.pid
plugin_load_add = ha_rocksdb.so | (none)
port = {EndPointPort} | 3306
read_buffer_size = 262144 | 131072
read_rnd_buffer_size = 524288 | 262144
relay-log = /rdsdbdata/log/relaylog/relaylog | (none)
relay_log_recovery = 1 | OFF
rocksdb_keep_log_file_num = 10 | 1000
rocksdb_log_dir = /rdsdbdata/log/error_rocksdb | (none)
rocksdb_log_file_time_to_roll = 60 | 0
rocksdb_max_log_file_size = 104857600 | 0
secure_file_priv = /tmp | (none)
server_id = {ServerId} | 1
skip_name_resolve = OFF | ON
skip-slave-start = 1 | OFF
slow_query_log_file = /rdsdbdata/log/slowquery/mysql-slowquery.log | host-slow.log
socket = /tmp/mysql.sock | /run/mysqld/mysqld.sock
sync_binlog = 1 | 0
table_open_cache = GREATEST({log(DBInstanceClassMemory/21474836480)*5000},2000) | 2000
thread_stack = 262144 | 299008
tmpdir = /rdsdbdata/tmp | /tmp
`;

/** Redis 7 and Valkey without cluster mode. */
const redis = `
activedefrag = no
activerehashing = yes
appendfsync = off | everysec
appendonly = no
client-output-buffer-limit-normal-hard-limit = 0
client-output-buffer-limit-normal-soft-limit = 0
client-output-buffer-limit-pubsub-hard-limit = 33554432
client-output-buffer-limit-pubsub-soft-limit = 8388608
client-output-buffer-limit-replica-hard-limit = by node | 268435456
client-output-buffer-limit-replica-soft-limit = by node | 67108864
databases = 16
lazyfree-lazy-eviction = no
lazyfree-lazy-expire = no
lazyfree-lazy-server-del = no
lfu-decay-time = 1
lfu-log-factor = 10
lua-time-limit = 5000
maxclients = 65000 | 10000
maxmemory = by node | 0
maxmemory-policy = volatile-lru | noeviction
maxmemory-samples = 3 | 5
notify-keyspace-events = (none)
repl-backlog-size = 1048576
repl-backlog-ttl = 3600
reserved-memory-percent = 25 | (no such thing)
set-max-intset-entries = 512
slowlog-log-slower-than = 10000
slowlog-max-len = 128
stream-node-max-bytes = 4096
stream-node-max-entries = 100
tcp-keepalive = 300
timeout = 0
`;

/** A parameter of a family. */
export interface FamilyDefault {
  readonly name: string;
  readonly aws: string;
  readonly image: string;
}

function read(text: string): readonly FamilyDefault[] {
  return text
    .trim()
    .split("\n")
    .map((line) => {
      const [, name = "", aws = "", image = aws] = /^(\S+) = (.*?)(?: \| (.*))?$/.exec(line) ?? [];
      return { name, aws, image };
    });
}

export const familyDefaults: Readonly<Record<EngineName, readonly FamilyDefault[]>> = {
  postgres: read(postgres),
  mysql: read(mysql),
  mariadb: read(mariadb),
  redis: read(redis),
  valkey: read(redis),
};
