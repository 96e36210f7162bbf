/** What a password may contain where it is used; a value itself is never shown. */
import { isDatabase } from "./rds";
import type { DatabaseService, Project } from "../model/project";

/**
 * Why Amazon RDS would refuse a password, minutes into a deployment (RDS API reference, CreateDBInstance:
 * MasterUserPassword).
 *
 * @param longest - characters that the engine takes: 128 of Postgres, 41 of MySQL and MariaDB
 * @param variable - that gives it
 */
export function passwordFault(
  password: string,
  longest = 128,
  variable = "POSTGRES_PASSWORD",
): { readonly message: string; readonly hint: string } | undefined {
  if (password.length < 8 || password.length > longest) {
    return {
      message: `the password has ${password.length} characters; Amazon RDS accepts 8 to ${longest}`,
      hint: `write ${variable}: without a value, and set a secret of that name`,
    };
  }
  if (/^[!#-.0-?A-~]+$/.test(password)) return undefined;
  return {
    message: "the password has a character that Amazon RDS refuses",
    hint: 'printable ASCII without /, @, " and space',
  };
}

/** Characters that RDS takes of a password, by kind (RDS API: CreateDBInstance, MasterUserPassword). */
export const longestPassword: Readonly<Record<DatabaseService["kind"], number>> = {
  postgres: 128,
  mysql: 41,
};

/** The secrets that are the password of a managed database, each with the characters that it may have. */
export function databasePasswords({ services }: Project): ReadonlyMap<string, number> {
  return new Map(
    services
      .filter(isDatabase)
      .flatMap(({ kind, password }) =>
        password.kind === "secret" ? [[password.name, longestPassword[kind]] as const] : [],
      ),
  );
}

/** Characters that may be unchanged before the `@` of a URL (RFC 3986, userinfo), or as `%XX`. */
const inUrl = /^(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*$/;

/**
 * The variables whose URL has a secret in it, where its value would break them: `web: DATABASE_URL`.
 *
 * @param name - of the secret
 */
export function brokenUrls({ services }: Project, name: string, value: string): readonly string[] {
  if (inUrl.test(value)) return [];
  return services.flatMap((service) => {
    if (service.kind !== "container") return [];
    return Object.entries(service.environment).flatMap(([variable, written]) => {
      if (written.kind !== "template") return [];
      const [first] = written.parts;
      const isUrl = typeof first === "string" && /^[a-z][a-z0-9+.-]*:\/\//i.test(first);
      const uses = written.parts.some(
        (part) => typeof part === "object" && "secret" in part && part.secret === name,
      );
      return isUrl && uses ? [`${service.name}: ${variable}`] : [];
    });
  });
}
