/** `berth doctor` on accounts of the emulator: empty, made ready, and one that lets nobody in. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AwsClients } from "../../../src/aws/clients";
import type { Finding } from "../../../src/launcher/doctor/findings";
import { account, region, startEmulator, type Emulator } from "../../support/emulator";
import { lazyAws } from "../../../src/wiring/lazy-aws";
import { clientsOf } from "../../support/emulator/clients";
import { berthIn } from "../../support/emulator/launcher";
import type { LauncherOptions } from "../../support/launcher";
import { version } from "../../../src/version";

let emulator: Emulator;
let clients: AwsClients;
let folder: string;
const own = `${account}.dkr.ecr.${region}.amazonaws.com`;

beforeAll(async () => {
  emulator = await startEmulator({ enforceIam: true });
  clients = clientsOf(emulator);
  folder = mkdtempSync(join(tmpdir(), "berth-doctor-"));
  writeFileSync(
    join(folder, "compose.yaml"),
    `name: shop
services:
  web:
    image: ${own}/web:1
    environment: [API_KEY]
`,
  );
});

afterAll(async () => {
  await clients.close();
  await emulator.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function findings(options: LauncherOptions = {}) {
  const ran = await berthIn(emulator, ["doctor", "--json"], { cwd: folder, ...options });
  const { ok, findings: list } = JSON.parse(ran.stdout) as { ok: boolean; findings: Finding[] };
  const of = (check: string): Finding[] => list.filter((finding) => finding.check === check);
  return { code: ran.code, ok, of };
}

test("an empty account: what is missing, each with its fix", async () => {
  const { code, ok, of } = await findings();
  expect([code, ok]).toEqual([2, false]);
  expect(of("region")).toMatchObject([{ status: "ok", message: region }]);
  expect(of("credentials")).toMatchObject([{ message: expect.stringContaining(account) as string }]);
  expect(of("project")).toMatchObject([
    {
      status: "ok",
      message: expect.stringMatching(
        /^shop can be deployed: web(; \d+ warnings?, which berth preview shows)?$/,
      ) as string,
    },
  ]);
  expect(of("bootstrap")).toMatchObject([
    { status: "fail", fix: expect.stringContaining("berth bootstrap") as string },
  ]);
  expect(of("secrets")).toMatchObject([{ status: "fail", fix: "berth secret set API_KEY" }]);
  expect(of("images")).toMatchObject([{ status: "fail", message: `${own}/web:1 is not in its registry` }]);
});

test("a domain without a zone, and with one that nobody delegates to", async () => {
  const env = { BERTH_DOMAIN: "shop.invalid" };
  expect((await findings({ env })).of("domain")).toMatchObject([{ status: "fail" }]);
  const route53 = await clients.route53();
  await route53.createHostedZone({ Name: "shop.invalid", CallerReference: "1" });
  const { of } = await findings({ env });
  expect(of("domain")).toMatchObject([
    {
      status: "fail",
      message: expect.stringMatching(/^no name server is asked for shop\.invalid/) as string,
    },
  ]);
  expect(of("certificate")).toMatchObject([{ status: "ok" }]);
});

test("once everything is there, nothing stands in the way", async () => {
  await emulator.query("cloudformation", {
    Action: "CreateStack",
    StackName: "berth-cd",
    TemplateBody: JSON.stringify({
      Resources: { Logs: { Type: "AWS::Logs::LogGroup" } },
      Outputs: { Version: { Value: version } },
    }),
  });
  const ssm = await clients.ssm();
  await ssm.putParameter({ Name: "/berth/shop/dev/API_KEY", Value: "x", Type: "SecureString" });
  const ecr = await clients.ecr();
  await ecr.createRepository({ repositoryName: "web" });
  await ecr.putImage({ repositoryName: "web", imageTag: "1", imageManifest: '{"schemaVersion":2}' });
  const { code, ok, of } = await findings();
  expect([of("bootstrap"), of("secrets"), of("images")]).toMatchObject([
    [{ status: "ok" }],
    [{ status: "ok" }],
    [{ status: "ok" }],
  ]);
  expect([code, ok]).toEqual([0, true]);
});

test("somebody without rights: what could not be looked at is a warning in AWS's words", async () => {
  const credentials = await emulator.createUser("guest");
  const { of } = await findings({
    launcher: (made) => ({ ...made, aws: lazyAws({ region, endpointUrl: emulator.url, credentials }) }),
  });
  expect(of("credentials")).toMatchObject([
    { status: "ok", message: expect.stringContaining("user/guest") as string },
  ]);
  expect(of("permissions")).toMatchObject([
    {
      status: "warn",
      message: expect.stringMatching(/could not be looked at: .*AWS refused access/) as string,
    },
  ]);
});

test("for people: a line each, and a summary", async () => {
  const ran = await berthIn(emulator, ["doctor", "-p", "other"], { cwd: tmpdir() });
  expect(ran.code).toBe(2);
  expect(ran.stdout).toMatch(/^ok {4}region +us-east-1$/m);
  expect(ran.stdout).toMatch(/^fail {2}project +.*no compose file\n +fix: /m);
  expect(ran.stdout).toMatch(/\n\n1 to fix before berth up, \d to look at\n$/);
});
