/** Services under domains of their own: certificates, listeners, rules and records. */
import { projectProgram } from "../../../../stacks/project";
import type { ContainerService, OwnDomain } from "../../../../src/model/project";
import { modeSettings } from "../../../../src/modes/modes";
import { record, type Recording } from "../../../support/mocks";
import { containerOf, programArgs, projectOf } from "../../../support/projects";

function service(
  name: string,
  domains: readonly string[],
  own: Partial<ContainerService> = {},
): ContainerService {
  const from = (domain: string): OwnDomain => ({ name: domain, from: `services.${name}.x-domains` });
  return containerOf({ name, domains: domains.map(from), ...own });
}

function run(
  services: readonly ContainerService[],
  own: Parameters<typeof programArgs>[1] = {},
): Promise<Recording> {
  return record(projectProgram(programArgs(projectOf(services), own)));
}

const matching = (pattern: RegExp): string => expect.stringMatching(pattern) as string;
const listener = { https: matching(/\/https$/), http: matching(/\/http$/) };
const certificates = (recording: Recording): unknown[] =>
  recording
    .ofType("aws:acm/certificate:Certificate")
    .map(({ inputs }) => [
      inputs["domainName"],
      ...((inputs["subjectAlternativeNames"] as string[] | undefined) ?? []),
    ]);
const rule = (recording: Recording, name: string): Readonly<Record<string, unknown>> =>
  recording.find("aws:lb/listenerRule:ListenerRule", name).inputs;
const records = (recording: Recording): unknown[] =>
  recording
    .ofType("aws:route53/record:Record")
    .filter(({ inputs }) => inputs["type"] === "A")
    .map(({ inputs }) => [inputs["name"], inputs["zoneId"]]);

describe("in a zone of the account, beside the project's domain", () => {
  let recording: Recording;
  beforeAll(async () => {
    recording = await run([service("web", ["www.shop.com", "shop.com", "*.shop.com"])], {
      domain: "example.com",
    });
  });

  test("they share a certificate, proved in their zone; one record proves a name and its wildcard", () => {
    expect(certificates(recording)).toEqual([
      ["*.todo.example.com"],
      ["www.shop.com", "*.shop.com", "shop.com"],
    ]);
    const proofs = ["validation-www.shop.com", "validation-*.shop.com"].map((name) =>
      recording.find("aws:route53/record:Record", name),
    );
    expect(proofs.map(({ inputs }) => [inputs["name"], inputs["zoneId"]])).toEqual([
      ["_x.www.shop.com", "zone-of-shop.com"],
      ["_x.shop.com", "zone-of-shop.com"],
    ]);
    const validation = recording.find(
      "aws:acm/certificateValidation:CertificateValidation",
      "www.shop.com",
    ).inputs;
    expect(validation["validationRecordFqdns"]).toEqual(["_x.www.shop.com", "_x.shop.com"]);
  });

  test("the listener has the project's certificate first, the others beside it", () => {
    const https = recording.find("aws:lb/listener:Listener", "https").inputs;
    expect(https["certificateArn"]).toMatch(/\*\.todo\.example\.com$/);
    const more = recording.ofType("aws:lb/listenerCertificate:ListenerCertificate");
    expect(more.map(({ inputs }) => inputs["certificateArn"])).toEqual([
      expect.stringMatching(/www\.shop\.com$/),
    ]);
  });

  test("each has a rule on HTTPS and a record; the service's first own domain is its URL", () => {
    for (const host of ["www.shop.com", "shop.com", "*.shop.com"]) {
      expect(rule(recording, `web-${host}`)).toMatchObject({
        listenerArn: listener.https,
        conditions: [{ hostHeader: { values: [host] } }],
      });
    }
    expect(records(recording)).toEqual([
      ["www.shop.com", "zone-of-shop.com"],
      ["shop.com", "zone-of-shop.com"],
      ["*.shop.com", "zone-of-shop.com"],
      ["web.todo.example.com", "zone-of-example.com"],
    ]);
    expect(recording.outputs).toMatchObject({
      endpoints: { web: "https://www.shop.com" },
      pendingDomains: [],
      dnsRecords: [],
    });
  });

  test("ECS waits for every rule of the target group", () => {
    const { dependsOn } = recording.find("aws:ecs/service:Service", "web");
    const rules = recording.ofType("aws:lb/listenerRule:ListenerRule").map(({ urn }) => urn);
    expect(rules).toHaveLength(4);
    expect(dependsOn).toEqual(expect.arrayContaining(rules));
  });
});

test("a name that redirects has its certificate and its record, and a rule that sends its requests on", async () => {
  const from = "services.web.x-domains";
  const web = containerOf({
    name: "web",
    path: { prefix: "/shop", strip: true },
    domains: [
      { name: "www.shop.com", redirect: "shop.com", from },
      { name: "shop.com", from },
    ],
  });
  const recording = await run([web]);
  const { listenerArn, conditions, actions, transforms } = rule(recording, "web-www.shop.com");
  expect({ listenerArn, conditions, actions, transforms }).toEqual({
    listenerArn: listener.https,
    // The whole of the host, whatever path the service has at the other one.
    conditions: [{ hostHeader: { values: ["www.shop.com"] } }],
    actions: [{ type: "redirect", redirect: { host: "shop.com", statusCode: "HTTP_301" } }],
    transforms: [],
  });
  expect(certificates(recording)).toEqual([["www.shop.com", "shop.com"]]);
  expect(records(recording)).toContainEqual(["www.shop.com", "zone-of-shop.com"]);
  expect(recording.outputs).toMatchObject({ endpoints: { web: "https://shop.com/shop" } });
});

describe("in a zone of the account, without a domain of the project", () => {
  let recording: Recording;
  beforeAll(async () => {
    recording = await run([
      service("web", ["www.shop.com"]),
      service("api", ["www.shop.com"], { path: { prefix: "/api", strip: true } }),
    ]);
  });

  test("there is HTTPS for the domains, and HTTP on the load balancer's own name alone", () => {
    expect(recording.find("aws:lb/listener:Listener", "https").inputs["certificateArn"]).toMatch(
      /www\.shop\.com$/,
    );
    expect(recording.find("aws:lb/listener:Listener", "http").inputs["defaultActions"]).toMatchObject([
      { type: "redirect" },
    ]);
    const own = { hostHeader: { values: ["alb.example.amazonaws.com"] } };
    expect(rule(recording, "web")).toMatchObject({ listenerArn: listener.http, conditions: [own] });
    expect(rule(recording, "api")).toMatchObject({
      listenerArn: listener.http,
      conditions: [own, { pathPattern: { values: ["/api", "/api/*"] } }],
    });
  });

  test("services share a domain by path, with one certificate and one record", () => {
    expect(certificates(recording)).toEqual([["www.shop.com"]]);
    expect(records(recording)).toEqual([["www.shop.com", "zone-of-shop.com"]]);
    expect(rule(recording, "web-www.shop.com")["conditions"]).toEqual([
      { hostHeader: { values: ["www.shop.com"] } },
    ]);
    const api = rule(recording, "api-www.shop.com");
    expect(api["conditions"]).toEqual([
      { hostHeader: { values: ["www.shop.com"] } },
      { pathPattern: { values: ["/api", "/api/*"] } },
    ]);
    expect(api["transforms"]).toMatchObject([{ type: "url-rewrite" }]);
    expect(Number(api["priority"])).toBeLessThan(Number(rule(recording, "web-www.shop.com")["priority"]));
    expect(recording.outputs["endpoints"]).toEqual({
      web: "https://www.shop.com",
      api: "https://www.shop.com/api",
    });
  });
});

describe("in a zone elsewhere", () => {
  test("the certificate is asked for, nothing waits for it, and the missing records are told", async () => {
    const recording = await run([service("web", ["www.away.example"])], { domain: "example.com" });
    expect(certificates(recording)).toEqual([["*.todo.example.com"], ["www.away.example"]]);
    expect(recording.ofType("aws:acm/certificateValidation:CertificateValidation")).toHaveLength(1);
    expect(recording.ofType("aws:lb/listenerCertificate:ListenerCertificate")).toEqual([]);
    expect(rule(recording, "web-www.away.example")).toMatchObject({
      listenerArn: expect.stringMatching(/\/http$/) as string,
      conditions: [{ hostHeader: { values: ["www.away.example"] } }],
    });
    expect(records(recording)).toEqual([["web.todo.example.com", "zone-of-example.com"]]);
    expect(recording.outputs).toMatchObject({
      endpoints: { web: "https://web.todo.example.com" },
      pendingDomains: ["www.away.example"],
      dnsRecords: [
        { domain: "www.away.example", name: "_x.www.away.example", type: "CNAME", value: "_y.aws" },
        { domain: "www.away.example", name: "www.away.example", value: "alb.example.amazonaws.com" },
      ],
      notices: [
        expect.stringMatching(/No public zone.*www\.away\.example/),
        expect.stringMatching(/waits for/),
      ],
    });
  });

  test("once it is issued the listener takes it", async () => {
    const recording = await run([service("web", ["issued.away.example"])], { domain: "example.com" });
    const [more] = recording.ofType("aws:lb/listenerCertificate:ListenerCertificate");
    expect(more?.inputs["certificateArn"]).toMatch(/issued\.away\.example$/);
    expect(rule(recording, "web-issued.away.example")["listenerArn"]).toEqual(listener.https);
    expect(recording.outputs).toMatchObject({
      endpoints: { web: "https://issued.away.example" },
      pendingDomains: [],
      dnsRecords: [{ name: "issued.away.example" }],
    });
  });

  test("gRPC waits for it, since HTTP carries none", async () => {
    const port = { target: 80, protocol: "tcp", mode: "ingress", appProtocol: "grpc" } as const;
    const recording = await run([service("rpc", ["www.away.example"], { ports: [port] })], {
      domain: "example.com",
    });
    expect(recording.ofType("aws:lb/listenerRule:ListenerRule").map(({ name }) => name)).toEqual(["rpc"]);
  });

  test("without any other domain HTTP serves it meanwhile", async () => {
    const recording = await run([service("web", ["www.away.example"])]);
    expect(recording.ofType("aws:lb/listener:Listener").map(({ name }) => name)).toEqual(["http"]);
    expect(rule(recording, "web")["conditions"]).toEqual([{ pathPattern: { values: ["/*"] } }]);
    expect(Number(rule(recording, "web-www.away.example")["priority"])).toBeLessThan(50_000);
  });
});

test("a domain below the project's own needs no certificate of its own; one that is deeper does", async () => {
  const domains = ["todo.example.com", "shop.todo.example.com", "a.b.todo.example.com"];
  const recording = await run([service("web", domains)], { domain: "example.com" });
  expect(certificates(recording).sort()).toEqual([
    ["*.todo.example.com", "todo.example.com"],
    ["a.b.todo.example.com"],
  ]);
  expect(records(recording).map((entry) => (entry as string[])[0])).toEqual([
    ...domains,
    "web.todo.example.com",
  ]);
});

describe("names that have certificates already", () => {
  const deployed = {
    groups: [["www.shop.com"], ["*.shop.com", "shop.com"]],
    beside: [],
    proofs: new Map([["shop.com", "validation-*.shop.com"]]),
  };
  const further = (names: readonly string[]): Promise<Recording> =>
    run([service("web", names)], { domain: "example.com", certificates: deployed });

  test("keep them, each known by its first name, and new names share others", async () => {
    const recording = await further([
      ...["www.shop.com", "shop.com", "*.shop.com"],
      ...["blog.shop.com", "docs.shop.com"],
    ]);
    expect(certificates(recording)).toEqual([
      ["*.todo.example.com"],
      ["www.shop.com"],
      ["*.shop.com", "shop.com"],
      ["blog.shop.com", "docs.shop.com"],
    ]);
    const names = recording.ofType("aws:lb/listenerCertificate:ListenerCertificate").map(({ name }) => name);
    expect(names).toEqual(["https-www.shop.com", "https-*.shop.com", "https-blog.shop.com"]);
  });

  test("share the record that proves a name with the certificate of its wildcard", async () => {
    const recording = await run([service("web", ["shop.com", "*.shop.com"])], {
      certificates: { ...deployed, groups: [["*.shop.com"]] },
    });
    expect(certificates(recording).sort()).toEqual([["*.shop.com"], ["shop.com"]]);
    const proofs = recording.ofType("aws:route53/record:Record").filter(({ name }) => /^valid/.test(name));
    expect(proofs.map(({ name }) => name)).toEqual(["validation-*.shop.com"]);
    const waiting = recording.ofType("aws:acm/certificateValidation:CertificateValidation");
    expect(waiting.map(({ inputs }) => inputs["validationRecordFqdns"])).toEqual([
      ["_x.shop.com"],
      ["_x.shop.com"],
    ]);
  });

  test("lose nothing when their wildcard goes: the record keeps its logical name", async () => {
    const recording = await further(["shop.com"]);
    expect(recording.find("aws:route53/record:Record", "validation-*.shop.com").inputs["name"]).toBe(
      "_x.shop.com",
    );
  });
});

describe("a name of more than 64 characters", () => {
  const long = `${"a".repeat(60)}.shop.com`;

  test("stands in a certificate that begins with a domain above it", async () => {
    const recording = await run([service("web", [long])]);
    expect(certificates(recording)).toEqual([["shop.com", long]]);
    expect(records(recording)).toEqual([[long, "zone-of-shop.com"]]);
    expect(recording.find("aws:lb/listener:Listener", "https").inputs["certificateArn"]).toMatch(
      /shop\.com$/,
    );
  });
});

test("a zone that the file names is not looked up", async () => {
  const web = containerOf({ domains: [{ name: "www.away.example", zoneId: "Z9", from: "" }] });
  const recording = await run([web]);
  expect(records(recording)).toEqual([["www.away.example", "Z9"]]);
});

test("the zone that the settings name takes what is below the domain", async () => {
  const recording = await run([service("web", ["www.example.com", "www.shop.com"])], {
    domain: "example.com",
    hostedZoneId: "Z1",
  });
  expect(records(recording)).toEqual([
    ["www.example.com", "Z1"],
    ["www.shop.com", "zone-of-shop.com"],
    ["web.todo.example.com", "Z1"],
  ]);
});

test("the domain may be a part of the zone", async () => {
  const recording = await run([containerOf()], { domain: "apps.example.com" });
  expect(records(recording)).toEqual([["web.todo.apps.example.com", "zone-of-example.com"]]);
});

test("a delegated zone takes the project's names, and the domain's zone leads to it", async () => {
  const mode = modeSettings("affordable", { edge: "balancer", delegatedZone: true });
  const recording = await run([containerOf()], { domain: "example.com", mode });
  const zone = recording.find("aws:route53/zone:Zone", "todo.example.com");
  expect(zone.inputs).toMatchObject({ name: "todo.example.com", tags: { "berth:project": "todo" } });
  const delegation = recording.find("aws:route53/record:Record", "delegation-todo.example.com");
  expect(delegation.inputs).toMatchObject({
    zoneId: "zone-of-example.com",
    name: "todo.example.com",
    type: "NS",
    records: ["ns-1.example", "ns-2.example"],
  });
  expect(records(recording)).toEqual([["web.todo.example.com", "zone-1"]]);
  const proof = recording.find("aws:route53/record:Record", "validation-*.todo.example.com");
  expect(proof.inputs["zoneId"]).toBe("zone-1");
  expect(proof.dependsOn).toContain(delegation.urn);
});

test("sticky sessions and the idle timeout are the load balancer's", async () => {
  const mode = modeSettings("affordable", { edge: "balancer", albIdleTimeout: 3600 });
  const recording = await run([containerOf({ stickiness: 600 }), containerOf({ name: "api" })], { mode });
  expect(recording.find("aws:lb/loadBalancer:LoadBalancer", "alb").inputs["idleTimeout"]).toBe(3600);
  const group = (name: string) => recording.find("aws:lb/targetGroup:TargetGroup", name).inputs["stickiness"];
  expect(group("web")).toEqual({ type: "lb_cookie", cookieDuration: 600, enabled: true });
  expect(group("api")).toBeUndefined();
});

test("what a path is taken off of is taken literally", async () => {
  const web = service("web", ["a.com"], { path: { prefix: "/v1.0/a+b", strip: true } });
  const [transform] = rule(await run([web]), "web-a.com")["transforms"] as {
    urlRewriteConfig: { rewrite: { regex: string; replace: string } };
  }[];
  const { regex, replace } = transform?.urlRewriteConfig.rewrite ?? { regex: "", replace: "" };
  expect("/v1.0/a+b/c".replace(new RegExp(regex), replace)).toBe("/c");
  expect("/v1x0/aab/c").not.toMatch(new RegExp(regex));
});

test("everything that can bear them has the tags", async () => {
  const mode = modeSettings("affordable", {
    edge: "balancer",
    delegatedZone: true,
    interfaceEndpoints: "usual",
  });
  const recording = await run([service("web", ["www.shop.com", "www.away.example"])], {
    domain: "example.com",
    mode,
  });
  const types = [
    "acm/certificate:",
    "route53/zone:",
    "lb/listenerRule:",
    "ec2/vpcEndpoint:",
    "ec2/securityGroup:",
  ];
  for (const type of types) {
    const found = recording.resources.filter((resource) => resource.type.startsWith(`aws:${type}`));
    expect([type, found.length > 0]).toEqual([type, true]);
    for (const { inputs } of found)
      expect(inputs["tags"]).toMatchObject({ "berth:project": "todo", "berth:stack": "dev" });
  }
});
