/** What the clients of a Postgres database say of TLS, and what they are given to verify it. */
import type { ContainerService, PostgresService } from "../../model/project";
import type { TlsProblem } from "../settled";
import { addressMark, oneOf, rewritten, textOf, withoutMarks } from "../texts";
import { hostsIn } from "../../model/uses";

/** `sslmode=disable` of libpq, pgx, lib/pq and pgjdbc, `SSL Mode=Disable` of Npgsql, in a URL or a list of words. */
const modeInText = /\bssl[ _-]?mode["']?\s*[=:]\s*["']?([a-z][a-z-]*)/i;
/** `ssl=false` of node-postgres and asyncpg. pgjdbc's means nothing there: it prefers TLS then. */
const plainInText = /[?&;\s]ssl["']?\s*[=:]\s*["']?(?:false|0|no|off|disable)\b/i;
/** Variables of programs that say so beside the URL: `GF_DATABASE_SSL_MODE`, `DB_SSL`, `DB_POSTGRESDB_SSL_ENABLED`. */
const modeVariable = /(^|_)SSL_?MODE$/i;
const flagVariable = /(^|_)(DB|DATABASE|POSTGRES\w*|PG)_?(\w+_)?SSL(_ENABLED)?$/i;

/** Modes in which the certificate has to be of a known authority; in the first the host's name has to be in it too. */
const verifying = ["verify-full", "verify-ca"];

/** What a client says of TLS to the database. */
type Saying = "plain" | "verifies" | "encrypts" | undefined;

function sayingOf(mode: string): Saying {
  if (mode === "disable") return "plain";
  if (verifying.includes(mode)) return "verifies";
  return mode === "require" ? "encrypts" : undefined;
}

function saidIn(variable: string, text: string, named: boolean): Saying {
  if (variable === "PGSSLMODE" || (!named && modeVariable.test(variable)))
    return sayingOf(text.toLowerCase());
  if (!named && flagVariable.test(variable))
    return /^(false|0|no|off|disabled?)$/i.test(text) ? "plain" : undefined;
  if (!named) return undefined;
  const mode = modeInText.exec(text)?.[1]?.toLowerCase();
  if (mode !== undefined) return sayingOf(mode);
  if (/^jdbc:/i.test(text)) return undefined;
  return plainInText.test(text) ? "plain" : undefined;
}

/** The variables by which a client says what it wants of TLS. */
function sayings(
  client: ContainerService,
  store: PostgresService,
): readonly { readonly variable: string; readonly says: Saying }[] {
  const names = [store.name, ...store.aliases].map((name) => name.toLowerCase());
  return Object.entries(client.environment).map(([variable, value]) => {
    const text = textOf(value);
    const hosts = hostsIn(variable, { kind: "plain", value: withoutMarks(text, "_") });
    const named = names.some((name) => hosts.has(name));
    return { variable, says: saidIn(variable, text, named) };
  });
}

/** Clients that refuse TLS of a database which forces it. */
export function refusingClients(
  clients: readonly ContainerService[],
  store: PostgresService,
): readonly TlsProblem[] {
  return clients.flatMap((client) =>
    sayings(client, store)
      .filter(({ says }) => says === "plain")
      .map(({ variable }) => ({
        path: `services.${client.name}.environment.${variable}`,
        message: `it asks for a connection without TLS, which ${store.name} refuses: its tls is required`,
        hint: `take that out of ${variable}, or write x-postgres: {tls: preferred} at ${store.name}`,
      })),
  );
}

/** Clients that verify the certificate without Amazon's roots. */
export function unverifiedClients(
  clients: readonly ContainerService[],
  store: PostgresService,
): readonly { readonly path: string; readonly message: string }[] {
  if (store.ca !== undefined) return [];
  return clients.flatMap((client) => {
    if (client.environment["PGSSLROOTCERT"] !== undefined) return [];
    return sayings(client, store)
      .filter(({ says, variable }) => {
        const value = client.environment[variable];
        return says === "verifies" && value !== undefined && !textOf(value).includes("sslrootcert=");
      })
      .map(({ variable }) => ({
        path: `services.${client.name}.environment.${variable}`,
        message: `it verifies the certificate of ${store.name}, which is of an authority of Amazon's own that no system knows: x-postgres: {ca: /path} at ${store.name} puts its roots there`,
      }));
  });
}

/**
 * A client as it can verify: the endpoint's name in place of the service's, which no certificate has, and the roots'
 * path in the URL (pgjdbc and node-postgres read it nowhere else).
 */
export function verifyingClient(client: ContainerService, store: PostgresService): ContainerService {
  const said = sayings(client, store);
  const strict = (says: Saying): boolean =>
    says === "verifies" || (says === "encrypts" && store.ca !== undefined);
  const byVariable = said.some(
    ({ variable, says }) => strict(says) && (variable === "PGSSLMODE" || modeVariable.test(variable)),
  );
  const names = oneOf([store.name, ...store.aliases]);
  const environment = said.map(({ variable, says }) => {
    const value = client.environment[variable] ?? { kind: "plain", value: "" };
    const host = byVariable && new RegExp(`^(?:${names})$`, "i").test(textOf(value));
    if (host && isHost(variable)) return [variable, rewritten(addressMark, value, store.name)] as const;
    return [
      variable,
      strict(says) ? rewritten(strictText(textOf(value), names, store.ca), value, store.name) : value,
    ] as const;
  });
  return { ...client, environment: Object.fromEntries(environment) };
}

function isHost(variable: string): boolean {
  return variable === "PGHOST" || /(^|_)(HOST|HOSTNAME|SERVER|ADDR|ADDRESS)$/i.test(variable);
}

function strictText(text: string, names: string, ca: string | undefined): string {
  const host = new RegExp(`(//(?:[^\\s/@]*@)?|\\bhost=|\\bserver=)(?:${names})(?=[:/?;\\s"',]|$)`, "gi");
  const named = text.replace(host, (_, before: string) => `${before}${addressMark}`);
  if (ca === undefined || named.includes("sslrootcert=") || !named.includes("://")) return named;
  return named.replace(/([?&]sslmode=[a-z-]+)/i, `$1&sslrootcert=${ca}`);
}
