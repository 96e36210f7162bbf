/** The databases that `berth init` puts beside a program. */
import type { InitService } from "./service";

export const databases = ["none", "postgres", "mysql"] as const;
export type Database = (typeof databases)[number];

interface Store {
  readonly service: InitService;
  /** The variables by which a program finds it. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Versions that the managed services make, and that get fixes for years to come. */
const stores: Readonly<Record<Exclude<Database, "none">, (name: string) => Store>> = {
  postgres: (name) => ({
    service: {
      image: "postgres:17",
      "x-postgres": true,
      environment: { POSTGRES_USER: name, POSTGRES_DB: name, POSTGRES_PASSWORD: null },
    },
    environment: { DATABASE_URL: `postgres://${name}:\${POSTGRES_PASSWORD}@db:5432/${name}` },
  }),
  mysql: (name) => ({
    service: {
      image: "mysql:8.4",
      "x-mysql": true,
      environment: { MYSQL_USER: name, MYSQL_DATABASE: name, MYSQL_PASSWORD: null },
    },
    environment: { DATABASE_URL: `mysql://${name}:\${MYSQL_PASSWORD}@db:3306/${name}` },
  }),
};

/** The services with a database beside them, which each of them waits for and finds in `DATABASE_URL`. */
export function withDatabase(
  services: Readonly<Record<string, InitService>>,
  database: Database,
  project: string,
): Readonly<Record<string, InitService>> {
  if (database === "none" || "db" in services) return services;
  // Names of databases and users have no hyphens.
  const name = project.replace(/[^a-z0-9]/g, "_").replace(/^(?=\d)/, "app_");
  const { service, environment } = stores[database](name);
  const using = Object.entries(services).map(([each, own]): [string, InitService] => [
    each,
    {
      ...own,
      environment: { ...own.environment, ...environment },
      depends_on: { ...own.depends_on, db: { condition: "service_healthy" } },
    },
  ]);
  return { ...Object.fromEntries(using), db: service };
}
