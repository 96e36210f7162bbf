/** Products as their makers publish them, in their forms: `preview --simulate` plans all that AWS can run. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Plan } from "../../src/app/plan";
import { cd } from "../support/cd";

const corpus = join(__dirname, "../corpus/well-known");

interface Outcome {
  /** The services that the load balancer asks. */
  readonly targets: readonly string[];
  /** The folders of the project on EFS. */
  readonly folders?: readonly string[];
  /** What a warning has to say. */
  readonly says?: RegExp;
}

const planned: Readonly<Record<string, Outcome>> = {
  appsmith: { targets: ["appsmith"], folders: ["./stacks"], says: /443 \(HTTPS\)/ },
  directus: { targets: ["directus"], folders: ["./data/database", "./extensions", "./uploads"] },
  gitea: { targets: ["server"], folders: ["./gitea", "./mysql"], says: /22 \(SSH\) is not HTTP/ },
  immich: { targets: ["immich-server"], folders: ["./library", "./postgres"] },
  mastodon: { targets: [], folders: ["./postgres14", "./public/system", "./redis"] },
  metabase: { targets: ["metabase"], says: /every container has \/dev\/urandom itself/ },
  minio: { targets: ["nginx", "nginx--9001"] },
  n8n: { targets: ["n8n"] },
  outline: { targets: ["https-portal"], says: /\/data \(VOLUME of its image\)/ },
  paperless: { targets: ["webserver"], folders: ["./consume", "./export"] },
  plausible: { targets: [], says: /HTTP_PORT, HTTPS_PORT, SMTP_HOST_ADDR are set nowhere and are left out/ },
  rocketchat: { targets: ["rocketchat"] },
  strapi: { targets: ["strapi"], folders: ["./public/uploads"], says: /3306 \(MySQL\) is not HTTP/ },
  supabase: { targets: ["kong"], folders: ["./volumes/db/data"] },
  umami: { targets: ["umami"] },
  vaultwarden: { targets: ["caddy"], folders: ["./caddy-config", "./caddy-data", "./vw-data"] },
  wikijs: { targets: ["wiki"] },
};

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "berth-well-known-"));
});
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

async function preview(product: string) {
  const folder = join(home, product);
  cpSync(join(corpus, product), folder, { recursive: true });
  const planFile = join(home, `${product}.json`);
  const argv = ["preview", "--simulate", "--json", "--plan", planFile, folder];
  return { ...(await cd(argv, { env: { HOME: home } })), planFile };
}

function namesOf(planFile: string, type: string): readonly string[] {
  const plan = JSON.parse(readFileSync(planFile, "utf8")) as Plan;
  return plan.resources
    .filter((resource) => resource.type === type)
    .map(({ name }) => name)
    .sort();
}

test("every product of the folder has its outcome", () => {
  const folders = readdirSync(corpus, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name).sort()).toEqual([...Object.keys(planned), "error-tracker"].sort());
});

test.each(Object.entries(planned))("%s is planned", async (product, { targets, folders = [], says }) => {
  const { code, stderr, result, planFile } = await preview(product);
  expect([code, code === 0 ? "" : stderr]).toEqual([0, ""]);
  expect(namesOf(planFile, "aws:lb/targetGroup:TargetGroup")).toEqual(targets);
  const own = namesOf(planFile, "aws:efs/accessPoint:AccessPoint").filter((name) => name.startsWith("./"));
  expect(own).toEqual(folders);
  expect(namesOf(planFile, "berth:aws:OneOffTask")).toEqual([]);
  const told = result.warnings.map(({ message }) => message).join("\n");
  if (says !== undefined) expect(told).toMatch(says);
});

test("volumes that are made outside of the project are refused, with both ways out", async () => {
  const { code, stderr } = await preview("error-tracker");
  expect(code).toBe(3);
  expect([...stderr.matchAll(/^error: \S+: (volumes\.\S+):/gm)].map(([, path]) => path)).toEqual([
    "volumes.redis-data",
    "volumes.sentry-data",
  ]);
  expect(stderr).toMatch(/name: fs-0123456789abcdef0, .*; or remove external/);
});

test("capitals in a service's name are those of its containers, and none of its addresses", async () => {
  const { planFile } = await preview("strapi");
  const plan = JSON.parse(readFileSync(planFile, "utf8")) as Plan;
  const names = plan.resources
    .filter(({ type }) => type === "aws:servicediscovery/service:Service")
    .map(({ inputs }) => inputs["name"]);
  expect(names.sort()).toEqual(["strapi", "strapidb"]);
});

test("shm_size is a folder in memory over /dev/shm", async () => {
  const { planFile } = await preview("mastodon");
  const plan = JSON.parse(readFileSync(planFile, "utf8")) as Plan;
  const task = plan.resources.find(
    ({ type, inputs }) =>
      type === "aws:ecs/taskDefinition:TaskDefinition" && String(inputs["family"]).endsWith("-db"),
  );
  const [container] = JSON.parse(String(task?.inputs["containerDefinitions"])) as {
    linuxParameters?: { tmpfs?: unknown };
  }[];
  expect(container?.linuxParameters?.tmpfs).toEqual([
    { containerPath: "/dev/shm", size: 256, mountOptions: ["noexec", "nosuid", "nodev", "mode=1777"] },
  ]);
});
