/** `berth secret` against Parameter Store: set, listed, used, rotated, removed, and seen nowhere. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ParameterStoreSecrets } from "../../../src/aws/account/secrets";
import { cd } from "../../support/cd";
import { emulatedAccount } from "../../support/emulator/clients";
import { berthIn } from "../../support/emulator/launcher";
import type { LauncherOptions } from "../../support/launcher";

const aws = emulatedAccount();
let folder: string;

const key = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555";

const compose = `name: shop
services:
  web:
    image: nginx
    environment:
      DATABASE_URL: postgres://shop:\${PASSWORD}@db/shop
      API_KEY:
  worker:
    image: nginx
    environment: [API_KEY]
`;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "berth-secret-"));
  writeFileSync(join(folder, "compose.yaml"), compose);
});

afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  const ssm = await aws.clients.ssm();
  const { Parameters = [] } = await ssm.describeParameters({});
  if (Parameters.length > 0) await ssm.deleteParameters({ Names: Parameters.map(({ Name = "" }) => Name) });
});

function run(line: string, options: LauncherOptions = {}) {
  const env = { BERTH_SECRETS_KEY_ARN: key, ...options.env };
  return berthIn(aws.emulator, line.split(" "), { cwd: folder, ...options, env });
}

async function parameter(name: string) {
  const ssm = await aws.clients.ssm();
  const { Parameter } = await ssm.getParameter({ Name: `/berth/shop/dev/${name}`, WithDecryption: true });
  return Parameter;
}

test("a value is asked for, kept encrypted with the key that is set, and told nowhere", async () => {
  const ran = await run("secret set PASSWORD", { answers: ["hunter2"] });
  expect(ran).toMatchObject({ code: 0, stdout: "", stderr: "set PASSWORD (version 1), used by web\n" });
  expect(ran.questions).toEqual(["Value of PASSWORD"]);
  expect(await parameter("PASSWORD")).toMatchObject({ Type: "SecureString", Value: "hunter2" });
  const ssm = await aws.clients.ssm();
  const { Parameters = [] } = await ssm.describeParameters({});
  expect(Parameters).toMatchObject([{ KeyId: key, Tier: "Standard" }]);
  const { TagList } = await ssm.listTagsForResource({
    ResourceType: "Parameter",
    ResourceId: "/berth/shop/dev/PASSWORD",
  });
  expect(TagList).toEqual(
    expect.arrayContaining([
      { Key: "berth:project", Value: "shop" },
      { Key: "berth:stack", Value: "dev" },
    ]),
  );
});

test("several at once, each asked for", async () => {
  const ran = await run("config set PASSWORD API_KEY", { answers: ["one", "two"] });
  expect(ran.stderr).toBe(
    "set PASSWORD (version 1), used by web\nset API_KEY (version 1), used by web, worker\n",
  );
  expect([(await parameter("PASSWORD"))?.Value, (await parameter("API_KEY"))?.Value]).toEqual(["one", "two"]);
});

test.each(["secret set API_KEY -", "secret set API_KEY"])(
  "%s takes it from a pipe, without echo's newline",
  async (line) => {
    expect(await run(line, { stdin: "a key\nof two lines\n" })).toMatchObject({ code: 0 });
    expect((await parameter("API_KEY"))?.Value).toBe("a key\nof two lines");
  },
);

test("a file of variables, all of them or those that are named, into another stack", async () => {
  writeFileSync(join(folder, "prod.env"), "# secrets\nPASSWORD='pa$word'\nexport API_KEY=\"x y\"\n");
  const some = await run("secret set API_KEY --env-file prod.env --stack prod");
  expect(some).toMatchObject({ code: 0, stderr: "set API_KEY (version 1), used by web, worker\n" });
  const all = await run("secret set --env-file prod.env --stack prod");
  expect(all.stderr).toContain(
    "set PASSWORD (version 1), used by web\nset API_KEY (version 2), used by web, worker\n",
  );
  const ssm = await aws.clients.ssm();
  const { Parameters } = await ssm.getParametersByPath({ Path: "/berth/shop/prod", WithDecryption: true });
  expect(Parameters?.map(({ Value }) => Value).sort()).toEqual(["pa$word", "x y"]);
});

describe("what a value is for", () => {
  beforeEach(() => {
    const managed =
      "  db:\n    image: postgres:16\n    x-postgres: true\n    environment:\n      POSTGRES_PASSWORD: ${PASSWORD}\n";
    writeFileSync(join(folder, "compose.yaml"), compose + managed);
  });

  test.each([
    ["short", /PASSWORD: the password has 5 characters; Amazon RDS accepts 8 to 128/],
    ["longEnough@home", /PASSWORD: the password has a character that Amazon RDS refuses/],
  ])("the password of a managed Postgres that RDS would refuse is not kept: %s", async (value, told) => {
    const ran = await run("secret set PASSWORD", { answers: [value] });
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringMatching(told) as string]);
    expect(ran.stderr).not.toContain(value);
    await expect(parameter("PASSWORD")).rejects.toThrow();
  });

  test("one that would break the URL that it is part of is warned of", async () => {
    const ran = await run("secret set PASSWORD", { answers: ["question?mark"] });
    expect(ran.code).toBe(0);
    expect(ran.stderr).toMatch(/^warning: PASSWORD is part of a URL \(web: DATABASE_URL\)/m);
    const well = await run("secret set PASSWORD", { answers: ["exclamation!mark"] });
    expect(well.stderr).not.toContain("warning");
  });
});

test("a value on the command line is refused and not repeated, with everything else that is wrong", async () => {
  const ran = await run("secret set API_KEY=s3cr3t bad/name");
  expect(ran.code).toBe(2);
  expect(ran.stderr).toMatch(/API_KEY: a value on the command line stays in the shell's history/);
  expect(ran.stderr).toMatch(/argument 2: that is no name of a secret/);
  expect(ran.stderr).not.toMatch(/s3cr3t|bad\/name/);
});

test.each<[string, LauncherOptions, RegExp]>([
  ["secret set", {}, /no secret is named\n {2}fix: the compose file wants API_KEY, PASSWORD/],
  ["secret set A B -", { stdin: "x" }, /has the value of one secret/],
  ["secret set A", { stdin: "\n" }, /A: the value is empty/],
  ["secret set A", { stdin: "x".repeat(8193) }, /8193 bytes, and Parameter Store keeps 8192/],
  ["secret set A", { stdin: "{{x}}" }, /which Parameter Store refuses/],
  ["secret set --env-file none.env", {}, /none\.env: the file can't be read/],
  ["secret set A", {}, /nobody can be asked/],
  ["secret rm PASWORD --yes", {}, /PASWORD: the secret is not set in shop\/dev/],
  ["secret get A --reveal", {}, /A: the secret is not set in shop\/dev\n {2}fix: berth secret ls lists them/],
])("%s is refused: %#", async (line, options, message) => {
  expect(await run(line, options)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(message) as string,
  });
});

test("a $ that would cut a password short is a problem of the file, told without the line", async () => {
  writeFileSync(join(folder, "bad.env"), "PASSWORD=pa$word\n");
  const ran = await run("secret set --env-file bad.env");
  expect(ran.code).toBe(3);
  expect(ran.stderr).toMatch(/bad\.env: the variable word is not set/);
  expect(ran.stderr).toMatch(/fix: put the value in single quotes/);
  expect(ran.stderr).not.toContain("pa$word");
});

test("an advanced parameter is told, and stays one", async () => {
  const ran = await run("secret set BIG -", { stdin: "x".repeat(5000) });
  expect(ran.stderr).toMatch(/BIG is over 4096 bytes: it is an advanced parameter/);
  const again = await run("secret set BIG -", { stdin: "small" });
  expect(again.stderr).toBe("set BIG (version 2)\n");
  const { Parameters } = await (await aws.clients.ssm()).describeParameters({});
  expect(Parameters).toMatchObject([{ Tier: "Advanced", Version: 2 }]);
});

test("the list: set, used, missing, composed ones left out, and never a value", async () => {
  await run("secret set PASSWORD", { answers: ["hunter2"] });
  await run("secret set OLD -", { stdin: "hunter2" });
  const composed = {
    Name: "/berth/shop/dev/web/DATABASE_URL",
    Value: "hunter2",
    Type: "SecureString" as const,
  };
  await (await aws.clients.ssm()).putParameter(composed);
  const ran = await run("secret ls");
  expect(ran.stdout).toMatch(
    /^NAME +VERSION +CHANGED +USED BY\nAPI_KEY +missing +web, worker\nOLD +1 +\S.* ago +nobody\nPASSWORD +1 +\S.* ago +web\n$/,
  );
  expect(ran.stderr).toContain("berth secret set API_KEY");
  const json = await run("config ls --json");
  expect(JSON.parse(json.stdout)).toMatchObject({
    project: "shop",
    stack: "dev",
    secrets: [
      { name: "API_KEY", state: "missing", usedBy: ["web", "worker"] },
      { name: "OLD", state: "set", version: 1, usedBy: [] },
      { name: "PASSWORD", state: "set", version: 1, usedBy: ["web"] },
    ],
  });
  expect(ran.stdout + ran.stderr + json.stdout + json.stderr).not.toContain("hunter2");
});

test("what is a secret only since it is set has its users, wherever it is spoken of", async () => {
  const uses = "name: shop\nservices:\n  web:\n    image: nginx\n    environment:\n      REGION: ${REGION}\n";
  writeFileSync(join(folder, "compose.yaml"), uses);
  expect((await run("secret ls")).stdout).toBe("No secrets in shop/dev\n");
  expect((await run("secret set REGION -", { stdin: "north" })).stderr).toBe(
    "set REGION (version 1), used by web\n",
  );
  expect((await run("secret ls")).stdout).toMatch(/^REGION +1 +\S.* ago +web$/m);
  expect((await run("secret get REGION")).stdout).toMatch(/^REGION is set: version 1, .*, used by web$/m);
  expect((await run("secret set REGION -", { stdin: "south" })).stderr).toContain("restarts these services");
  expect((await run("secret rm REGION --yes")).stderr).toMatch(/^REGION is used by web: without it/m);
});

test("without a compose file the project is named, and nothing is said of users", async () => {
  const options = { cwd: tmpdir() };
  expect(await run("secret set TOKEN - -p other", { ...options, stdin: "x" })).toMatchObject({
    stderr: "set TOKEN (version 1)\n",
  });
  expect((await run("secret ls -p other", options)).stdout).toMatch(/^TOKEN +1 +\S.* ago\n$/m);
  expect(await run("secret ls", options)).toMatchObject({ code: 2 });
});

test("more names than one call takes", async () => {
  const names = Array.from({ length: 23 }, (_, index) => `S${index}`);
  writeFileSync(join(folder, "many.env"), names.map((name) => `${name}=v${name}`).join("\n"));
  await run("secret set --env-file many.env");
  const got = await run(`secret get --reveal ${names.join(" ")}`);
  expect(got.stdout).toBe(names.map((name) => `v${name}\n`).join(""));
  const gone = await run(`secret rm --yes ${names.join(" ")}`);
  expect(gone.stderr.match(/^removed /gm)).toHaveLength(23);
  expect((await run("secret ls")).stdout).not.toMatch(/S\d/);
});

test("a value is printed only when asked", async () => {
  await run("secret set PASSWORD", { answers: ["hunter2"] });
  const plain = await run("secret get PASSWORD");
  expect(plain.stdout).toMatch(/^PASSWORD is set: version 1, changed .* ago, used by web\n$/);
  expect(plain.stdout + plain.stderr).not.toContain("hunter2");
  expect((await run("secret get PASSWORD --reveal")).stdout).toBe("hunter2\n");
});

test("a rotation is told, with who will see it", async () => {
  await run("secret set API_KEY", { answers: ["one"] });
  const first = (await parameter("API_KEY"))?.Version;
  const ran = await run("secret set API_KEY", { answers: ["two"] });
  expect(ran.stderr).toBe(
    "set API_KEY (version 2), used by web, worker\nThe next berth up restarts these services with it.\n",
  );
  expect([(await parameter("API_KEY"))?.Version, first]).toEqual([2, 1]);
});

test("a rotated secret starts the services that use it anew in the next up, and no others", async () => {
  writeFileSync(join(folder, "compose.yaml"), `${compose}  other:\n    image: nginx\n`);
  const up = () =>
    cd(["up", "--simulate", "--json", "--plan", join(folder, "plan.json"), folder], {
      env: { HOME: folder },
      deps: (real) => ({ ...real, secrets: () => Promise.resolve(new ParameterStoreSecrets(aws.clients)) }),
    });
  const changed = (): string[] => {
    const plan = readFileSync(join(folder, "plan.json"), "utf8");
    const { resources } = JSON.parse(plan) as { resources: { type: string; name: string; op: string }[] };
    const definitions = resources.filter(({ type }) => type === "aws:ecs/taskDefinition:TaskDefinition");
    return definitions.filter(({ op }) => op !== "same").map(({ name }) => name);
  };
  expect((await up()).code).toBe(2);
  await run("secret set PASSWORD API_KEY", { answers: ["hunter2", "hunter1"] });
  expect((await up()).result.outcome).toBe("succeeded");
  expect((await up()).result.outcome).toBe("unchanged");
  await run("secret set API_KEY", { answers: ["hunter4"] });
  expect((await up()).result.outcome).toBe("succeeded");
  expect(changed().sort()).toEqual(["web", "worker"]);
  await run("secret set PASSWORD", { answers: ["hunter3"] });
  await up();
  expect(changed()).toEqual(["web"]);
  expect(readFileSync(join(folder, "plan.json"), "utf8")).not.toMatch(/hunter/);
});

test("removal asks, says who uses it, and takes no for an answer; in CI nobody is asked", async () => {
  await run("secret set API_KEY", { answers: ["one"] });
  const kept = await run("secret rm API_KEY", { answers: [false] });
  expect(kept.questions).toEqual(["Remove API_KEY from shop/dev for good?"]);
  expect(kept.stderr).toMatch(/API_KEY is used by web, worker.*\nNothing was removed/);
  expect((await parameter("API_KEY"))?.Value).toBe("one");
  expect(await run("secret rm API_KEY", { env: { CI: "true" } })).toMatchObject({ code: 0 });
  await expect(parameter("API_KEY")).rejects.toMatchObject({ name: "ParameterNotFound" });
});

test("without a key that is set, it is the bootstrap stack's, else the account's, which is told", async () => {
  const env = { BERTH_SECRETS_KEY_ARN: "" };
  const ran = await run("secret set A -", { stdin: "x", env });
  expect(ran).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/^note: without a bootstrap stack/) as string,
  });
  const outputs = ["Bucket", "Cluster", "TaskDefinition", "Image", "Subnets", "SecurityGroup", "LogGroup"];
  const more = ["BoundaryArn", "SchedulerRoleArn", "BackendUrl", "SecretsProvider", "EcrPublicCache"];
  await aws.emulator.query("cloudformation", {
    Action: "CreateStack",
    StackName: "berth-cd",
    TemplateBody: JSON.stringify({
      Resources: { Logs: { Type: "AWS::Logs::LogGroup" } },
      Outputs: Object.fromEntries(
        [...outputs, ...more, "KeyArn"].map((name) => [name, { Value: name === "KeyArn" ? `${key}9` : "x" }]),
      ),
    }),
  });
  expect(await run("secret set B -", { stdin: "x", env })).toMatchObject({
    code: 0,
    stderr: "set B (version 1)\n",
  });
  const { Parameters = [] } = await (await aws.clients.ssm()).describeParameters({});
  expect(Parameters.map(({ Name, KeyId }) => [Name, KeyId])).toEqual([
    ["/berth/shop/dev/A", "alias/aws/ssm"],
    ["/berth/shop/dev/B", `${key}9`],
  ]);
});
