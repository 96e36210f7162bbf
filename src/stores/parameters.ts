/** Parameters of the servers: what the file may set, and how AWS wants it. Looked up 2026-11; each engine's page is named. */
import type { StoreKind } from "../model/project";

/** How a parameter is set. */
export interface Parameter {
  /** It counts when the server starts alone. @default at once */
  readonly atStart?: boolean;
  /** What one is in AWS's value, where the server takes units; of memory in kB, of time in ms. */
  readonly unit?: { readonly of: "memory" | "time"; readonly size: number };
}

const kB = (size = 1): Parameter => ({ unit: { of: "memory", size } });
const ms = (size = 1): Parameter => ({ unit: { of: "time", size } });
const start = (parameter: Parameter = {}): Parameter => ({ ...parameter, atStart: true });
const plain: Parameter = {};

function all(names: string, parameter: Parameter = plain): Record<string, Parameter> {
  return Object.fromEntries(names.split(" ").map((name) => [name, parameter]));
}

/** PostgreSQL Documentation, Server Configuration (units as in pg_settings); RDS User Guide, Parameters. */
const postgres: Readonly<Record<string, Parameter>> = {
  ...all("max_connections max_worker_processes max_wal_senders max_replication_slots", start()),
  ...all("max_locks_per_transaction max_prepared_transactions track_commit_timestamp", start()),
  ...all("shared_preload_libraries rds.logical_replication track_activity_query_size huge_pages", start()),
  ...all("autovacuum_max_workers", start()),
  ...all("shared_buffers", start(kB(8))),
  ...all("wal_buffers", start(kB(8))),
  ...all("effective_cache_size temp_buffers", kB(8)),
  ...all("work_mem maintenance_work_mem autovacuum_work_mem logical_decoding_work_mem temp_file_limit", kB()),
  ...all("max_wal_size min_wal_size wal_keep_size max_slot_wal_keep_size", kB(1024)),
  ...all("max_stack_depth", kB()),
  ...all("statement_timeout lock_timeout deadlock_timeout idle_in_transaction_session_timeout", ms()),
  ...all(
    "idle_session_timeout log_min_duration_statement auto_explain.log_min_duration wal_writer_delay " +
      "wal_sender_timeout wal_receiver_timeout log_autovacuum_min_duration",
    ms(),
  ),
  ...all("checkpoint_timeout tcp_keepalives_idle tcp_keepalives_interval autovacuum_naptime", ms(1000)),
  ...all("random_page_cost seq_page_cost effective_io_concurrency default_statistics_target jit"),
  ...all("max_parallel_workers max_parallel_workers_per_gather max_parallel_maintenance_workers"),
  ...all("log_statement log_connections log_disconnections log_lock_waits log_temp_files log_min_messages"),
  ...all("synchronous_commit default_transaction_isolation timezone datestyle search_path client_encoding"),
  ...all(
    "autovacuum autovacuum_vacuum_scale_factor autovacuum_analyze_scale_factor checkpoint_completion_target",
  ),
  ...all("autovacuum_vacuum_threshold autovacuum_analyze_threshold autovacuum_vacuum_cost_limit"),
  ...all("pg_stat_statements.track pg_stat_statements.max track_io_timing track_functions row_security"),
  ...all("password_encryption session_replication_role standard_conforming_strings wal_compression"),
  ...all("max_standby_streaming_delay hot_standby_feedback pgaudit.log pgaudit.role vacuum_cost_page_miss"),
};

/** MySQL Reference Manual, Server System Variables; MariaDB Knowledge Base; RDS User Guide, Parameters for MySQL. */
const mysql: Readonly<Record<string, Parameter>> = {
  ...all(
    "innodb_buffer_pool_instances innodb_log_file_size innodb_log_files_in_group performance_schema",
    start(),
  ),
  ...all(
    "lower_case_table_names authentication_policy skip_name_resolve thread_stack innodb_log_buffer_size",
    start(),
  ),
  ...all(
    "innodb_ft_min_token_size ft_min_word_len back_log innodb_read_io_threads innodb_write_io_threads",
    start(),
  ),
  ...all("max_connections character_set_server collation_server time_zone sql_mode wait_timeout"),
  ...all(
    "interactive_timeout innodb_buffer_pool_size innodb_flush_log_at_trx_commit sync_binlog max_allowed_packet",
  ),
  ...all(
    "log_bin_trust_function_creators binlog_format binlog_row_image binlog_expire_logs_seconds slow_query_log",
  ),
  ...all(
    "long_query_time general_log log_queries_not_using_indexes event_scheduler local_infile group_concat_max_len",
  ),
  ...all(
    "innodb_lock_wait_timeout lock_wait_timeout innodb_print_all_deadlocks innodb_strict_mode tmp_table_size",
  ),
  ...all("max_heap_table_size table_open_cache table_definition_cache thread_cache_size sort_buffer_size"),
  ...all(
    "join_buffer_size read_buffer_size read_rnd_buffer_size transaction_isolation tx_isolation init_connect",
  ),
  ...all("explicit_defaults_for_timestamp autocommit net_read_timeout net_write_timeout connect_timeout"),
  ...all(
    "optimizer_switch character_set_client character_set_connection character_set_database max_execution_time",
  ),
  ...all(
    "default_storage_engine innodb_file_per_table innodb_io_capacity innodb_io_capacity_max query_cache_size log_output " +
      "key_buffer_size max_binlog_size",
  ),
};

/** ElastiCache User Guide, Engine specific parameters. */
const redis: Readonly<Record<string, Parameter>> = {
  ...all("databases", start()),
  ...all("maxmemory-policy maxmemory-samples notify-keyspace-events timeout tcp-keepalive"),
  ...all(
    "activedefrag lazyfree-lazy-eviction lazyfree-lazy-expire lazyfree-lazy-server-del slowlog-log-slower-than",
  ),
  ...all(
    "slowlog-max-len hash-max-listpack-entries hash-max-ziplist-entries set-max-intset-entries active-expire-effort",
  ),
  ...all("client-output-buffer-limit-pubsub-hard-limit client-output-buffer-limit-pubsub-soft-limit"),
  ...all("reserved-memory-percent latency-tracking stream-node-max-bytes stream-node-max-entries"),
};

/** By kind, what the file may set; others are passed on with a warning. */
export const parameters: Readonly<Record<StoreKind, Readonly<Record<string, Parameter>>>> = {
  postgres,
  mysql,
  redis,
};

/** How AWS spells the parameters, as the servers do, and the unit of one that is given without a value. */
export const spelling: Readonly<Record<StoreKind, { readonly between: "_" | "-"; readonly bare: string }>> = {
  postgres: { between: "_", bare: "" },
  mysql: { between: "_", bare: "1" },
  redis: { between: "-", bare: "" },
};

/** Options of the servers that AWS decides: dropped from a command with a warning, refused as a parameter. */
export const decided: Readonly<Record<StoreKind, readonly string[]>> = {
  postgres: (
    "config_file hba_file ident_file data_directory listen_addresses port unix_socket_directories ssl ssl_cert_file " +
    "ssl_key_file ssl_ca_file fsync full_page_writes archive_mode archive_command logging_collector log_directory " +
    "log_filename log_destination external_pid_file rds.force_ssl archive_timeout log_file_mode log_hostname " +
    "log_line_prefix log_rotation_age log_rotation_size log_truncate_on_rotation stats_temp_directory " +
    "unix_socket_group unix_socket_permissions"
  ).split(" "),
  mysql: (
    "datadir socket port bind_address pid_file log_error server_id log_bin skip_log_bin general_log_file " +
    "slow_query_log_file secure_file_priv ssl_ca ssl_cert ssl_key require_secure_transport user tmpdir " +
    "skip_external_locking innodb_use_native_aio initialize mysqlx default_time_zone default_authentication_plugin " +
    "basedir innodb_data_home_dir innodb_log_group_home_dir plugin_load_add persisted_globals_load relay_log " +
    "relay_log_recovery skip_slave_start slave_exec_mode slave_load_tmpdir master_info_repository lc_messages_dir " +
    "relay_log_info_repository rocksdb_log_dir rocksdb_max_log_file_size rocksdb_keep_log_file_num " +
    "rocksdb_log_file_time_to_roll"
  ).split(" "),
  redis: (
    "save appendonly appendfsync appendfilename dbfilename dir loglevel logfile maxmemory bind port protected-mode " +
    "daemonize io-threads tls-port tcp-backlog stop-writes-on-bgsave-error rdbcompression rdbchecksum requirepass " +
    "lua-time-limit maxclients client-output-buffer-limit-replica-hard-limit client-output-buffer-limit-replica-soft-limit"
  ).split(" "),
};

const memory: Readonly<Record<string, number>> = {
  b: 1 / 1024,
  kb: 1,
  mb: 1024,
  gb: 1024 ** 2,
  tb: 1024 ** 3,
};
const time: Readonly<Record<string, number>> = {
  us: 1e-3,
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * A value as AWS takes it: whole numbers of the parameter's unit.
 *
 * @returns `undefined` for a unit that the server doesn't know
 */
export function valueFor({ unit }: Parameter, written: string): string | undefined {
  if (unit === undefined) return written;
  const [, number, suffix = ""] = /^(-?\d+(?:\.\d+)?)\s*([A-Za-z]*)$/.exec(written.trim()) ?? [];
  if (number === undefined) return /^\{.*\}$/.test(written) ? written : undefined;
  if (suffix === "") return written;
  const size = (unit.of === "memory" ? memory : time)[suffix.toLowerCase()];
  return size === undefined ? undefined : String(Math.round((Number(number) * size) / unit.size));
}
