import { checkEdge, orWithoutCloudFront, resolveEdge } from "../../../src/app/resolve-edge";
import type { Prepared } from "../../../src/app/prepared";
import { BerthError } from "../../../src/errors";
import type { Port, Service } from "../../../src/model/project";
import { modeSettings } from "../../../src/modes/modes";
import { unverifiedAccount } from "../../../src/simulator/services/cloudfront";
import { containerOf, projectOf } from "../../support/projects";

const port: Port = { target: 8080, published: 80, protocol: "tcp", mode: "ingress", appProtocol: "http" };
const web = containerOf({ name: "web", ports: [port] });
const own = { ...web, domains: [{ name: "www.example.com", from: "services.web.x-domains[0]" }] };

/** @param mode - what the mode has; `asked` is what the file says */
function prepared(
  mode: "cloudfront" | "balancer",
  asked?: "cloudfront" | "balancer",
  services: readonly Service[] = [web],
  region = "us-east-1",
): Prepared {
  const overrides = asked === undefined ? {} : { edge: asked };
  return {
    identity: { project: "todo", stack: "dev" },
    project: { ...projectOf(services), overrides },
    mode: { ...modeSettings("affordable"), edge: asked ?? mode },
    region,
    locate: () => undefined,
    warnings: [],
  } as unknown as Prepared;
}

const behind = {
  edge: "cloudfront",
  services: { web: { kind: "container" } },
  endpoints: { web: "https://d1.cloudfront.net", old: "https://d2.cloudfront.net", mail: "tcp://a:25" },
};
const plain = { services: { web: { kind: "container" } }, endpoints: { web: "http://alb/" } };

test.each([
  ["a new stack takes the mode's", "cloudfront", undefined, undefined, "cloudfront"],
  ["a new stack takes the mode's", "balancer", undefined, undefined, "balancer"],
  ["a stack that exists keeps its load balancer", "cloudfront", undefined, plain, "balancer"],
  ["a stack that exists keeps CloudFront", "balancer", undefined, behind, "cloudfront"],
  ["the file decides", "balancer", "cloudfront", plain, "cloudfront"],
  ["the file decides", "cloudfront", "balancer", behind, "balancer"],
] as const)("%s: %s, %s", (_, mode, asked, before, settled) => {
  expect(resolveEdge(prepared(mode, asked), undefined, before).mode.edge).toBe(settled);
});

test("the load balancer serves domains, and other partitions than AWS's usual one", () => {
  expect(resolveEdge(prepared("cloudfront"), "example.com", undefined).mode.edge).toBe("balancer");
  expect(resolveEdge(prepared("cloudfront", undefined, [own]), undefined, undefined).mode.edge).toBe(
    "balancer",
  );
  const china = prepared("cloudfront", undefined, [web], "cn-north-1");
  expect(resolveEdge(china, undefined, undefined).mode.edge).toBe("balancer");
});

test("asking for CloudFront in a partition without it is an error with the way out", () => {
  const asked = (region: string) => () => {
    checkEdge(prepared("balancer", "cloudfront", [own], region));
  };
  expect(asked("us-gov-west-1")).toThrow(/x-berth\.edge: AWS's partition of us-gov-west-1.*edge: balancer/);
  expect(asked("eu-west-1")).not.toThrow();
});

describe("own names", () => {
  const atEdge = {
    edge: "cloudfront",
    edgeDomains: true,
    services: { web: { kind: "container" } },
    endpoints: { web: "https://www.example.com" },
  };
  const atBalancer = { ...plain, endpoints: { web: "https://www.example.com" } };

  test.each([
    ["a new stack has the load balancer", undefined, undefined, "balancer"],
    ["a stack that exists keeps the load balancer", undefined, atBalancer, "balancer"],
    ["a stack that exists keeps CloudFront", undefined, atEdge, "cloudfront"],
    ["one that had no domain gets the load balancer", undefined, behind, "balancer"],
    ["the file decides", "cloudfront", atBalancer, "cloudfront"],
    ["the file decides", "balancer", atEdge, "balancer"],
  ] as const)("%s: %s", (_, asked, before, settled) => {
    const edge = (services: readonly Service[], domain?: string) =>
      resolveEdge(prepared("cloudfront", asked, services), domain, before).mode.edge;
    expect([edge([own]), edge([web], "example.com")]).toEqual([settled, settled]);
  });

  test("what becomes of them is said before, there and back", () => {
    const messages = (asked: "cloudfront" | "balancer", before: Record<string, unknown>) =>
      resolveEdge(prepared("cloudfront", asked, [own]), undefined, before).warnings.map(
        ({ message }) => message,
      );
    expect(messages("cloudfront", atBalancer)).toEqual([
      expect.stringMatching(/lead to CloudFront.*distributions.*records.*CloudFront alone/),
    ]);
    expect(messages("balancer", atEdge)).toEqual([
      expect.stringMatching(/lead to the load balancer.*everybody in.*records.*distributions go/),
    ]);
    expect([messages("cloudfront", atEdge), messages("balancer", atBalancer)]).toEqual([[], []]);
    // CloudFront's own name goes, though its distribution stays.
    expect(messages("cloudfront", behind)).toEqual([
      expect.stringMatching(/d2\.cloudfront\.net, the address of old, .* gives the name to nobody again/),
      expect.stringMatching(
        /d1\.cloudfront\.net, the address of web, .*gets names of its own, and answers under those alone/,
      ),
    ]);
  });
});

test("addresses that end are named, and no others", () => {
  const messages = (given: Prepared, before: Record<string, unknown>): readonly string[] =>
    resolveEdge(given, undefined, before).warnings.map(({ message }) => message);
  expect(messages(prepared("cloudfront"), behind)).toEqual([
    expect.stringMatching(/^https:\/\/d2\.cloudfront\.net, the address of old, ends with this run/),
  ]);
  expect(messages(prepared("balancer", "balancer"), behind)).toEqual([
    expect.stringContaining("https://d1.cloudfront.net, the address of web"),
    expect.stringContaining("https://d2.cloudfront.net, the address of old"),
  ]);
  expect(messages(prepared("balancer", "cloudfront"), plain)).toEqual([
    expect.stringContaining("the load balancer's own address ends"),
  ]);
  expect(messages(prepared("cloudfront"), plain)).toEqual([]);
});

describe("an account that CloudFront refuses", () => {
  const refused = new BerthError("deployment", { path: "web", message: unverifiedAccount });
  const outputs = (found: Record<string, unknown> | undefined) => ({ outputs: () => Promise.resolve(found) });

  /** @returns what ran, and what was noted */
  async function attempt(
    given: Prepared,
    found?: Record<string, unknown>,
    error: Error = refused,
  ): Promise<{ readonly edges: readonly string[]; readonly notes: readonly string[] }> {
    const [edges, notes]: [string[], string[]] = [[], []];
    await orWithoutCloudFront(
      given,
      outputs(found),
      (note) => notes.push(note),
      ({ mode }) => {
        edges.push(mode.edge);
        return edges.length === 1 ? Promise.reject(error) : Promise.resolve();
      },
    );
    return { edges, notes };
  }

  test("gets the load balancer where nobody has asked, and is told what to do", async () => {
    const { edges, notes } = await attempt(prepared("cloudfront"));
    expect(edges).toEqual(["cloudfront", "balancer"]);
    expect(notes).toEqual([expect.stringMatching(/verified.*AWS Support.*edge: cloudfront/)]);
  });

  test("a role without the permissions gets the load balancer too, and berth bootstrap as its fix", async () => {
    for (const action of ["cloudfront:CreateDistribution", "ec2:DescribeManagedPrefixLists"]) {
      const message = `User: arn:aws:sts::1:assumed-role/cd is not authorized to perform: ${action} on resource: *`;
      const denied = new BerthError("deployment", { path: "web", message });
      const { edges, notes } = await attempt(prepared("cloudfront"), undefined, denied);
      expect(edges).toEqual(["cloudfront", "balancer"]);
      expect(notes).toEqual([expect.stringContaining("berth bootstrap")]);
    }
  });

  test("is an error with the way out where the file asks, or distributions are there already", async () => {
    for (const [given, found] of [
      [prepared("balancer", "cloudfront"), undefined],
      [prepared("cloudfront"), behind],
    ] as const)
      await expect(attempt(given, found)).rejects.toMatchObject({
        problems: [{ hint: expect.stringMatching(/AWS Support.*edge: balancer/) as string }],
      });
  });

  test("any other failure stays as it is", async () => {
    const other = new BerthError("deployment", { path: "web", message: "AccessDenied: something else" });
    await expect(attempt(prepared("cloudfront"), undefined, other)).rejects.toBe(other);
  });
});

test("of services at paths of a static site's address, the one that gets a domain loses its own alone", () => {
  const site = containerOf({
    name: "site",
    site: { dir: "/", index: "index.html", spa: false, headers: {} },
  });
  const at = (name: string) => containerOf({ name, ports: [port] });
  const url = "https://d1.cloudfront.net";
  const before = {
    edge: "cloudfront",
    services: { site: { kind: "static", bucket: "b", distribution: "E1", version: "1", urls: [url] } },
    endpoints: { site: url, api: `${url}/api`, blog: `${url}/blog` },
  };
  const services = [site, { ...at("api"), domains: own.domains }, at("blog")];
  const { warnings } = resolveEdge(prepared("cloudfront", "cloudfront", services), undefined, before);
  expect(warnings.map(({ message }) => message.split(",")[0])).toEqual([`${url}/api`]);
});
