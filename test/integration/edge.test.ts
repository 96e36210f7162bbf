/** HTTPS without a domain, on the simulator: what is made, what its requests meet, and how addresses come and go. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SimulatedAws } from "../../src/simulator/cloud/aws";
import { SimulatorEngine } from "../../src/simulator/engine/engine";
import { systemClock } from "../../src/wiring/clock";
import { modeNames } from "../../src/modes/modes";
import { Workspace } from "../support/archives";
import { cd, type CdOptions, type Ran } from "../support/cd";
import { Internet, type App } from "../support/edge-requests";

const workspace = new Workspace();
afterAll(() => {
  workspace.remove();
});

interface Asking {
  readonly edge?: "cloudfront" | "balancer";
  readonly env?: Readonly<Record<string, string>>;
  readonly services?: Readonly<Record<string, object>>;
}

const services = {
  web: { image: "nginx:1.29", ports: ["80"] },
  api: { image: "nginx:1.29", ports: ["8080:80"], "x-path": "/api" },
};

/** A folder with a project of its own. */
class Folder {
  readonly path: string;

  constructor(readonly name: string) {
    this.path = join(workspace.path, name);
    mkdirSync(this.path, { recursive: true });
  }

  async run(
    command: string,
    { edge, env = {}, services: own = services }: Asking = {},
    more: Pick<CdOptions, "deps"> = {},
  ): Promise<Ran> {
    const file = { name: this.name, services: own, ...(edge === undefined ? {} : { "x-berth": { edge } }) };
    writeFileSync(join(this.path, "compose.yaml"), JSON.stringify(file));
    const options = { env: { HOME: this.path, ...env }, cwd: this.path, ...more };
    return cd([...command.split(" "), "--simulate", "--json"], options);
  }

  cloud(): SimulatedAws {
    const engine = new SimulatorEngine({
      stateDirectory: join(this.path, ".berth/simulator"),
      region: "us-east-1",
      clock: systemClock,
    });
    return engine.cloud({ project: this.name, stack: "dev" });
  }
}

function endpointsOf({ result }: Ran): Readonly<Record<string, string>> {
  return result.endpoints;
}

const cloudFrontName = /^https:\/\/d[0-9a-f]+\.cloudfront\.net$/;

describe.each(modeNames)("%s", (mode) => {
  const folder = new Folder(mode);
  const env = { BERTH_MODE: mode };

  test("examples/hello ends at https", async () => {
    const hello = join(__dirname, "../../examples/hello");
    const options = { env: { HOME: folder.path, ...env }, cwd: folder.path };
    const { code, result } = await cd(["up", hello, "--simulate", "--json"], options);
    expect([code, result.endpoints["web"]]).toEqual([0, expect.stringMatching(cloudFrontName)]);
  });

  test("a service without a domain ends at https, and its stack goes again", async () => {
    const up = await folder.run("up", { env });
    const { web = "", api = "" } = endpointsOf(up);
    expect([up.code, web]).toEqual([0, expect.stringMatching(cloudFrontName)]);
    expect(api).toBe(`${web}/api`);
    const again = await folder.run("up", { env });
    expect(again.stderr).toContain("Nothing changed");
    if (mode === "high-availability") {
      const text = "x-berth: { albDeletionProtection: false }\n";
      writeFileSync(join(folder.path, "compose.override.yaml"), text);
      expect((await folder.run("up", { env })).code).toBe(0);
    }
    const down = await folder.run("down", { env });
    expect(down.code).toBe(0);
    expect(folder.cloud().all("aws:cloudfront/distribution:Distribution")).toEqual([]);
  });
});

describe("requests", () => {
  const folder = new Folder("requests");
  let web = "";
  let aws: SimulatedAws;

  beforeAll(async () => {
    const up = await folder.run("up", { edge: "cloudfront" });
    web = endpointsOf(up)["web"] ?? "";
    aws = folder.cloud();
  });

  const internet = (apps: Readonly<Record<string, App>>): Internet => new Internet(aws, apps);

  test("each reaches its service, with the viewer's protocol, host and address", () => {
    const seen: Readonly<Record<string, string>>[] = [];
    const app =
      (status: number): App =>
      ({ headers }) => {
        seen.push(headers);
        return { status };
      };
    const net = internet({ web: app(201), api: app(202) });
    expect(net.browse({ url: web.replace("https:", "http:") }).status).toBe(201);
    expect(net.view({ url: `${web}/api/items` }).status).toBe(202);
    expect(net.view({ url: `${web}/apiary` }).status).toBe(201);
    expect(seen[0]).toMatchObject({
      host: new URL(web).hostname,
      "cloudfront-forwarded-proto": "https",
      forwarded: "proto=https",
      "x-forwarded-for": expect.stringMatching(/^203\.0\.113\.1/) as string,
    });
  });

  test("HTTP leads to HTTPS, and keeps the method", () => {
    const net = internet({ web: () => ({ status: 200 }) });
    const url = `${web.replace("https:", "http:")}/form?a=1`;
    const location = `${web}/form?a=1`;
    expect(net.view({ url })).toEqual({ status: 301, headers: { location } });
    expect(net.view({ url, method: "POST" })).toEqual({ status: 307, headers: { location } });
  });

  test("an app that insists on https, and reads what the page says, does not loop", () => {
    const insisting =
      (header: string): App =>
      ({ path, headers }) =>
        headers[header] === "https"
          ? { status: 200 }
          : { status: 301, headers: { location: `https://${headers["host"] ?? ""}${path}` } };
    expect(internet({ web: insisting("cloudfront-forwarded-proto") }).browse({ url: web }).status).toBe(200);
    // RFC 7239, and nobody can say otherwise: a viewer's own header of that name is replaced.
    const standard: App = ({ path, headers }) =>
      headers["forwarded"] === "proto=https"
        ? { status: 200 }
        : { status: 301, headers: { location: `https://${headers["host"] ?? ""}${path}` } };
    const forged = { forwarded: "proto=http;for=10.0.0.1" };
    expect(internet({ web: standard }).browse({ url: web, headers: forged }).status).toBe(200);
    // What docs/edge.md warns of.
    expect(() => internet({ web: insisting("x-forwarded-proto") }).browse({ url: web })).toThrow(/for ever/);
  });

  test("a login: the cookie goes its way, and nobody gets another one's session or page", () => {
    let sessions = 0;
    const net = internet({
      web: ({ method, headers }) => {
        const cache = { "cache-control": "public, max-age=60" };
        if (method === "POST")
          return { status: 303, headers: { ...cache, "set-cookie": "s=1", location: "/" } };
        const session = /s=(\d+)/.exec(headers["cookie"] ?? "")?.[1] ?? String(++sessions + 100);
        return { status: 200, headers: { ...cache, "set-cookie": `s=${session}` } };
      },
    });
    expect(net.view({ url: `${web}/login`, method: "POST" }).headers?.["set-cookie"]).toBe("s=1");
    expect(net.view({ url: web, headers: { cookie: "s=1" } }).headers?.["set-cookie"]).toBe("s=1");
    expect(net.view({ url: web }).headers?.["set-cookie"]).toBe("s=101");
    expect(net.view({ url: web }).headers?.["set-cookie"]).toBe("s=102");
  });

  test("an upload, and each other method, reaches the service; an answer may take a minute", () => {
    const net = internet({
      web: ({ method, path }) => ({ status: 200, silence: path === "/slow" ? 61 : 59, headers: { method } }),
    });
    for (const method of ["PUT", "PATCH", "POST", "DELETE", "OPTIONS", "HEAD"])
      expect(net.view({ url: web, method }).headers?.["method"]).toBe(method);
    expect(net.view({ url: `${web}/slow` }).status).toBe(504);
  });

  test("an upload of 100 MB reaches the service whole, however slowly, but not one that stops in the middle", () => {
    const net = internet({ web: ({ upload }) => ({ status: upload?.bytes === 100e6 ? 201 : 400 }) });
    const send = (pause: number) =>
      net.view({ url: `${web}/files`, method: "PUT", upload: { bytes: 100e6, pause } }).status;
    expect([0, 119, 121].map(send)).toEqual([201, 201, 408]);
  });

  test("what a request may not have is answered before it gets to the service", () => {
    const net = internet({ web: () => ({ status: 200 }) });
    expect(net.view({ url: `${web}/?q=${"a".repeat(8_192)}` }).status).toBe(414);
    expect(net.view({ url: web, headers: { cookie: "a".repeat(20_480) } }).status).toBe(494);
  });

  test("a WebSocket stands for an hour while the service says something; in silence somebody closes it", () => {
    const net = internet({ web: () => ({ status: 101 }) });
    const every = (seconds: number, by: "viewer" | "service") =>
      Array.from({ length: Math.floor(3600 / seconds) }, (_, n) => ({ at: (n + 1) * seconds, by }));
    expect(net.socket(every(30, "service"), 3600)).toBeUndefined();
    // The viewer's pings alone keep the load balancer's connection, and not CloudFront's.
    expect(net.socket(every(30, "viewer"), 3600)).toEqual({ at: 600, by: "CloudFront" });
    expect(net.socket([{ at: 10, by: "service" }], 3600)).toEqual({ at: 130, by: "the load balancer" });
  });

  test("a WebSocket's request arrives whole", () => {
    const headers = { upgrade: "websocket", connection: "Upgrade", "sec-websocket-key": "dGhl" };
    const net = internet({
      web: (asked) => ({ status: asked.headers["sec-websocket-key"] === "dGhl" ? 101 : 400 }),
    });
    expect(net.view({ url: `${web}/socket`, headers }).status).toBe(101);
  });

  test("nobody reaches the load balancer past the distribution", () => {
    const net = internet({ web: () => ({ status: 200 }) });
    const asked = { method: "GET", path: "/", headers: { host: new URL(web).hostname } };
    expect(net.askBalancer("the world", asked)).toBeUndefined();
    // A distribution of somebody else's with this load balancer as its origin.
    expect(net.askBalancer("CloudFront", asked)).toEqual({ status: 403 });
    // What a viewer sends is replaced.
    expect(net.view({ url: web, headers: { "x-berth-edge": "guessed" } }).status).toBe(200);
  });
});

describe("a stack that exists", () => {
  const folder = new Folder("moving");
  const distributions = () =>
    folder
      .cloud()
      .all("aws:cloudfront/distribution:Distribution")
      .map(({ outputs }) => `https://${String(outputs["domainName"])}`);

  test("moves to CloudFront when its file asks, keeps it, and names what ends on its way back", async () => {
    const before = await folder.run("up", { edge: "balancer" });
    expect(endpointsOf(before)["web"]).toMatch(/^http:\/\//);
    expect(endpointsOf(await folder.run("up"))["web"]).toMatch(/^http:\/\//);

    const moved = await folder.run("up", { edge: "cloudfront" });
    const address = endpointsOf(moved)["web"] ?? "";
    expect(distributions()).toEqual([address]);
    expect(moved.result.changes).toMatchObject({ replace: 0 });
    expect(warningsOf(moved)).toContainEqual(expect.stringContaining("the load balancer's own address ends"));

    const kept = await folder.run("up");
    expect(endpointsOf(kept)["web"]).toBe(address);
    expect(warningsOf(kept)).toEqual([]);

    const back = await folder.run("preview", { edge: "balancer" });
    expect(warningsOf(back)).toContainEqual(expect.stringContaining(`${address}, the address of web, ends`));
    expect((await folder.run("up", { edge: "balancer" })).code).toBe(0);
    expect(distributions()).toEqual([]);
  });

  test("a domain takes the place of CloudFront, and a service that goes takes its address with it", async () => {
    const other = { image: "nginx:1.29", ports: ["81:80"] };
    const first = await folder.run("up", { edge: "cloudfront", services: { ...services, other } });
    const { other: gone = "" } = endpointsOf(first);
    const fewer = await folder.run("up");
    expect(warningsOf(fewer)).toEqual([expect.stringContaining(`${gone}, the address of other, ends`)]);
    const domain = await folder.run("up", { env: { BERTH_DOMAIN: "example.com" } });
    expect(endpointsOf(domain)["web"]).toBe("https://web.moving.example.com");
    expect(distributions()).toEqual([]);
  });
});

function warningsOf({ result }: Ran): readonly string[] {
  return result.warnings.filter(({ path }) => path === "x-berth.edge").map(({ message }) => message);
}

describe("an account that AWS has not verified", () => {
  const folder = new Folder("young");
  const env = { BERTH_SIMULATE_FAILURES: "entry=unverified" };

  test("gets the load balancer, with a word, and keeps it", async () => {
    const first = await folder.run("up", { env });
    expect([first.code, endpointsOf(first)["web"]]).toEqual([0, expect.stringMatching(/^http:/)]);
    expect(first.stderr).toMatch(/warning: CloudFront refuses the account.*AWS Support/);
    expect(warningsOf(first)).toEqual([expect.stringMatching(/AWS Support.*edge: cloudfront/)]);
    const second = await folder.run("up", { env });
    expect(endpointsOf(second)).toEqual(endpointsOf(first));
    expect(
      folder
        .cloud()
        .all("aws:lb/listenerRule:ListenerRule")
        .map(({ outputs }) => outputs["conditions"]),
    ).toEqual(expect.arrayContaining([[{ pathPattern: { values: ["/*"] } }]]));
  });

  test("is told the way out where its file asks", async () => {
    const asked = await folder.run("up", { env, edge: "cloudfront" });
    expect(asked.code).toBe(5);
    expect(asked.stderr).toMatch(/account must be verified[\s\S]*AWS Support[\s\S]*edge: balancer/);
  });
});

test.each(["banana", 1, ["cloudfront"], "cloud\u001bfront"])(
  "%j is no edge: told with its place",
  async (edge) => {
    const folder = new Folder("bad");
    const { code, stderr } = await folder.run("preview", { edge: edge as "balancer" });
    expect(code).toBe(3);
    expect(stderr).toMatch(/x-berth\.edge.*(cloudfront|balancer)/);
    expect(stderr).not.toContain("\u001bf");
  },
);

test("each name of CloudFront's is asked once after a run that has changed something, and a loop is told", async () => {
  const folder = new Folder("asked");
  const asked: string[] = [];
  const deps: CdOptions["deps"] = (real) => ({
    ...real,
    askAddress: (url) => {
      asked.push(url);
      return Promise.resolve({ status: 301, location: url, setsCookie: false });
    },
  });
  const { code, result } = await folder.run("up", {}, { deps });
  expect([code, asked.sort()]).toEqual([0, Object.values(result.endpoints).sort()]);
  const loops = result.warnings.filter(({ message }) => message.includes("redirects to itself"));
  expect(loops.map(({ path }) => path).sort()).toEqual(["services.api", "services.web"]);
  expect(loops[0]?.message).toContain("docs/edge.md");

  // Nothing changed: nobody is asked, with the short cut and without.
  for (const command of ["up", "up --refresh"]) {
    const again = await folder.run(command, {}, { deps });
    const told = again.result.warnings.filter(({ message }) => message.includes("redirects to itself"));
    expect([again.result.outcome, told, asked.length]).toEqual(["unchanged", [], 2]);
  }
});
