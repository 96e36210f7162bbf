/** Each row of the differences does what it says, and no default of a family that differs from its image lacks a row. */
import { projectProgram } from "../../../stacks/project";
import { checkStores, resolveStores } from "../../../src/app/resolve-stores";
import { modeSettings } from "../../../src/modes/modes";
import type { Project } from "../../../src/model/project";
import {
  asOf,
  differences,
  type Difference,
  type EngineName,
  engineNames,
} from "../../../src/stores/differences";
import { decided, parameters } from "../../../src/stores/parameters";
import { reservedUsers } from "../../../src/stores/reserved";
import { kindOfEngine } from "../../../src/stores";
import { supported } from "../../../src/stores/support";
import { familyDefaults } from "../../support/family-defaults";
import { interpret, type Raw } from "../../support/interpret";
import { record } from "../../support/mocks";
import { programArgs } from "../../support/projects";

const today = new Date("2026-11-29T12:00:00Z");

/** A plain service of each engine, of a version that AWS supports. */
const plain: Readonly<Record<EngineName, Raw>> = {
  postgres: { image: "postgres:17", "x-postgres": {}, environment: { POSTGRES_PASSWORD: null } },
  mysql: { image: "mysql:8.4", "x-mysql": {}, environment: { MYSQL_ROOT_PASSWORD: null } },
  mariadb: { image: "mariadb:11.4", "x-mysql": {}, environment: { MYSQL_ROOT_PASSWORD: null } },
  redis: { image: "redis:7.1", "x-redis": {} },
  valkey: { image: "valkey/valkey:8.1", "x-redis": {} },
};

/** The plain service with other keys over it; keys of other stores are left out, variables go beside its own. */
function services(engine: EngineName, keys: Raw = {}): Raw {
  const own = `x-${kindOfEngine(engine) ?? ""}`;
  const { environment, ...rest } = keys as { readonly environment?: Raw };
  const fit = Object.entries(rest).filter(([key]) => !key.startsWith("x-") || key === own);
  const variables = { ...(plain[engine]["environment"] as Raw | undefined), ...environment };
  return { db: { ...plain[engine], ...Object.fromEntries(fit), environment: variables } };
}

function projectOf(engine: EngineName, keys: Raw = {}): Project {
  const result = interpret(services(engine, keys));
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.project;
}

/** What is declared of the store and its parameter group, secrets apart. */
async function declared(engine: EngineName, keys: Raw = {}): Promise<Readonly<Record<string, unknown>>> {
  const mode = modeSettings("affordable");
  const project = projectOf(engine, keys);
  const prepared = { project, mode, region: "us-east-1", warnings: [], locate: () => undefined };
  checkStores(prepared);
  const settled = await resolveStores(prepared as never, [], today);
  const recording = await record(projectProgram(programArgs(settled.project, { mode })));
  return Object.fromEntries(
    recording.resources
      .filter(({ type }) => /^aws:(rds|elasticache)\//.test(type))
      .map(({ type, inputs }) => [type, inputs]),
  );
}

function groupOf(inputs: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const [group] = Object.entries(inputs).filter(([type]) => type.endsWith(":ParameterGroup"));
  const { parameters: list = [] } = (group?.[1] ?? {}) as {
    readonly parameters?: readonly { readonly name: string; readonly value: string }[];
  };
  return Object.fromEntries(list.map(({ name, value }) => [name, value]));
}

const rows = differences.flatMap((row) => row.engines.map((engine) => ({ engine, row })));
type Row<K extends Difference["answer"]["kind"]> = Extract<Difference["answer"], { readonly kind: K }>;

function of<K extends Difference["answer"]["kind"]>(
  kind: K,
): readonly (readonly [title: string, engine: EngineName, answer: Row<K>])[] {
  return rows.flatMap(({ engine, row }) =>
    row.answer.kind === kind ? [[`${engine}: ${row.what}`, engine, row.answer as Row<K>] as const] : [],
  );
}

test.each(of("kept"))("%s is kept as the image has it", async (_, engine, answer) => {
  expect(groupOf(await declared(engine))).toMatchObject(answer.parameters);
});

test.each(of("setting"))("%s is a setting", async (_, engine, { write }) => {
  const [before, after] = [await declared(engine), await declared(engine, write)];
  const named = (write[`x-${kindOfEngine(engine) ?? ""}`] as { readonly parameters?: Raw }).parameters;
  for (const name of Object.keys(named ?? {})) expect(groupOf(after)).toHaveProperty([name]);
  expect(after).not.toEqual(before);
});

test.each(of("warning"))("%s is warned of", (_, engine, { given, says }) => {
  const told = (keys: Raw): readonly string[] => {
    const result = interpret(services(engine, keys));
    return result.ok
      ? result.project.warnings.map(({ message }) => message)
      : [JSON.stringify(result.problems)];
  };
  expect(told(given)).toContainEqual(expect.stringContaining(says));
  expect(told({})).not.toContainEqual(expect.stringContaining(says));
});

test.each(of("error"))("%s is an error", (_, engine, { given, says, instead }) => {
  const result = interpret(services(engine, given));
  const problems = result.ok ? [] : result.problems;
  const [problem] = problems.filter(({ message }) => message.includes(says));
  expect(problem).toBeDefined();
  expect(problem?.hint ?? problem?.message).toMatch(/\w{4}/);
  expect(instead).not.toBe("");
  expect(interpret(services(engine)).ok).toBe(true);
});

describe("the defaults of the families", () => {
  const answered = (engine: EngineName): ReadonlySet<string> =>
    new Set(
      differences.flatMap((row) =>
        row.engines.includes(engine) ? [...(row.parameters ?? []), ...keptOf(row)].map(plainName) : [],
      ),
    );
  const keptOf = ({ answer }: Difference): readonly string[] =>
    answer.kind === "kept" ? Object.keys(answer.parameters) : [];
  const plainName = (name: string): string => name.replaceAll("_", "-");

  test.each(engineNames)("of %s each have a row where the image's server has another", (engine) => {
    const differing = familyDefaults[engine].filter(({ aws, image }) => aws !== image);
    const left = differing.filter(({ name }) => !answered(engine).has(plainName(name)));
    expect(left.map(({ name }) => name)).toEqual([]);
    expect(differing.length).toBeGreaterThan({ redis: 5, valkey: 5 }[engine as string] ?? 20);
  });

  test.each(engineNames)("of %s that are the image's have no row that keeps them", (engine) => {
    const same = familyDefaults[engine]
      .filter(({ aws, image }) => aws === image)
      .map(({ name }) => plainName(name));
    const kept = differences.filter(({ engines }) => engines.includes(engine)).flatMap(keptOf);
    expect(kept.map(plainName).filter((name) => same.includes(name))).toEqual([]);
  });
});

test("no parameter is both the file's and AWS's own", () => {
  for (const kind of ["postgres", "mysql", "redis"] as const)
    expect(decided[kind].filter((name) => Object.hasOwn(parameters[kind], name))).toEqual([]);
});

test.each([
  ...reservedUsers.postgres.map((user) => ["postgres", { POSTGRES_USER: user }] as const),
  ...reservedUsers.mysql.map((user) => ["mysql", { MYSQL_USER: user, MYSQL_PASSWORD: null }] as const),
])("%s takes no user of %j", (engine, environment) => {
  const result = interpret(services(engine, { environment }));
  expect(result.ok ? [] : result.problems.map(({ message }) => message)).toContainEqual(
    expect.stringContaining("reserves the user name"),
  );
});

const ends = Object.entries(supported).flatMap(([engine, versions]) =>
  versions.flatMap(({ version, until }) =>
    until === undefined || version === "4" ? [] : [[engine as EngineName, version, until] as const],
  ),
);

test.each(ends)(
  "%s %s is refused from the day after %s on, with newer versions",
  async (engine, version, until) => {
    const image = `${engine}:${version}`;
    const prepared = {
      project: projectOf(engine, { image }),
      mode: modeSettings("affordable"),
      region: "us-east-1",
      warnings: [],
      locate: () => undefined,
    };
    const last = new Date(`${until}T12:00:00Z`);
    const next = new Date(last.getTime() + 86_400_000);
    const settled = await resolveStores(prepared as never, [], last);
    expect(settled.storeWarnings.map(({ message }) => message)).toContainEqual(
      expect.stringContaining(until),
    );
    await expect(resolveStores(prepared as never, [], next)).rejects.toMatchObject({
      problems: [
        { path: "services.db.image", hint: expect.stringContaining("name a newer version") as string },
      ],
    });
  },
);

test("every row has its source and its words, and is there once", () => {
  for (const { what, image, aws, source } of differences)
    expect([what, image, aws, source].filter((text) => text.trim() === "")).toEqual([]);
  const titles = rows.map(({ engine, row }) => `${engine}: ${row.what}`);
  expect(new Set(titles).size).toBe(titles.length);
  expect(asOf).toMatch(/^20\d\d-\d\d$/);
});
