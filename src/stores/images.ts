/** Images that are more than the engine, and what of them the managed store doesn't have; looked up 2026-11. */
import type { StoreKind } from "../model/project";

type Lacking = readonly (readonly [image: RegExp, what: string])[];

/**
 * RDS for PostgreSQL Release Notes, Extension versions. pgvector and PostGIS are not among them: RDS has both.
 */
const postgres: Lacking = [
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

/** ElastiCache User Guide, Supported engines and versions: its Redis has no modules but JSON. */
const redis: Lacking = [
  [/(^|\/)(redis|redislabs)\/redis-stack(-server)?$/, "the modules of Redis Stack"],
  [/(^|\/)redislabs\/redismod$/, "the modules of Redis Stack"],
  [
    /(^|\/)redislabs\/(rejson|rebloom|redisearch|redistimeseries|redisgraph|redisgears)$/,
    "the module of that name",
  ],
  [/(^|\/)falkordb\/falkordb$/, "the module FalkorDB"],
  [/(^|\/)valkey\/valkey-bundle$/, "the modules of the bundle"],
];

const lacking: Readonly<Record<StoreKind, Lacking>> = { postgres, mysql: [], redis };

/** What a managed store in the image's place would lack; `undefined` where nothing is known of that. */
export function lackingOf(kind: StoreKind, image: string): string | undefined {
  const name = image.split("@")[0]?.replace(/:[^:/]*$/, "") ?? "";
  return lacking[kind].find(([pattern]) => pattern.test(name))?.[1];
}
