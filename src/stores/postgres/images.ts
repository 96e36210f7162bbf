/**
 * Images that are more than Postgres, and what of them Amazon RDS doesn't have (RDS for PostgreSQL Release Notes, Extension
 * versions; looked up 2026-11). pgvector and PostGIS are not among them: RDS has both.
 */
const lacking: readonly (readonly [image: RegExp, what: string])[] = [
  [/(^|\/)timescale(db(-ha)?)?(\/|$)|(^|\/)timescaledb(-ha)?$/, "the extension timescaledb"],
  [
    /(^|\/)supabase\/postgres$/,
    "Supabase's roles and its extensions pg_net, pgsodium, supabase_vault and wrappers",
  ],
  [/(^|\/)paradedb\/paradedb$/, "the extension pg_search"],
  [/(^|\/)citusdata\/citus$|(^|\/)citus$/, "the extension citus"],
  [/(^|\/)apache\/age$/, "the extension age"],
  [/(^|\/)(tensorchord\/)?(pgvecto-rs|vchord-postgres)$/, "the extensions vectors and vchord"],
  [/(^|\/)immich-app\/postgres$/, "the extensions vectors and vchord"],
  [/(^|\/)pgduckdb\/pgduckdb$/, "the extension pg_duckdb"],
  [/(^|\/)edgedb\/edgedb$|(^|\/)geldata\/gel$/, "EdgeDB, which is a server of its own"],
  [/(^|\/)(groonga\/)?pgroonga$/, "the extension pgroonga"],
];

/** What a managed Postgres in the image's place would lack; `undefined` where nothing is known of that. */
export function lackingOf(image: string): string | undefined {
  const name = image.split("@")[0]?.replace(/:[^:/]*$/, "") ?? "";
  return lacking.find(([pattern]) => pattern.test(name))?.[1];
}
