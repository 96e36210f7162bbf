/** Which secrets are set, which services use them, and which the compose file wants and nobody has set. */
import type { StoredSecret } from "../../ports";
import { secretsOfService } from "../../interpret";
import type { Project } from "../../model/project";
import { definedOnly } from "../../defined";
import { table } from "../../report/terminal/tables";
import { ago } from "../core/words";

/** One row of `berth secret ls`. */
export interface SecretRow {
  readonly name: string;
  readonly state: "set" | "missing";
  readonly version?: number;
  /** ISO 8601. */
  readonly modified?: string;
  readonly tier?: StoredSecret["tier"];
  /** Absent where there is no compose file to ask. */
  readonly usedBy?: readonly string[];
}

/** Secret's name to the services that need it. */
export type Users = ReadonlyMap<string, readonly string[]>;

/** The services that need each secret. */
export function usersOf(project: Project): Users {
  const users = new Map<string, string[]>();
  for (const service of project.services) {
    for (const name of new Set(secretsOfService(service)))
      users.set(name, [...(users.get(name) ?? []), service.name]);
  }
  return users;
}

/** Every secret that is set or wanted, by name. @param users - absent where there is no compose file */
export function secretRows(stored: readonly StoredSecret[], users: Users | undefined): readonly SecretRow[] {
  const set = new Map(stored.map((secret) => [secret.name, secret]));
  const names = [...new Set([...set.keys(), ...(users?.keys() ?? [])])].sort();
  return names.map((name) => {
    const secret = set.get(name);
    const usedBy = users === undefined ? undefined : (users.get(name) ?? []);
    return {
      name,
      state: secret === undefined ? ("missing" as const) : ("set" as const),
      ...definedOnly({ version: secret?.version, modified: secret?.modified, tier: secret?.tier, usedBy }),
    };
  });
}

/** @param now - milliseconds since the epoch */
export function secretsTable(rows: readonly SecretRow[], now: number): string {
  return table(
    ["NAME", "VERSION", "CHANGED", "USED BY"],
    rows.map(({ name, state, version, modified, usedBy }) => [
      name,
      state === "missing" ? "missing" : String(version ?? ""),
      modified === undefined ? "" : ago(modified, now),
      usedBy === undefined ? "" : usedBy.length === 0 ? "nobody" : usedBy.join(", "),
    ]),
  );
}
