/** Published products through `preview --simulate`: each ends as its `VERDICT.md` says. */
import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Plan } from "../../src/app/plan";
import type { Result } from "../../src/report/result";
import { cd } from "../support/cd";

const corpus = join(__dirname, "../corpus/products");

/** How a product ends. */
type Verdict =
  /** The keys that are refused, all of them. */
  | { readonly refused: readonly string[]; readonly says?: RegExp }
  | {
      /** The services that the load balancer asks, each of its ports: HTTP alone. */
      readonly targets: readonly string[];
      readonly tasks?: readonly string[];
      /** Folders of the project on EFS. */
      readonly folders?: readonly string[];
      /** What a warning has to say. */
      readonly says?: readonly RegExp[];
      /** What no warning may say. */
      readonly never?: readonly RegExp[];
      /** Secrets that are still to be set. */
      readonly secrets?: readonly string[];
    };

const zulip = [
  "database.secrets[0]",
  "memcached.secrets[0]",
  "rabbitmq.secrets[0]",
  "redis.secrets[0]",
  ...[0, 1, 2, 3, 4, 5].map((index) => `zulip.secrets[${index}]`),
].map((key) => `services.${key}`);

const asBuilt = /copies from|program sees what/;
const inside = (port: number): RegExp => new RegExp(`\\b${port} \\([^)]*\\).* inside the network`);

const verdicts: Readonly<Record<string, Verdict>> = {
  bookstack: { targets: ["app", "mailhog"], says: [/hosts file/], never: [asBuilt] },
  "catalog-service-node": { refused: ["services.aws.post_start", "services.kafka.post_start"] },
  "compose-for-agents-adk": { refused: ["services.adk.models", "services.mcp-gateway.use_api_socket"] },
  defectdojo: {
    refused: ["services.uwsgi.build"],
    says: /remove build, where \S*defectdojo-django\S* is published/,
  },
  "docker-django-example": {
    targets: ["web"],
    tasks: ["css", "js"],
    says: [/services\.worker\.restart/],
    never: [asBuilt],
  },
  "docker-elk": {
    targets: ["elasticsearch", "kibana", "logstash"],
    says: [inside(9300), /x-public: true/],
    never: [asBuilt],
  },
  "docker-mailserver": {
    targets: [],
    folders: ["config", "mail-data", "mail-logs", "mail-state"].map((name) => `./docker-data/dms/${name}`),
    says: [/x-public: true/],
  },
  "docker-node-example": { targets: ["web"], tasks: ["css", "js"], never: [asBuilt] },
  "docker-rails-example": { targets: ["cable", "web"], tasks: ["css", "js"], never: [asBuilt] },
  dockprom: {
    refused: [
      "services.cadvisor.devices",
      "services.cadvisor.privileged",
      ...[0, 1, 2, 3].map((index) => `services.cadvisor.volumes[${index}]`),
      ...[0, 1, 2].map((index) => `services.nodeexporter.volumes[${index}]`),
    ],
  },
  electric: { targets: ["electric"], says: [inside(5432)] },
  "example-voting-app": {
    targets: ["result", "vote"],
    says: [/copy of its own of \.\/vote/],
    never: [asBuilt],
  },
  flagsmith: { targets: ["flagsmith", "flagsmith-task-processor"], tasks: ["migrate-db"] },
  flowise: {
    refused: ["services.flowise.volumes[0]"],
    says: /declared under volumes: flowise:\/root\/\.flowise/,
  },
  frappe: { targets: ["frontend"], tasks: ["configurator", "create-site"] },
  "genai-stack": {
    targets: ["api", "bot", "database", "front-end", "loader", "loader", "pdf_bot"],
    tasks: ["pull-model"],
    folders: ["./data", "./embedding_model"],
    says: [/host\.docker\.internal/, inside(7687)],
  },
  ghost: { targets: ["caddy"], folders: ["./data/ghost", "./data/mysql"], says: [/443/] },
  hoppscotch: { refused: ["services"], says: /no profile is enabled.*\n(.*\n)*.*one or more of .*backend/ },
  jupyterhub: { refused: ["services.hub.volumes[1]"] },
  keep: {
    targets: ["keep-backend", "keep-frontend", "keep-websocket-server", "keep-websocket-server"],
    folders: ["./state"],
    says: [/SQLite/],
    secrets: ["OPENAI_API_KEY"],
  },
  kestra: { refused: ["services.kestra.volumes[1]", "services.kestra.volumes[2]"] },
  kong: { targets: ["kong", "kong", "kong"], says: [/8443/, /8444/, /administration/] },
  langfuse: { targets: ["langfuse-web", "minio"] },
  logto: { targets: ["app", "app"], says: [/ENDPOINT.*left out.*berth secret set/] },
  mattermost: {
    targets: [],
    folders: [
      ...["bleve-indexes", "client/plugins", "config", "data", "logs", "plugins"].map(
        (name) => `./volumes/app/mattermost/${name}`,
      ),
      "./volumes/db/var/lib/postgresql/data",
    ],
    secrets: ["POSTGRES_PASSWORD"],
  },
  n8n: { targets: ["n8n"], secrets: ["POSTGRES_NON_ROOT_PASSWORD", "POSTGRES_PASSWORD"] },
  "netbox-docker": { targets: [] },
  "ollama-webui": { targets: ["ollama-webui"], says: [/hosts file/] },
  "opentelemetry-demo": {
    refused: ["services.otel-collector.volumes[0]", "services.otel-collector.volumes[1]"],
  },
  "own-bind-beside-build": { targets: ["web"], never: [asBuilt] },
  "own-config-at-root": { targets: ["api"] },
  "own-config-folder": { targets: ["grafana"], folders: [], says: [/copy of its own of \.\/dashboards/] },
  "own-two-compose-files": { targets: ["web"], says: [/docker-compose\.yml.*compose\.yaml is there too/] },
  penpot: {
    targets: ["penpot-frontend", "penpot-mailcatch"],
    says: [/PENPOT_SMTP_USERNAME, PENPOT_SMTP_PASSWORD.*left out/],
  },
  piggymetrics: {
    targets: ["gateway", "monitoring", "rabbitmq", "registry", "turbine-stream-service"],
    says: [/depends_on\.config\.condition.*starts when it has started/],
  },
  pinot: {
    targets: ["pinot-broker", "pinot-controller", "pinot-minion", "pinot-server"],
    folders: [
      "kafka/data",
      "pinot/controller",
      "pinot/minion",
      "pinot/server",
      "zookeeper/data",
      "zookeeper/datalog",
    ].map((name) => `./pinot-docker-demo/${name}`),
    says: [inside(2181), inside(9092)],
  },
  "saleor-platform": {
    targets: ["api", "dashboard", "jaeger", "jaeger", "mailpit"],
    says: [inside(5432), inside(6379), inside(1025), inside(4317)],
  },
  "spree-starter": { targets: [], says: [inside(5432), inside(6379)] },
  "spring-petclinic": {
    targets: [],
    folders: [],
    says: [/conf\.d.*empty folder/, inside(3306), inside(5432)],
  },
  "spring-petclinic-microservices": {
    targets: [
      "admin-server",
      "api-gateway",
      "config-server",
      "customers-service",
      "discovery-server",
      "genai-service",
      "grafana-server",
      "prometheus-server",
      "tracing-server",
      "vets-service",
      "visits-service",
    ],
  },
  temporal: { targets: ["temporal-ui"], says: [inside(7233)] },
  "traefik-basic": {
    refused: ["services.traefik.volumes[0]"],
    says: /load balancer does what this proxy is here for/,
  },
  umami: { targets: ["umami"] },
  "uptime-kuma": { targets: ["uptime-kuma"], folders: ["./data"] },
  zulip: { refused: zulip, says: /override file beside it \(compose\.override\.yaml\)/ },
};

/** What a product's instructions say to copy to `.env`. */
const examples = [".env.example", "env.example", "example.env", ".env.prod.example"];

let home: string;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "berth-products-"));
});

afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

/** A copy of a product as its instructions leave it. */
function planted(product: string): string {
  const folder = join(home, product);
  cpSync(join(corpus, product), folder, { recursive: true });
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    chmodSync(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644);
  const example = examples.find((each) => existsSync(join(folder, each)));
  if (example !== undefined && !existsSync(join(folder, ".env")))
    cpSync(join(folder, example), join(folder, ".env"));
  return folder;
}

test("every product has a verdict", () => {
  const products = readdirSync(corpus, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "licences")
    .map(({ name }) => name);
  expect(products.sort()).toEqual(Object.keys(verdicts).sort());
});

test.each(Object.entries(verdicts))("%s", async (product, verdict) => {
  const folder = planted(product);
  const planFile = join(home, `${product}.json`);
  const named = product === "frappe" ? ["-f", "pwd.yml"] : [];
  const argv = ["preview", "--simulate", "--json", "--plan", planFile, ...named, folder];
  const { code, stderr, result } = await cd(argv, { env: { HOME: home } });
  expect(stderr).not.toMatch(/This is a bug/);
  if ("refused" in verdict) {
    expect(code).toBe(3);
    expect(refusedIn(stderr)).toEqual([...verdict.refused].sort());
    if (verdict.says !== undefined) expect(stderr).toMatch(verdict.says);
    return;
  }
  expect([code, code === 0 ? "" : stderr]).toEqual([0, ""]);
  const plan = JSON.parse(readFileSync(planFile, "utf8")) as Plan;
  expect(namesOf(plan, "aws:lb/targetGroup:TargetGroup").map(serviceOfTarget(plan))).toEqual(
    [...verdict.targets].sort(),
  );
  expect(namesOf(plan, "berth:aws:OneOffTask")).toEqual(verdict.tasks ?? []);
  const folders = namesOf(plan, "aws:efs/accessPoint:AccessPoint").filter((name) => name.startsWith("./"));
  expect(folders).toEqual(verdict.folders ?? []);
  expect(unsetSecrets(result)).toEqual(verdict.secrets ?? unsetSecrets(result));
  const told = result.warnings.map(({ path, message }) => `${path}: ${message}`);
  for (const pattern of verdict.says ?? []) expect(told).toContainEqual(expect.stringMatching(pattern));
  for (const pattern of verdict.never ?? []) expect(told).not.toContainEqual(expect.stringMatching(pattern));
  expect(plan.coverage.map((each) => each.verdict)).not.toContain("refused");
});

function refusedIn(stderr: string): readonly string[] {
  return [...stderr.matchAll(/^error: (?:\S+:\d+:\d+: )?([^\s:]+): /gm)].map(([, path = ""]) => path).sort();
}

function namesOf(plan: Plan, type: string): readonly string[] {
  return plan.resources
    .filter((resource) => resource.type === type)
    .map(({ name }) => name)
    .sort();
}

/** A target group stands below its service's component, whose name is the service's as the file has it. */
function serviceOfTarget(plan: Plan): (name: string) => string {
  const services = namesOf(plan, "berth:aws:ContainerService");
  return (name) => {
    const own = name.replace(/--\d+$/, "");
    return services.find((service) => service.replaceAll("_", "-") === own) ?? own;
  };
}

function unsetSecrets({ warnings }: Result): readonly string[] {
  return warnings
    .filter(({ message }) => message.startsWith("secret still to be set"))
    .map(({ path }) => path);
}
