/**
 * Variables that a service takes from outside by their name alone (`environment: [NAME]`). Compose gives the container
 * what the shell or `.env` says, and nothing where they say nothing. A deployment does the same, but for what is meant as
 * a secret, which comes from Parameter Store alone, whatever the shell or `.env` says:
 *
 * - a name that `berth secret set` has set;
 * - a value that is written as null (`NAME: null`);
 * - the password of a URL (`postgres://u:${NAME}@db/x`), and a variable whose value is a URL with a password;
 * - a name that says so: `…PASSWORD`, `…TOKEN`, `…SECRET`, `…KEY`, `DATABASE_URL` and the like;
 * - one that nobody sets, and that other values need (`${NAME}` without a default), unless it is just the whole of such a value
 *   ({@link optionalVariables}).
 *
 * A password whose user name is passed through beside it, and is set nowhere either, is left out with it: the login is
 * optional.
 */
import { templateParts } from "./secret-marker";

/** What decides of names. */
export interface PassThroughContext {
  /** The texts of the compose files. */
  readonly texts: readonly string[];
  /** What the shell and the env files say. */
  readonly environment: ReadonlyMap<string, string>;
  /** Names that are set in Parameter Store. */
  readonly stored: ReadonlySet<string>;
}

const secretWord =
  /(^|_)(PASS(WORD|WD|PHRASE|CODE)?|PWD|SECRETS?|TOKENS?|(API|ACCESS|PRIVATE|ENCRYPTION|SIGNING|MASTER|LICEN[CS]E)?_?KEYS?|APIKEY|CREDENTIALS?|CREDS|SALT|PEPPER|DSN|JWT|PIN)(_|\d*$)|PASSWORD|PASSWD|SECRET(?!S?_?NAME)|APIKEY|ACCESS_KEY_ID|CONNECTION_STRING|WEBHOOK_URL/i;

/** URLs that hold a password, by what they lead to. */
const secretUrl =
  /(^|_)(DATABASE|DB|POSTGRES(QL)?|PG|MYSQL|MARIADB|MONGO(DB)?|REDIS|AMQP|RABBITMQ|BROKER|CELERY_BROKER|CELERY_RESULT_BACKEND|SMTP|SENTRY)_?(URL|URI)$/i;

/** What is said of a secret, and is none: `TOKEN_LIFETIME`, `PUBLIC_KEY`, `PASSWORD_FILE`. */
const notSecret =
  /(^|_)(PERIOD|INTERVAL|TTL|TIMEOUT|EXPIRY|EXPIRATION|EXPIRES(_IN|_AFTER)?|LIFETIME|DURATION|AGE|DAYS|HOURS|MINUTES|SECONDS|LENGTH|SIZE|COUNT|ENABLED?|DISABLED?|REQUIRED|ALLOWED|FILE|PATH|DIR|ENDPOINT|HOST|PORT|NAME|ALGORITHM|ALGO|TYPE|MODE|ISSUER|AUDIENCE|HEADER|PREFIX|POLICY|REGION|VERSION|LIMIT|MIN|MAX|ROUNDS|ROTATION)$|(^|_)(PUBLIC|PUBLISHABLE)(_|$)/i;

/** Whether a variable's name says that its value is a secret. */
export function namesSecret(name: string): boolean {
  return (secretWord.test(name) || secretUrl.test(name)) && !notSecret.test(name);
}

/** A URL with a password in it. */
const withPassword = /(?<=[a-z][a-z0-9+.-]*):\/\/[^\s/@:]*:[^\s/@]+@/i;

/** Whether a value is a URL with a password that is none of the project's secrets. */
export function holdsPassword(value: string | undefined): boolean {
  if (value === undefined) return false;
  return withPassword.test(
    templateParts(value)
      .map((part) => (typeof part === "string" ? part : ""))
      .join(""),
  );
}

/** The names that are meant as secrets, of those that are passed through. */
export function meantAsSecrets(names: ReadonlySet<string>, context: PassThroughContext): ReadonlySet<string> {
  const meant = new Set([...names].filter((name) => isMeant(name, context)));
  for (const name of meant) if (isOptionalLogin(name, names, meant, context)) meant.delete(name);
  return meant;
}

function isMeant(name: string, { texts, environment, stored }: PassThroughContext): boolean {
  if (stored.has(name) || namesSecret(name)) return true;
  const value = environment.get(name);
  const use = String.raw`\$(?:\{${name}(?:\}|[:?+-][^}]*\})|${name}(?!\w))`;
  const patterns = [
    new RegExp(String.raw`(?:^|[\s,{"'])${name}["']?\s*:\s*(?:null|~)(?=[\s,}]|$)`, "im"),
    new RegExp(String.raw`:\/\/(?:[^\s/@]*:)?${use}@`),
    ...(value === undefined ? [new RegExp(String.raw`(?<!\$)\$(?:\{${name}\}|${name}(?!\w))`)] : []),
  ];
  return texts.some((text) => patterns.some((pattern) => pattern.test(text)));
}

/** Whether a variable is one by which an image of a database is set up. */
export function namesDatabase(name: string): boolean {
  return databases.test(name);
}

const passwordOf = /^(.*?)(PASSWORD|PASSWD|PASS|PWD)$/i;
/** A database takes no login without a password. */
const databases = /^(POSTGRES|PG|MYSQL|MARIADB|MONGO)/i;

function isOptionalLogin(
  name: string,
  names: ReadonlySet<string>,
  meant: ReadonlySet<string>,
  { environment, stored, texts }: PassThroughContext,
): boolean {
  const prefix = passwordOf.exec(name)?.[1];
  if (prefix === undefined || databases.test(name) || stored.has(name) || environment.has(name)) return false;
  if (texts.some((text) => new RegExp(String.raw`\$\{?${name}(?!\w)`).test(text))) return false;
  return ["USERNAME", "USER", "USER_NAME", "LOGIN"].some((word) => {
    const user = `${prefix}${word}`;
    return names.has(user) && !meant.has(user) && !environment.has(user);
  });
}
