/**
 * Extensions of RDS for PostgreSQL (Release Notes, Extension versions; looked up 2026-11). A version may lack some: the
 * server says so at CREATE EXTENSION.
 */
export const extensions: ReadonlySet<string> = new Set(
  (
    "address_standardizer address_standardizer_data_us amcheck auto_explain autoinc bloom bool_plperl btree_gin btree_gist " +
    "citext cube dblink dict_int dict_xsyn earthdistance fuzzystrmatch h3-pg hll hstore hstore_plperl insert_username " +
    "intagg intarray ip4r isn jsonb_plperl lo log_fdw ltree moddatetime mysql_fdw old_snapshot oracle_fdw orafce " +
    "pageinspect pg_bigm pg_buffercache pg_cron pg_freespacemap pg_hint_plan pg_partman pg_prewarm pg_proctab pg_repack " +
    "pg_similarity pg_stat_statements pg_tle pg_transport pg_trgm pg_visibility pg_walinspect pgactive pgaudit pgcrypto " +
    "pglogical pgrouting pgrowlocks pgstattuple pgtap plcoffee plls plperl plpgsql plprofiler pltcl plv8 postgis " +
    "postgis_raster postgis_tiger_geocoder postgis_topology postgres_fdw prefix rdkit rds_tools refint seg sslinfo " +
    "tablefunc tcn tds_fdw test_parser tsm_system_rows tsm_system_time unaccent uuid-ossp vector"
  ).split(" "),
);

/** Those whose library has to be loaded when the server starts, and what it is called. */
const preloaded: Readonly<Record<string, string>> = {
  auto_explain: "auto_explain",
  pg_cron: "pg_cron",
  pg_hint_plan: "pg_hint_plan",
  pg_partman: "pg_partman_bgw",
  pg_prewarm: "pg_prewarm",
  pg_similarity: "pg_similarity",
  pg_tle: "pg_tle",
  pg_transport: "pg_transport",
  pgactive: "pgactive",
  pgaudit: "pgaudit",
  pglogical: "pglogical",
  plprofiler: "plprofiler",
};

/** RDS loads it by itself, and a group that names other libraries would leave it out. */
const always = "pg_stat_statements";

/** The value of `shared_preload_libraries` that these want; `undefined` where RDS's own does. */
export function librariesOf(names: readonly string[]): string | undefined {
  const libraries = names.flatMap((name) => preloaded[name] ?? []);
  return libraries.length === 0 ? undefined : [always, ...new Set(libraries)].join(",");
}
