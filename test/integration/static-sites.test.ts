/** Static sites on the simulator: what is made, what is published, replaced and taken back, and what goes with them. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SimulatedAws } from "../../src/simulator/cloud/aws";
import { listOf, recordOf, textOf } from "../../src/simulator/cloud/values";
import { SimulatorEngine } from "../../src/simulator/engine/engine";
import { systemClock } from "../../src/wiring/clock";
import { Workspace } from "../support/archives";
import { cd, type Ran } from "../support/cd";

const workspace = new Workspace();
afterAll(() => {
  workspace.remove();
});

const distributionType = "aws:cloudfront/distribution:Distribution";

class Folder {
  readonly path: string;

  constructor(
    readonly name: string,
    private readonly services: Readonly<Record<string, object>>,
  ) {
    this.path = join(workspace.path, name);
    mkdirSync(join(this.path, "public"), { recursive: true });
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.path, "public", file), text);
  }

  async run(command: string, env: Readonly<Record<string, string>> = {}): Promise<Ran> {
    writeFileSync(
      join(this.path, "compose.yaml"),
      JSON.stringify({ name: this.name, services: this.services }),
    );
    return cd([command, "--simulate", "--json"], { env: { HOME: this.path, ...env }, cwd: this.path });
  }

  get #state(): string {
    return join(this.path, ".berth/simulator");
  }

  cloud(): SimulatedAws {
    const stateDirectory = this.#state;
    const engine = new SimulatorEngine({ stateDirectory, region: "us-east-1", clock: systemClock });
    return engine.cloud({ project: this.name, stack: "dev" });
  }

  /** What CloudFront finds of the one site whose bucket has these characters in its name. */
  served(site: string): Readonly<Record<string, string>> {
    const folder = join(this.#state, "sites");
    const bucket = existsSync(folder)
      ? readdirSync(folder).find((name) => name.includes(`-${site}-`))
      : undefined;
    if (bucket === undefined) return {};
    const keys = readdirSync(join(folder, bucket)).filter((name) => /^site%2F\S+$/.test(name));
    return Object.fromEntries(
      keys.map((name) => [
        decodeURIComponent(name).slice("site/".length),
        readFileSync(join(folder, bucket, name), "utf8"),
      ]),
    );
  }
}

const api = { image: "nginx:1.29", ports: ["8080:80"], "x-path": "/api" };

describe("without a domain", () => {
  const folder = new Folder("pages", {
    web: { "x-static": { dir: "./public", headers: { "X-Frame-Options": "DENY", "X-A": "b" } } },
    shop: {
      build: { context: "./public", dockerfile_inline: "FROM alpine" },
      "x-static": { dir: "/dist", spa: true },
      "x-path": "/",
    },
    api,
  });

  test("both kinds are published behind CloudFront, paths of others below one, and nothing of them runs", async () => {
    folder.write("index.html", "one");
    folder.write("about.html", "about");
    const up = await folder.run("up");
    expect(up.stderr).not.toMatch(/error/i);
    const { web = "", shop = "", api: below = "" } = up.result.endpoints;
    expect(web).toMatch(/^https:\/\/d[0-9a-f]+\.cloudfront\.net$/);
    expect(below).toBe(`${shop}/api`);
    expect(folder.served("web")).toEqual({
      "index.html": "one",
      "about.html": "about",
      "about/index.html": "about",
    });
    expect(Object.keys(folder.served("shop"))).toEqual(["index.html"]);
    const cloud = folder.cloud();
    expect(
      cloud.all("aws:ecs/service:Service").map(({ outputs }) => recordOf(outputs["tags"])["berth:service"]),
    ).toEqual(["api"]);
    const [site] = cloud
      .all(distributionType)
      .filter(({ outputs }) => outputs["domainName"] === new URL(shop).hostname);
    const behaviors = listOf(site?.outputs["orderedCacheBehaviors"]).map(recordOf);
    expect(behaviors.map(({ pathPattern }) => pathPattern)).toEqual(["/api", "/api/*"]);
    // Of a service's own answers none is replaced by a page of the site.
    expect(listOf(site?.outputs["customErrorResponses"]).map(recordOf)).toEqual([
      { errorCode: 403, errorCachingMinTtl: 0 },
      { errorCode: 404, errorCachingMinTtl: 0 },
    ]);
  });

  test("the bucket is read by its own distribution alone, and of it only what is served", () => {
    const cloud = folder.cloud();
    const [policy] = cloud
      .all("aws:s3/bucketPolicy:BucketPolicy")
      .filter(({ id }) => id.startsWith("berth-sites-") && id.includes("-web-"));
    const { Statement: statements } = recordOf(JSON.parse(textOf(policy?.outputs["policy"])));
    const allowed = listOf(statements)
      .map(recordOf)
      .filter(({ Effect }) => Effect === "Allow");
    expect(
      allowed.map(({ Action, Resource }) => [Action, textOf(Resource).replace(/^.*-web-[0-9a-f]+/, "")]),
    ).toEqual([
      ["s3:GetObject", "/site/*"],
      ["s3:ListBucket", ""],
    ]);
    const arns = cloud.all(distributionType).map(({ outputs }) => outputs["arn"]);
    for (const { Condition } of allowed)
      expect(arns).toContain(recordOf(recordOf(Condition)["StringEquals"])["AWS:SourceArn"]);
  });

  test("the same again is nothing; a change is one of files, and all of it goes with down", async () => {
    expect((await folder.run("up")).stderr).toContain("Nothing changed");
    folder.write("index.html", "two");
    const preview = await folder.run("preview");
    expect(preview.result.changes).toMatchObject({ create: 0, update: 2, replace: 0, delete: 0 });
    expect(folder.served("web")["index.html"]).toBe("one");
    expect((await folder.run("up")).result.changes).toMatchObject({ create: 0, replace: 0, delete: 0 });
    expect(folder.served("web")["index.html"]).toBe("two");
    expect((await folder.run("down")).code).toBe(0);
    expect(folder.cloud().all(distributionType)).toEqual([]);
    // A bucket that is made again is empty: nothing of before is taken for published.
    await folder.run("up");
    expect(folder.cloud().all(distributionType)).toHaveLength(2);
  });
});

test("with a domain: a certificate in us-east-1, records of its names, the API's own host behind its path", async () => {
  const folder = new Folder("named", {
    web: { "x-static": "./public", "x-domains": ["www.example.com"] },
    api,
  });
  folder.write("index.html", "one");
  const up = await folder.run("up", { BERTH_DOMAIN: "example.com", AWS_REGION: "eu-west-1" });
  expect(up.stderr).not.toMatch(/error/i);
  expect(up.result.endpoints).toMatchObject({ web: "https://www.example.com" });
  const cloud = folder.cloud();
  const [site] = cloud.all(distributionType);
  expect(site?.outputs["aliases"]).toEqual(["www.example.com", "web.named.example.com"]);
  const certificate = cloud
    .all("aws:acm/certificate:Certificate")
    .find(({ outputs }) => outputs["region"] === "us-east-1");
  expect(recordOf(site?.outputs["viewerCertificate"])["acmCertificateArn"]).toBe(certificate?.outputs["arn"]);
  const origins = listOf(site?.outputs["origins"]).map(recordOf);
  expect(origins.map(({ domainName }) => domainName)).toContain("api.named.example.com");
});

test("a folder that is not there is told before anything is made", async () => {
  const { code, stderr } = await new Folder("bad", { web: { "x-static": "./nowhere" } }).run("up");
  expect(code).toBe(3);
  expect(stderr).toMatch(/services\.web\.x-static.*no folder nowhere/);
});
