/** What people bring from other tools, and slips of the hand: each is understood, or told by what is wrong. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plan } from "../../src/app/plan";
import { Workspace } from "../support/archives";
import { cd } from "../support/cd";
import { berth } from "../support/launcher";

const workspace = new Workspace();
const env = { HOME: workspace.path };
afterAll(() => {
  workspace.remove();
});

const shop = workspace.plant({
  "compose.yaml":
    "name: shop\nservices:\n  web: {image: nginx, ports: ['80'], depends_on: [api]}\n  api: {image: httpd, expose: ['80']}\n  other: {image: httpd, expose: ['80']}\n",
  "web/index.html": "",
  "inner/compose.yaml": "services: {one: {image: nginx, ports: ['80']}}\n",
});

/** The services of a plan. */
async function planned(...words: readonly string[]): Promise<readonly string[]> {
  const plan = join(workspace.path, "plan.json");
  const { code, stderr } = await berth(["preview", "--simulate", "--plan", plan, ...words], {
    env,
    cwd: shop,
  });
  expect([code, code === 0 ? "" : stderr]).toEqual([0, ""]);
  const { resources } = JSON.parse(readFileSync(plan, "utf8")) as Plan;
  const services = resources.filter(({ type }) => type === "aws:ecs/service:Service");
  return services.map(({ name }) => name).sort();
}

describe("words behind a command", () => {
  test("are services, as Compose has them, with what they need; a folder of that name is none", async () => {
    expect(await planned("web")).toEqual(["api", "web"]);
    expect(await planned("api", "other")).toEqual(["api", "other"]);
    expect(await planned()).toEqual(["api", "other", "web"]);
  });

  test("with a slash are a project", async () => {
    expect(await planned("./inner")).toEqual(["one"]);
  });

  test("without a compose file around are a project's folder", async () => {
    const { code, stderr } = await berth(["preview", "--simulate", "web"], { env, cwd: workspace.path });
    expect(code).not.toBe(0);
    expect(stderr).toContain("web");
    expect(stderr).not.toContain("--target");
  });

  test("a service that there isn't is told with those that there are", async () => {
    const { code, stderr } = await berth(["up", "--simulate", "wbe"], { env, cwd: shop });
    expect([code, stderr]).toEqual([
      2,
      'error: --target: "wbe" is neither a URN nor a service of the project\n  fix: services are api, other, web\n',
    ]);
  });

  test("down is for a stack: one service is told how it stops", async () => {
    const { code, stderr } = await berth(["down", "--simulate", "web"], { env, cwd: shop });
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(
        /^error: web: down is for the whole stack.*\n {2}fix: berth stop web stops/,
      ) as string,
    ]);
  });

  test("of two projects only one can be meant", async () => {
    const { code, stderr } = await berth(["up", "--simulate", "./a", "./b"], { env, cwd: shop });
    expect([code, stderr]).toEqual([2, expect.stringContaining("up is for one project") as string]);
  });
});

test.each([
  ["build", /fix: berth up builds the images that have changed/],
  ["pull", /fix: Fargate pulls/],
  ["rm", /fix: berth up deletes a service that the file has no longer/],
])("Compose's command %s has what does the same here", async (word, fix) => {
  const { code, stderr } = await berth([word, "web"], { env, cwd: shop });
  expect([code, stderr]).toEqual([2, expect.stringMatching(fix) as string]);
});

test("an option with a slip is told with the one that is meant, and no message begins with the program's name", async () => {
  const { stderr } = await berth(["up", "--stak", "x"], { env, cwd: shop });
  expect(stderr).toContain("Did you mean --stack?");
  const unknown = await cd(["nope"], { env });
  expect(unknown.stderr).toMatch(/^error: unknown command/);
});

test("a profile that isn't there is told as such, with or without a region", async () => {
  for (const region of [{}, { AWS_REGION: "eu-west-1" }]) {
    const { code, stderr } = await berth(["ps"], {
      env: { ...env, AWS_PROFILE: "no-such-profile", ...region },
      cwd: shop,
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^error: AWS_PROFILE: .* for the profile "no-such-profile"\n {2}fix: aws configure list-profiles/m,
    );
  }
});

test("another region on the same state is refused, before anything of it is touched", async () => {
  const folder = workspace.plant({
    "compose.yaml": "name: moved\nservices: {web: {image: nginx, ports: ['80']}}\n",
  });
  expect((await cd(["up", "--simulate", folder], { env: { ...env, AWS_REGION: "eu-west-1" } })).code).toBe(0);
  for (const command of ["up", "preview", "down", "refresh"]) {
    const { code, stderr } = await cd([command, "--simulate", folder], {
      env: { ...env, AWS_REGION: "us-west-2" },
    });
    expect([command, code, stderr]).toEqual([
      command,
      2,
      expect.stringContaining(
        "AWS_REGION: the stack dev of moved is in eu-west-1, and this run is for us-west-2\n  fix: set AWS_REGION=eu-west-1",
      ) as string,
    ]);
  }
  const down = await cd(["down", "--simulate", "--json", folder], {
    env: { ...env, AWS_REGION: "eu-west-1" },
  });
  expect(down.result.changes.delete).toBeGreaterThan(50);
});

const broken: readonly (readonly [string, string, RegExp])[] = [
  [
    "tabs",
    "services:\n\tweb: {image: nginx}\n",
    /compose\.yaml:2:1: invalid YAML: Tabs.*\n.*\n.*\n {2}fix: indent with spaces/,
  ],
  [
    "a wrong indent",
    "services:\n  web:\n    image: nginx\n   ports: []\n",
    /compose\.yaml:4:1: .*\n.*\n.*\n {2}fix: give it as many spaces/,
  ],
  [
    "an open quote",
    'services:\n  web:\n    image: "nginx\n',
    /invalid YAML: .*\n(.*\n)+? {2}fix: close the quote/,
  ],
  [
    "an open bracket",
    "services:\n  web: {image: nginx\n",
    /invalid YAML: .*\n(.*\n)+? {2}fix: close the bracket/,
  ],
  [
    "a circle",
    "services:\n  a: {image: nginx, depends_on: [b]}\n  b: {image: nginx, depends_on: [a]}\n",
    /in a circle: a -> b -> a\n(.*\n)+? {2}fix: remove one of these/,
  ],
  [
    "control characters of a name",
    'services:\n  "we\\e[31mb": {image: nginx}\n',
    /services\.we\\u001b\[31mb/,
  ],
];
test.each(broken)("%s: told with a fix, and nothing in it is obeyed", async (_what, text, expected) => {
  const folder = workspace.plant({ "compose.yaml": text });
  const { code, stderr } = await cd(["preview", "--simulate", folder], { env });
  expect([code, stderr]).toEqual([3, expect.stringMatching(expected) as string]);
  expect(stderr).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
});

test("control characters of a path and of a warning are shown", async () => {
  const folder = workspace.plant({
    "compose.yaml": "services: {web: {image: nginx, \"x-\\e[2Jq\": 1, ports: ['80']}}\n",
  });
  const { stderr, stdout } = await cd(["preview", "--simulate", folder], { env });
  expect(`${stdout}${stderr}`).toContain("x-\\u001b[2Jq");
  expect(`${stdout}${stderr}`).not.toContain("\u001b");
});

test("a compose file that isn't there is told with the one that is", async () => {
  const { code, stderr } = await berth(["preview", "--simulate", "-f", "docker.yaml"], { env, cwd: shop });
  expect([code, stderr]).toEqual([
    3,
    'error: there is no compose file "docker.yaml"\n  fix: there is compose.yaml, which is read without -f\n',
  ]);
});

test("a check on a port that the service doesn't name has a warning", async () => {
  const check = 'healthcheck: {test: "curl -f http://localhost:3000/"}';
  const of = async (ports: string): Promise<readonly string[]> => {
    const folder = workspace.plant({
      "compose.yaml": `services: {web: {image: nginx, ${ports}, ${check}}}\n`,
    });
    const { result } = await cd(["preview", "--simulate", "--json", folder], { env });
    return result.warnings.filter(({ path }) => path.includes("healthcheck")).map(({ message }) => message);
  };
  expect(await of("ports: ['8080']")).toEqual([
    'the check asks port 3000, and the service names port 8080: where nothing listens on 3000, the service never becomes healthy; expose: ["3000"] says that something does',
  ]);
  expect(await of("ports: ['3000']")).toEqual([]);
  expect(await of("ports: ['8080'], expose: ['3000']")).toEqual([]);
});

test("of two services on port 80 the preview says which one / leads to", async () => {
  const folder = workspace.plant({
    "compose.yaml":
      "x-berth: {edge: balancer}\n" +
      "services: {admin: {image: nginx, ports: ['80']}, web: {image: nginx, ports: ['80']}}\n",
  });
  const { stdout } = await cd(["preview", "--simulate", folder], { env });
  expect(stdout).toMatch(
    /\/ is web, which looks most like the site \(x-path: \/ gives it to another service\); admin under \/admin\//,
  );
});
