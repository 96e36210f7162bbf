/** Every project of the corpus through `preview --simulate`: a plan, or a refusal that names the key. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Plan } from "../../src/app/plan";
import { cd } from "../support/cd";

const root = join(__dirname, "../corpus");
const collections = ["awesome-compose", "defang-samples"] as const;

function projectsOf(collection: string): readonly string[] {
  return readdirSync(join(root, collection), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${collection}/${entry.name}`)
    .sort();
}

let home: string;
const outcomes = new Map<string, "planned" | "refused">();

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "berth-corpus-"));
});

afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

describe.each(collections)("%s", (collection) => {
  test.each(projectsOf(collection))("%s", async (project) => {
    const planFile = join(home, `${project.replaceAll("/", "-")}.json`);
    const argv = ["preview", "--simulate", "--json", "--plan", planFile, join(root, project)];
    const { code, stderr, result } = await cd(argv, { env: { HOME: home } });
    expect(stderr).not.toMatch(/ at .*:\d+:\d+\)|This is a bug/);
    if (code === 0) {
      outcomes.set(project, "planned");
      const plan = JSON.parse(readFileSync(planFile, "utf8")) as Plan;
      const components = plan.resources.filter(({ type }) =>
        /^berth:aws:(ContainerService|OneOffTask|Postgres|Redis)$/.test(type),
      );
      const { stdout } = await cd(["config", join(root, project)], { env: { HOME: home } });
      const canonical = JSON.parse(stdout) as { services: Record<string, unknown> };
      expect(components.map(({ name }) => name).sort()).toEqual(Object.keys(canonical.services).sort());
      expect(plan.resources.every(({ op }) => op === "create")).toBe(true);
      expect(plan.coverage.map(({ verdict }) => verdict)).not.toContain("refused");
      return;
    }
    outcomes.set(project, "refused");
    expect(code).toBe(3);
    expect(result).toMatchObject({ outcome: "failed", error: { kind: "project" } });
    // A project that names its problem by file alone has no key to name: two compose files, say.
    expect(stderr).toMatch(/^error: (.*: )?(services|networks|volumes|secrets|configs|x-berth)\.\S+: /m);
    expect(existsSync(planFile)).toBe(false);
  });
});

test("the page of keys states the counts", () => {
  const readme = readFileSync(join(__dirname, "../../docs/compose-keys.md"), "utf8");
  for (const collection of collections) {
    const projects = projectsOf(collection);
    const planned = projects.filter((project) => outcomes.get(project) === "planned").length;
    expect(readme).toContain(
      `| \`${collection}\` | ${projects.length} | ${planned} | ${projects.length - planned} |`,
    );
  }
});
