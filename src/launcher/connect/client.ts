/** What a client needs of a tunnel: a URL, the variables that it reads, its command line. Pure. */
import { assertNever } from "../../errors";
import type { StoreKind } from "../../model/project";

/** The end of a tunnel on this machine, and how one logs in there. */
export interface Login {
  /** `service` for a container: whatever it speaks. */
  readonly kind: StoreKind | "service";
  readonly port: number;
  readonly user?: string;
  readonly database?: string;
  /** @default nobody knows it here, or it asks for none */
  readonly password?: string;
  /** Whether connections without TLS are refused; of a cache alone. */
  readonly tls: boolean;
}

/** Where the plugin listens (session-manager-plugin, muxportforwarding.go). */
const host = "localhost";

/** What a URL of each kind begins and ends with. */
const urls: Readonly<Record<StoreKind, (tls: boolean) => readonly [scheme: string, query: string]>> = {
  postgres: () => ["postgresql", "?sslmode=require"],
  mysql: () => ["mysql", ""],
  redis: (tls) => [tls ? "rediss" : "redis", ""],
};

/**
 * The URL, where the kind has one; else `localhost:port`.
 *
 * @param shown - whether the password is in it, and not stars
 */
export function urlOf(login: Login, shown: boolean): string {
  const { kind, port, user, database, password, tls } = login;
  if (kind === "service") return `${host}:${port}`;
  const secret = password === undefined ? "" : `:${shown ? encodeURIComponent(password) : "***"}`;
  const authority = user === undefined && secret === "" ? "" : `${encodeURIComponent(user ?? "")}${secret}@`;
  const [scheme, query] = urls[kind](tls);
  const path = database === undefined ? "" : `/${encodeURIComponent(database)}`;
  // The certificate is of the endpoint's name, which is not the tunnel's: no client could verify it here.
  return `${scheme}://${authority}${host}:${port}${path}${query}`;
}

/** The variable that a client of each kind reads its password from; sources at {@link variablesOf}. */
export const passwordVariables: Readonly<Record<StoreKind, string>> = {
  postgres: "PGPASSWORD",
  mysql: "MYSQL_PWD",
  redis: "REDISCLI_AUTH",
};

/**
 * The variables by which clients find the store: libpq's (PostgreSQL documentation, Environment Variables), MySQL's
 * (Reference Manual, Environment Variables), redis-cli's, and the URL as frameworks read it.
 */
export function variablesOf(login: Login): Readonly<Record<string, string>> {
  const { kind, port, user, database, password } = login;
  const url = urlOf(login, true);
  const given = (name: string, value: string | undefined): Record<string, string> =>
    value === undefined ? {} : { [name]: value };
  switch (kind) {
    case "service":
      return {};
    case "postgres":
      return {
        ...{ PGHOST: host, PGPORT: String(port), PGSSLMODE: "require", DATABASE_URL: url },
        ...given("PGUSER", user),
        ...given("PGDATABASE", database),
        ...given(passwordVariables.postgres, password),
      };
    case "mysql":
      return {
        ...{ MYSQL_HOST: "127.0.0.1", MYSQL_TCP_PORT: String(port), DATABASE_URL: url },
        ...given(passwordVariables.mysql, password),
      };
    case "redis":
      return { REDIS_URL: url, ...given(passwordVariables.redis, password) };
    default:
      return assertNever(kind);
  }
}

/** Programs that read no variable for some of it, and take it as options in front of their own. */
const programs: readonly {
  readonly names: RegExp;
  readonly kind: StoreKind;
  readonly options: (login: Login, program: string) => readonly string[];
}[] = [
  {
    names: /^(mysql|mariadb)(-?(dump|admin|check|import|show))?$/,
    kind: "mysql",
    options: ({ port, user, database }, program) => [
      "--protocol=tcp",
      "--host=127.0.0.1",
      `--port=${port}`,
      ...(user === undefined ? [] : [`--user=${user}`]),
      // MariaDB's clients verify from 11.4 on, and the tunnel's name is in no certificate (MariaDB KB, TLS).
      ...(program.startsWith("mariadb") ? ["--skip-ssl-verify-server-cert"] : []),
      ...(database === undefined || !/^(mysql|mariadb)$/.test(program) ? [] : [`--database=${database}`]),
    ],
  },
  {
    names: /^(redis|valkey)-cli$/,
    kind: "redis",
    options: ({ port, tls }) => ["-h", host, "-p", String(port), ...(tls ? ["--tls", "--insecure"] : [])],
  },
];

/** The command line of a client, with what it reads out of no variable. @param words - the program, and its arguments */
export function clientWords(words: readonly string[], login: Login): readonly string[] {
  const [program = "", ...rest] = words;
  const name = (program.split(/[\\/]/).at(-1) ?? "").replace(/\.exe$/i, "");
  const known = programs.find(({ names, kind }) => kind === login.kind && names.test(name));
  return known === undefined ? words : [program, ...known.options(login, name), ...rest];
}
