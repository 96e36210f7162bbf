/** CloudFront in front of names of one's own, on the simulator: there and back with requests all the time. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Deps } from "../../src/app/deps";
import type { Plan } from "../../src/app/plan";
import { FileCloudStore, type CloudData } from "../../src/simulator/cloud/store";
import { Workspace } from "../support/archives";
import { cd, type Ran } from "../support/cd";
import { NamedWorld, type Met } from "../support/name-requests";

jest.setTimeout(600_000);

const workspace = new Workspace();
const save: (this: FileCloudStore, data: CloudData) => Promise<void> = Reflect.get(
  FileCloudStore.prototype,
  "save",
);
afterEach(() => {
  FileCloudStore.prototype.save = save;
});
afterAll(() => {
  workspace.remove();
});

type Edge = "cloudfront" | "balancer";

const services = {
  web: {
    image: "nginx:1.29",
    ports: ["80"],
    "x-domains": ["shop.com", "*.shop.com", { name: "shop.org", redirect: "shop.com" }],
  },
  api: { image: "nginx:1.29", ports: ["8080:80"], "x-path": "/api", "x-domains": ["shop.com"] },
};

/** Name and path, and who has to answer. */
const addresses = [
  ["shop.com", "/", "web"],
  ["shop.com", "/api/items", "api"],
  ["www.shop.com", "/", "web"],
  ["shop.org", "/", "web"],
] as const;

const underDomain = [
  ["web.shop.example.com", "/", "web"],
  ["api.shop.example.com", "/api/items", "api"],
] as const;

/** A stack that is asked under its names after each change of the cloud, by whoever still has a record of before. */
class AskedStack {
  readonly path: string;
  /** What went wrong: the name, what its record led to, and why. */
  readonly lost: string[] = [];
  asked = 0;
  /** Cancels the next run that waits for former records. */
  cancel: AbortController | undefined;
  /** Addresses besides the usual ones: name and path, and who has to answer. */
  readonly more: (readonly [string, string, string])[] = [];
  readonly #known = new Map<string, Set<string>>();
  #world: NamedWorld | undefined;

  constructor(
    readonly name: string,
    public domain: string | undefined,
    readonly forgets = true,
  ) {
    this.path = join(workspace.path, name);
    mkdirSync(this.path, { recursive: true });
  }

  get addresses(): readonly (readonly [string, string, string])[] {
    return [...addresses, ...(this.domain === undefined ? [] : underDomain), ...this.more];
  }

  async run(command: string, edge?: Edge, own: object = services): Promise<Ran> {
    const file = { name: "shop", services: own, ...(edge === undefined ? {} : { "x-berth": { edge } }) };
    writeFileSync(join(this.path, "compose.yaml"), JSON.stringify(file));
    const env = { HOME: this.path, ...(this.domain === undefined ? {} : { BERTH_DOMAIN: this.domain }) };
    const plan = join(this.path, "plan.json");
    return cd([command, "--simulate", "--json", ...(command === "down" ? [] : ["--plan", plan])], {
      env,
      cwd: this.path,
      deps: (real) => this.#forgetting(real),
    });
  }

  /** From now on each change of the cloud is followed by requests. */
  watch(): void {
    const observe = (data: CloudData): void => {
      this.#observe(data);
    };
    FileCloudStore.prototype.save = async function (data) {
      await save.call(this, data);
      observe(data);
    };
    this.#observe(this.data());
  }

  plan(): Plan["resources"] {
    return (JSON.parse(readFileSync(join(this.path, "plan.json"), "utf8")) as Plan).resources;
  }

  data(): CloudData {
    const file = join(this.path, ".berth/simulator/shop/dev.cloud.json");
    return JSON.parse(readFileSync(file, "utf8")) as CloudData;
  }

  /** What answers now, by name and path. */
  met(): readonly Met[] {
    const world = new NamedWorld(this.data());
    return this.addresses.flatMap(([host, path]) =>
      world.targets(host).map((target) => world.ask(host, target, path)),
    );
  }

  #forgetting(real: Deps): Partial<Deps> & Deps {
    const signal = this.cancel?.signal ?? real.signal;
    return {
      ...real,
      signal,
      program: (args) =>
        real.program({
          ...args,
          forgotten: async (names) => {
            this.cancel?.abort();
            await args.forgotten?.(names);
            if (this.forgets) for (const name of names) this.#forget(name);
          },
        }),
    };
  }

  #forget(name: string): void {
    for (const [host] of this.addresses) {
      const base = host.slice(host.indexOf(".") + 1);
      if (name === host || name === `*.${base}`) this.#known.set(host, new Set(this.#world?.targets(host)));
    }
  }

  #observe(data: CloudData): void {
    const world = new NamedWorld(data);
    this.#world = world;
    for (const [host, path, service] of this.addresses) {
      const known = this.#known.get(host) ?? new Set();
      for (const target of world.targets(host)) known.add(target);
      this.#known.set(host, known);
      for (const target of known) {
        this.asked += 1;
        const met = world.ask(host, target, path);
        if ("lost" in met) this.lost.push(`${host}${path} at ${target}: ${met.lost}`);
        else if (met.service !== service) this.lost.push(`${host}${path}: ${met.service} answers`);
      }
    }
  }
}

const atCloudFront = { by: expect.stringMatching(/\.cloudfront\.net$/) as string };
const atBalancer = { by: expect.stringMatching(/\.elb\.amazonaws\.com$/) as string };

describe.each([["example.com"], [undefined]])("BERTH_DOMAIN %s", (domain) => {
  const stack = new AskedStack(domain === undefined ? "own" : "domain", domain);
  const replaced = (): readonly string[] =>
    stack
      .plan()
      .filter(({ op }) => op === "replace")
      .map(({ type, name }) => `${type} ${name}`);

  test("from the load balancer to CloudFront and back: no request is lost, none loops, nothing is replaced", async () => {
    const first = await stack.run("up");
    expect([first.code, first.stderr]).toEqual([0, first.stderr]);
    expect(stack.met()).toEqual(stack.met().map(() => expect.objectContaining(atBalancer) as unknown));
    stack.watch();

    const told = await stack.run("preview", "cloudfront");
    expect(edgeWarnings(told)).toContainEqual(expect.stringMatching(/lead to CloudFront from this run on/));
    const there = await stack.run("up", "cloudfront");
    expect([there.code, there.stderr, stack.lost]).toEqual([0, there.stderr, []]);
    // Without a domain of the project's the port's main rule is one of the HTTP listener, which has no names.
    expect(
      replaced().filter((each) => domain !== undefined || !/ListenerRule (web|api)$/.test(each)),
    ).toEqual([]);
    expect(stack.met()).toEqual(stack.met().map(() => expect.objectContaining(atCloudFront) as unknown));
    const [balancer] = stack
      .data()
      .resources.filter(({ type }) => type === "aws:lb/loadBalancer:LoadBalancer");
    const direct = new NamedWorld(stack.data()).ask("shop.com", String(balancer?.outputs["dnsName"]));
    expect(direct).toEqual({ lost: expect.stringMatching(/lets the world in at 443 no more/) as string });

    const kept = await stack.run("up");
    expect([kept.result.outcome, edgeWarnings(kept)]).toEqual(["unchanged", []]);

    const back = await stack.run("up", "balancer");
    expect([back.code, back.stderr, stack.lost]).toEqual([0, back.stderr, []]);
    expect(edgeWarnings(back)).toContainEqual(
      expect.stringMatching(/lead to the load balancer from this run on/),
    );
    expect(
      replaced().filter((each) => domain !== undefined || !/ListenerRule (web|api)$/.test(each)),
    ).toEqual([]);
    expect(stack.met()).toEqual(stack.met().map(() => expect.objectContaining(atBalancer) as unknown));
    expect(stack.data().resources.filter(({ type }) => /cloudfront/.test(type))).toEqual([]);
    expect(stack.asked).toBeGreaterThan(200);
    const again = await stack.run("up", "balancer");
    expect(again.result.outcome).toBe("unchanged");
    FileCloudStore.prototype.save = save;
    expect((await stack.run("down", "balancer")).code).toBe(0);
  });
});

test("who still has a record of before would be lost, were it not waited for", async () => {
  const stack = new AskedStack("hasty", "example.com", false);
  expect((await stack.run("up")).code).toBe(0);
  stack.watch();
  expect((await stack.run("up", "cloudfront")).code).toBe(0);
  expect(stack.lost).toContainEqual(expect.stringMatching(/elb\.amazonaws\.com: the load balancer/));
});

test("a run that is cancelled while resolvers forget goes no further, and the next one ends it", async () => {
  const stack = new AskedStack("cancelled", "example.com");
  expect((await stack.run("up")).code).toBe(0);
  stack.watch();
  for (const edge of ["cloudfront", "balancer"] as const) {
    stack.cancel = new AbortController();
    const cancelled = await stack.run("up", edge);
    expect([cancelled.code, cancelled.stderr, stack.lost]).toEqual([
      130,
      expect.stringContaining("error: The run was ended"),
      [],
    ]);
    stack.cancel = undefined;
    const done = await stack.run("up", edge);
    expect([done.code, done.stderr, stack.lost]).toEqual([0, done.stderr, []]);
  }
});

test("a service that is renamed keeps its names at the distribution that has them", async () => {
  const stack = new AskedStack("renamed", "example.com");
  expect((await stack.run("up", "cloudfront")).code).toBe(0);
  const { web, ...rest } = services;
  const renamed = await stack.run("up", "cloudfront", { ...rest, shop: web });
  expect([renamed.code, renamed.stderr]).toEqual([0, renamed.stderr]);
  const world = new NamedWorld(stack.data());
  expect(world.targets("shop.com").map((target) => world.ask("shop.com", target))).toContainEqual({
    ...atCloudFront,
    service: "shop",
  });
});

describe("a stack with CloudFront's names that gets its own", () => {
  const plain = {
    web: { image: "nginx:1.29", ports: ["80"] },
    api: { image: "nginx:1.29", ports: ["8080:80"] },
  };
  const hostOf = (url = ""): string => new URL(url).hostname;

  test("a service's own domain ends its address of CloudFront's, and nothing else of the stack", async () => {
    const stack = new AskedStack("gets-own", undefined);
    const first = await stack.run("up", "cloudfront", plain);
    const { web, api } = first.result.endpoints;
    stack.more.push([hostOf(api), "/", "api"], ["own.com", "/", "web"]);
    const named = { ...plain, web: { ...plain.web, "x-domains": ["own.com"] } };
    const preview = await stack.run("preview", "cloudfront", named);
    expect(edgeWarnings(preview)).toEqual([
      `${web ?? ""}, the address of web, ends with this run: its distribution gets names of its own, and answers under those alone`,
    ]);
    stack.watch();
    const { code, stderr, result } = await stack.run("up", "cloudfront", named);
    expect([code, stderr, stack.lost]).toEqual([0, stderr, []]);
    expect(result.endpoints).toEqual({ web: "https://own.com", api });
    expect(stack.met()).toEqual([
      { by: hostOf(api), service: "api" },
      ...Array.from({ length: 2 }, () => ({ by: hostOf(web), service: "web" })),
    ]);
    expect((await stack.run("up", "cloudfront", named)).result.outcome).toBe("unchanged");
  });

  test("what is at a path of an address that ends is named with it", async () => {
    const stack = new AskedStack("gets-path", undefined);
    const below = { ...plain, api: { ...plain.api, "x-path": "/api" } };
    const { web = "", api = "" } = (await stack.run("up", "cloudfront", below)).result.endpoints;
    expect(api).toBe(`${web}/api`);
    const named = { ...below, web: { ...plain.web, "x-domains": ["own.com"] } };
    const told = edgeWarnings(await stack.run("preview", "cloudfront", named));
    expect(told.map((message) => message.split(",")[0]).sort()).toEqual([web, api].sort());
    const { result } = await stack.run("up", "cloudfront", named);
    expect(result.endpoints).toEqual({ web: "https://own.com", api: "https://own.com/api" });
  });

  test("BERTH_DOMAIN ends each address of CloudFront's, which the preview names, and the new ones answer as soon as they lead anywhere", async () => {
    const stack = new AskedStack("gets-domain", undefined);
    const { web = "", api = "" } = (await stack.run("up", "cloudfront", plain)).result.endpoints;
    stack.domain = "example.com";
    const told = edgeWarnings(await stack.run("preview", "cloudfront", plain));
    expect(told.map((message) => message.split(",")[0]).sort()).toEqual([web, api].sort());
    stack.watch();
    const { code, stderr } = await stack.run("up", "cloudfront", plain);
    expect([code, stderr, stack.lost]).toEqual([0, stderr, []]);
    expect(stack.met()).toEqual(
      Object.entries({ web, api }).flatMap(([service, url]) =>
        Array.from({ length: 2 }, () => ({ by: hostOf(url), service })),
      ),
    );
  });
});

describe("refused before anything is made", () => {
  const refused = async (own: object, domain?: string): Promise<Ran> =>
    new AskedStack(`refused-${domain ?? "own"}`, domain).run("up", "cloudfront", own);
  const web = (more: object): object => ({ web: { image: "nginx:1.29", ports: ["80"], ...more } });

  test("a name whose zone is elsewhere, with the way out", async () => {
    const { code, stderr } = await refused(web({ "x-domains": ["www.shop.example"] }));
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /services\.web\.x-domains\[0\]: no public zone.*www\.shop\.example[\s\S]*edge: balancer/,
    );
  });

  test("more names than a certificate takes", async () => {
    const names = Array.from({ length: 11 }, (_, n) => `n${n}.shop.com`);
    const { code, stderr } = await refused(web({ "x-domains": names }));
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /services\.web\.x-domains\[10\]: the distribution of web has 11 names.*takes 10[\s\S]*wildcard/,
    );
  });

  test("http2, but not gRPC", async () => {
    const port = (protocol: string) => web({ ports: [{ target: 80, app_protocol: protocol }] });
    const { code, stderr } = await refused(port("http2"), "example.com");
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /services\.web\.ports\[0\]\.app_protocol: CloudFront.*HTTP\/1\.1.*http2[\s\S]*edge: balancer/,
    );
    expect((await refused(port("grpc"), "example.com")).code).toBe(0);
  });
});

function edgeWarnings({ result }: Ran): readonly string[] {
  return result.warnings.filter(({ path }) => path === "x-berth.edge").map(({ message }) => message);
}
