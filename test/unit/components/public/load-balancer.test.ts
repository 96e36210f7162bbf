import { projectProgram } from "../../../../stacks/project";
import { healthCheck } from "../../../../src/components/public/port-groups";
import type { Healthcheck, Port } from "../../../../src/model/project";
import { modeSettings } from "../../../../src/modes/modes";
import { record, type Recording } from "../../../support/mocks";
import { containerOf, programArgs, projectOf } from "../../../support/projects";

const port: Port = { target: 8080, published: 80, protocol: "tcp", mode: "ingress", appProtocol: "http" };
const api = containerOf({ name: "api", ports: [{ ...port, published: 8080 }] });
const web = containerOf({ name: "web", ports: [port] });
const project = projectOf([api, web]);

function rule(recording: Recording, name: string): Readonly<Record<string, unknown>> {
  return recording.find("aws:lb/listenerRule:ListenerRule", name).inputs;
}

describe("with a domain", () => {
  let recording: Recording;
  beforeAll(async () => {
    recording = await record(
      projectProgram(programArgs(project, { domain: "example.com", hostedZoneId: "Z1" })),
    );
  });

  test("HTTP leads to HTTPS, which has the issued certificate", () => {
    const http = recording.find("aws:lb/listener:Listener", "http");
    expect(http.inputs).toMatchObject({
      port: 80,
      defaultActions: [{ type: "redirect", redirect: { protocol: "HTTPS", statusCode: "HTTP_301" } }],
    });
    const https = recording.find("aws:lb/listener:Listener", "https");
    expect(https.inputs).toMatchObject({ port: 443, protocol: "HTTPS" });
    const validation = recording.ofType("aws:acm/certificateValidation:CertificateValidation");
    expect(https.dependsOn).toEqual(expect.arrayContaining(validation.map(({ urn }) => urn)));
  });

  test("each service has a rule by host on HTTPS, and a record", () => {
    expect(rule(recording, "web")).toMatchObject({
      conditions: [{ hostHeader: { values: ["web.todo.example.com"] } }],
      listenerArn: expect.stringContaining("/https") as string,
    });
    expect(rule(recording, "web")["transforms"]).toEqual([]);
    expect(recording.find("aws:route53/record:Record", "web.todo.example.com").inputs).toMatchObject({
      zoneId: "Z1",
      type: "A",
      aliases: [{ name: "alb.example.amazonaws.com", zoneId: "ZALB" }],
    });
  });

  test("nothing that serves inside waits for the certificate", () => {
    const certificate = recording.find(
      "aws:acm/certificateValidation:CertificateValidation",
      "*.todo.example.com",
    );
    expect(recording.find("aws:ecs/taskDefinition:TaskDefinition", "web").dependsOn).not.toContain(
      certificate.urn,
    );
  });

  test("the domain's own zone is looked up where none is named", async () => {
    const looked = await record(projectProgram(programArgs(project, { domain: "example.com" })));
    expect(looked.find("aws:route53/record:Record", "web.todo.example.com").inputs["zoneId"]).toBe(
      "zone-of-example.com",
    );
  });
});

describe("without a domain", () => {
  let recording: Recording;
  beforeAll(async () => {
    recording = await record(projectProgram(programArgs(project)));
  });

  test("there is HTTP on the load balancer's own name, and the outputs say so", () => {
    expect(recording.ofType("aws:lb/listener:Listener")).toHaveLength(1);
    expect(recording.ofType("aws:acm/certificate:Certificate")).toHaveLength(0);
    expect(recording.outputs).toMatchObject({
      endpoints: { web: "http://alb.example.amazonaws.com/", api: "http://alb.example.amazonaws.com/api/" },
      notices: [expect.stringMatching(/BERTH_DOMAIN.*api under \/api\//)],
    });
  });

  test("a service under a path is asked without it", () => {
    const { conditions, transforms } = rule(recording, "api") as {
      conditions: unknown;
      transforms: { urlRewriteConfig: { rewrite: { regex: string; replace: string } } }[];
    };
    expect(conditions).toEqual([{ pathPattern: { values: ["/api", "/api/*"] } }]);
    const { regex, replace } = transforms[0]?.urlRewriteConfig.rewrite ?? { regex: "", replace: "" };
    const asked = ["/api", "/api/", "/api/items/1"].map((path) => path.replace(new RegExp(regex), replace));
    expect(asked).toEqual(["/", "/", "/items/1"]);
  });

  test("the root is asked last", () => {
    const root = rule(recording, "web");
    expect(root).toMatchObject({ conditions: [{ pathPattern: { values: ["/*"] } }] });
    const { priority } = rule(recording, "api") as { readonly priority: number };
    expect((root as unknown as { readonly priority: number }).priority).toBeGreaterThan(priority);
  });
});

test("where nothing is published there is no load balancer", async () => {
  const recording = await record(
    projectProgram(programArgs(projectOf([containerOf({ ports: [] })]), { domain: "example.com" })),
  );
  expect(recording.ofType("aws:lb/loadBalancer:LoadBalancer")).toHaveLength(0);
  expect(recording.ofType("aws:acm/certificate:Certificate")).toHaveLength(0);
  expect(recording.outputs["endpoints"]).toEqual({});
});

test.each([
  ["affordable", false, false],
  ["balanced", true, false],
  ["high-availability", true, true],
] as const)("mode %s: access logs %s, deletion protection %s", async (mode, logs, protection) => {
  const recording = await record(projectProgram(programArgs(project, { mode: modeSettings(mode) })));
  const { inputs } = recording.find("aws:lb/loadBalancer:LoadBalancer", "alb");
  // Said in either case: a block that is missing would stay as it was.
  expect(inputs["accessLogs"]).toMatchObject({ enabled: logs });
  expect(inputs["enableDeletionProtection"]).toBe(protection);
});

test("the load balancer reaches the ports that are published or checked, and no others", async () => {
  const healthcheck: Healthcheck = {
    command: ["CMD", "true"],
    interval: 10,
    timeout: 5,
    retries: 3,
    startPeriod: 0,
    path: "/",
    port: 9090,
  };
  const checked = containerOf({ name: "checked", healthcheck });
  const recording = await record(projectProgram(programArgs(projectOf([web, api, checked]))));
  const out = recording
    .ofType("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")
    .filter(({ inputs }) => inputs["securityGroupId"] === "alb-id");
  expect(out.map(({ inputs }) => [inputs["fromPort"], inputs["referencedSecurityGroupId"]]).sort()).toEqual([
    [8080, "todo_app-sg-id"],
    [9090, "todo_app-sg-id"],
  ]);
});

describe("the load balancer's check", () => {
  const lines: Healthcheck = {
    command: ["CMD", "true"],
    interval: 30,
    timeout: 5,
    retries: 3,
    startPeriod: 0,
  };

  test.each<[string, Partial<Healthcheck> | undefined, Partial<Port>, object]>([
    [
      "nothing",
      undefined,
      {},
      { path: "/", port: "traffic-port", matcher: "200-499", interval: 15, timeout: 5 },
    ],
    ["a path", { path: "/up" }, {}, { path: "/up", port: "traffic-port", matcher: "200-399" }],
    ["another port", { path: "/", port: 9090 }, {}, { port: "9090" }],
    ["a command without a path", {}, {}, { path: "/", matcher: "200-499" }],
    ["more retries than AWS takes", { retries: 20 }, {}, { unhealthyThreshold: 10 }],
    ["one retry", { retries: 1 }, {}, { unhealthyThreshold: 2 }],
    ["a timeout as long as the interval", { interval: 5, timeout: 5 }, {}, { interval: 5, timeout: 4 }],
    ["gRPC", undefined, { appProtocol: "grpc" }, { path: "/AWS.ALB/healthcheck", matcher: "0-99" }],
  ])("of %s", (_, own, ownPort, expected) => {
    const service = containerOf(own === undefined ? {} : { healthcheck: { ...lines, ...own } });
    expect(healthCheck(service, { ...port, ...ownPort })).toMatchObject(expected);
  });
});

test.each([
  [{ appProtocol: "http" }, "HTTP1"],
  [{ appProtocol: "http2" }, "HTTP2"],
  [{ appProtocol: "grpc" }, "GRPC"],
] as const)("a target group of %j speaks %s", async (own, version) => {
  const service = containerOf({ ports: [{ ...port, ...own }] });
  const recording = await record(
    projectProgram(programArgs(projectOf([service]), { domain: "example.com" })),
  );
  expect(recording.find("aws:lb/targetGroup:TargetGroup", "web").inputs["protocolVersion"]).toBe(version);
});

test("what replaces a target group changes its name, what does not leaves it", async () => {
  const name = async (own: Partial<Port>, healthcheck?: Healthcheck): Promise<unknown> => {
    const service = containerOf({
      ports: [{ ...port, ...own }],
      ...(healthcheck === undefined ? {} : { healthcheck }),
    });
    const recording = await record(
      projectProgram(programArgs(projectOf([service]), { domain: "example.com" })),
    );
    return recording.find("aws:lb/targetGroup:TargetGroup", "web").inputs["name"];
  };
  const first = await name({});
  expect(await name({ target: 9090 })).not.toBe(first);
  expect(await name({ appProtocol: "http2" })).not.toBe(first);
  const healthcheck = { command: ["CMD", "true"], interval: 9, timeout: 5, retries: 3, startPeriod: 0 };
  expect(await name({ published: 443 }, healthcheck)).toBe(first);
});
