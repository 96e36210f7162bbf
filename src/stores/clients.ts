/** What the clients of a database say of TLS, and what they are given to verify it. */
import type { ContainerService, DatabaseService } from "../model/project";
import { stores } from ".";
import type { TlsProblem } from "./resolved";
import { hostNames, withReader } from "../model/readers";
import { addressMark, oneOf, rewritten, textOf, withoutMarks } from "./texts";
import { hostsIn } from "../model/uses";

/** How clients of a kind spell what they want of TLS, in a URL, a list of words, or variables. */
interface Dialect {
  /** The mode in a text; its first group. */
  readonly mode: RegExp;
  /** What else in a text says: without. */
  readonly plainText: RegExp;
  /** Modes: without; the certificate verified; TLS without a look at it. */
  readonly plain: readonly string[];
  readonly verifying: readonly string[];
  readonly encrypting: readonly string[];
  /** Variables that hold a mode, or true or false. */
  readonly modeVariable: RegExp;
  readonly flagVariable: RegExp;
  /** What else in a text says: verified. */
  readonly verifyingText?: RegExp;
  /** The parameter that names the roots, in the texts whose clients read one. */
  readonly roots: { readonly parameter: string; readonly in: RegExp };
  /** The variable by which libraries find them, beside Node's. */
  readonly rootsVariable?: string;
}

const dialects: Readonly<Record<DatabaseService["kind"], Dialect>> = {
  // libpq, pgx, lib/pq and pgjdbc (sslmode), Npgsql (SSL Mode), node-postgres and asyncpg (ssl).
  postgres: {
    mode: /\bssl[ _-]?mode["']?\s*[=:]\s*["']?([a-z][a-z-]*)/i,
    plainText: /[?&;\s]ssl["']?\s*[=:]\s*["']?(?:false|0|no|off|disable)\b/i,
    plain: ["disable"],
    verifying: ["verify-full", "verify-ca"],
    encrypting: ["require"],
    modeVariable: /^PGSSLMODE$|(^|_)SSL_?MODE$/i,
    flagVariable: /(^|_)(DB|DATABASE|POSTGRES\w*|PG)_?(\w+_)?SSL(_ENABLED)?$/i,
    roots: { parameter: "sslrootcert", in: /:\/\// },
    rootsVariable: "PGSSLROOTCERT",
  },
  // mysql and Connector/Python (ssl-mode), Connector/J (sslMode, useSSL), MariaDB's (sslMode, serverSslCert),
  // go-sql-driver (tls: true, or the name of what the program registers), mysql2 (ssl).
  mysql: {
    mode: /\bssl[ _-]?mode["']?\s*[=:]\s*["']?([a-z][a-z_-]*)/i,
    plainText: /\b(?:useSSL|tls|ssl)["']?\s*[=:]\s*["']?(?:false|0|no|off|disabled?)\b/i,
    plain: ["disabled", "none", "disable"],
    verifying: ["verify_identity", "verify_ca", "verify-full", "verify-ca"],
    verifyingText: /[?&]tls=(?!(?:false|0|no|off|disabled?|skip-verify|preferred)(?![\w.-]))[\w.-]+/i,
    encrypting: ["required"],
    modeVariable: /(^|_)SSL_?MODE$/i,
    flagVariable: /(^|_)(DB|DATABASE|MYSQL|MARIADB)_?(\w+_)?(SSL|TLS)(_ENABLED)?$/i,
    roots: { parameter: "serverSslCert", in: /^jdbc:mariadb:/i },
  },
};

/** What a client says of TLS to the database. */
type Saying = "plain" | "verifies" | "encrypts" | undefined;

function sayingOf(written: string, { plain, verifying, encrypting }: Dialect): Saying {
  const mode = written.toLowerCase();
  if (plain.includes(mode)) return "plain";
  if (verifying.includes(mode)) return "verifies";
  return encrypting.includes(mode) ? "encrypts" : undefined;
}

function saidIn(variable: string, text: string, named: boolean, dialect: Dialect): Saying {
  if (!named && dialect.modeVariable.test(variable)) return sayingOf(text, dialect);
  if (!named && dialect.flagVariable.test(variable))
    return /^(false|0|no|off|disabled?)$/i.test(text) ? "plain" : undefined;
  if (!named) return undefined;
  const mode = dialect.mode.exec(text)?.[1];
  if (mode !== undefined) return sayingOf(mode, dialect);
  if (dialect.verifyingText?.test(text) === true) return "verifies";
  // pgjdbc prefers TLS with ssl=false.
  if (/^jdbc:postgresql:/i.test(text)) return undefined;
  return dialect.plainText.test(text) ? "plain" : undefined;
}

/** The variables by which a client says what it wants of TLS. */
function sayings(
  client: ContainerService,
  store: DatabaseService,
): readonly { readonly variable: string; readonly says: Saying }[] {
  const names = hostNames(store).map((name) => name.toLowerCase());
  return Object.entries(client.environment).map(([variable, value]) => {
    const text = textOf(value);
    const hosts = hostsIn(variable, { kind: "plain", value: withoutMarks(text, "_") });
    const named = names.some((name) => hosts.has(name));
    return { variable, says: saidIn(variable, text, named, dialects[store.kind]) };
  });
}

/** Clients that refuse TLS of a database which forces it. */
export function refusingClients(
  clients: readonly ContainerService[],
  store: DatabaseService,
): readonly TlsProblem[] {
  return clients.flatMap((client) =>
    sayings(client, store)
      .filter(({ says }) => says === "plain")
      .map(({ variable }) => ({
        path: `services.${client.name}.environment.${variable}`,
        message: `it asks for a connection without TLS, which ${store.name} refuses: its tls is required`,
        hint: `remove that from ${variable}, or write ${stores[store.kind].keys[0]}: {tls: preferred} at ${store.name}`,
      })),
  );
}

/** Clients that verify the certificate without Amazon's roots. */
export function unverifiedClients(
  clients: readonly ContainerService[],
  store: DatabaseService,
): readonly { readonly path: string; readonly message: string }[] {
  if (store.ca !== undefined) return [];
  const { rootsVariable = "", roots } = dialects[store.kind];
  return clients.flatMap((client) => {
    if (client.environment[rootsVariable] !== undefined) return [];
    return sayings(client, store)
      .filter(({ says, variable }) => {
        const value = client.environment[variable];
        if (says !== "verifies" || value === undefined) return false;
        return !textOf(value).includes(`${roots.parameter}=`);
      })
      .map(({ variable }) => ({
        path: `services.${client.name}.environment.${variable}`,
        message: `it verifies the certificate of ${store.name}, which is of an authority of Amazon's own that no system knows: ${stores[store.kind].keys[0]}: {ca: /path} at ${store.name} puts its roots there`,
      }));
  });
}

/**
 * A client as it can verify: the endpoint's name in place of the service's, which no certificate has, and the roots'
 * path in the URL (pgjdbc, node-postgres and MariaDB Connector/J read it nowhere else).
 */
export function verifyingClient(client: ContainerService, store: DatabaseService): ContainerService {
  return withReader(store).reduce(verifyingOne, client);
}

function verifyingOne(client: ContainerService, store: DatabaseService): ContainerService {
  const said = sayings(client, store);
  const strict = (says: Saying): boolean =>
    says === "verifies" || (says === "encrypts" && store.ca !== undefined);
  const byVariable = said.some(
    ({ variable, says }) => strict(says) && dialects[store.kind].modeVariable.test(variable),
  );
  const names = oneOf([store.name, ...store.aliases]);
  const environment = said.map(({ variable, says }) => {
    const value = client.environment[variable] ?? { kind: "plain", value: "" };
    const host = byVariable && new RegExp(`^(?:${names})$`, "i").test(textOf(value));
    if (host && isHost(variable)) return [variable, rewritten(addressMark, value, store.name)] as const;
    return [
      variable,
      strict(says) ? rewritten(strictText(textOf(value), names, store), value, store.name) : value,
    ] as const;
  });
  return { ...client, environment: Object.fromEntries(environment) };
}

function isHost(variable: string): boolean {
  return variable === "PGHOST" || /(^|_)(HOST|HOSTNAME|SERVER|ADDR|ADDRESS)$/i.test(variable);
}

function strictText(text: string, names: string, { kind, ca }: DatabaseService): string {
  const host = new RegExp(
    `(//(?:[^\\s/@]*@)?|@\\w+\\(|\\bhost=|\\bserver=)(?:${names})(?=[:/?;)\\s"',]|$)`,
    "gi",
  );
  const named = text.replace(host, (_, before: string) => `${before}${addressMark}`);
  const { parameter, in: texts } = dialects[kind].roots;
  if (ca === undefined || !texts.test(named) || named.includes(`${parameter}=`)) return named;
  return named.replace(/([?&]ssl[_-]?mode=[a-z_-]+)/i, `$1&${parameter}=${ca}`);
}

/** Variables by which libraries find the roots in a file. */
export function rootsVariables({ kind }: DatabaseService): readonly string[] {
  const { rootsVariable } = dialects[kind];
  return [...(rootsVariable === undefined ? [] : [rootsVariable]), "NODE_EXTRA_CA_CERTS"];
}
