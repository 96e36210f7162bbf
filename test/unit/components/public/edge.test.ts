import { projectProgram } from "../../../../stacks/project";
import type { Port } from "../../../../src/model/project";
import { modeNames, modeSettings } from "../../../../src/modes/modes";
import { record, type Recording } from "../../../support/mocks";
import { containerOf, programArgs, projectOf } from "../../../support/projects";

const port: Port = { target: 8080, published: 80, protocol: "tcp", mode: "ingress", appProtocol: "http" };
const web = containerOf({ name: "web", ports: [port, { ...port, target: 9090, published: 9090 }] });
const admin = containerOf({ name: "admin", ports: [{ ...port, published: 8081 }] });
const api = containerOf({
  name: "api",
  ports: [{ ...port, published: 8080 }],
  path: { prefix: "/api", strip: true },
});
const project = projectOf([admin, api, web]);
const key = "r".repeat(48);

function program(mode: (typeof modeNames)[number] = "affordable", services = project) {
  return projectProgram(programArgs(services, { mode: modeSettings(mode, { edge: "cloudfront" }) }));
}

let recording: Recording;
beforeAll(async () => {
  recording = await record(program());
});

function conditionsOf(rule: string): unknown {
  return recording.find("aws:lb/listenerRule:ListenerRule", rule).inputs["conditions"];
}

const from = (name: string) => ({
  httpHeader: { httpHeaderName: "X-Berth-Edge", values: [`${key}.${name}`] },
});

test("each published port has a distribution; one with a path is at that path of the site's", () => {
  const distributions = recording.ofType("aws:cloudfront/distribution:Distribution");
  expect(distributions.map(({ name }) => name).sort()).toEqual(["admin", "web", "web--9090"]);
  expect(recording.outputs["endpoints"]).toEqual({
    admin: "https://admin.cloudfront.net",
    api: "https://web.cloudfront.net/api",
    web: "https://web.cloudfront.net",
  });
  expect(recording.outputs).toMatchObject({
    edge: "cloudfront",
    notices: [expect.stringMatching(/CloudFront answers over HTTPS.*api under \/api\/ of web's/)],
  });
});

test("a distribution asks the load balancer by HTTP, passes on what the viewer sends, and keeps nothing", () => {
  const { inputs, secretInputs } = recording.find("aws:cloudfront/distribution:Distribution", "web");
  expect(inputs).toMatchObject({
    enabled: true,
    origins: [
      {
        domainName: "alb.example.amazonaws.com",
        customHeaders: [
          { name: "X-Berth-Edge", value: `${key}.web` },
          { name: "Forwarded", value: "proto=https" },
        ],
        customOriginConfig: { httpPort: 80, originProtocolPolicy: "http-only", originReadTimeout: 60 },
      },
    ],
    defaultCacheBehavior: {
      viewerProtocolPolicy: "redirect-to-https",
      cachePolicyId: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
      originRequestPolicyId: "33f36d7e-f396-46d9-90e0-52428a34d9dc",
    },
    viewerCertificate: { cloudfrontDefaultCertificate: true },
  });
  expect(secretInputs).toEqual(["origins"]);
});

test("a rule takes the requests of its distribution alone, and nothing else is taken", () => {
  expect(conditionsOf("web")).toEqual([from("web")]);
  expect(conditionsOf("web--9090")).toEqual([from("web--9090")]);
  expect(conditionsOf("api")).toEqual([from("web"), { pathPattern: { values: ["/api", "/api/*"] } }]);
  expect(recording.find("aws:lb/listenerRule:ListenerRule", "api").secretInputs).toEqual(["conditions"]);
  const priority = (name: string): unknown =>
    recording.find("aws:lb/listenerRule:ListenerRule", name).inputs["priority"];
  expect(Number(priority("api"))).toBeLessThan(Number(priority("web")));
  const listeners = recording.ofType("aws:lb/listener:Listener");
  expect(listeners.map(({ inputs }) => inputs)).toEqual([
    expect.objectContaining({
      port: 80,
      defaultActions: [
        expect.objectContaining({ fixedResponse: expect.objectContaining({ statusCode: "403" }) as unknown }),
      ],
    }),
  ]);
});

test.each(modeNames)("%s: the load balancer takes nothing from the world", async (mode) => {
  const made = await record(program(mode));
  const { securityGroups } = made.find("aws:lb/loadBalancer:LoadBalancer", "alb").inputs;
  const into = made
    .ofType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    .filter(({ inputs }) => (securityGroups as unknown[]).includes(inputs["securityGroupId"]));
  expect(
    into.map(({ inputs: { fromPort, toPort, prefixListId, cidrIpv4 } }) => [
      fromPort,
      toPort,
      prefixListId,
      cidrIpv4,
    ]),
  ).toEqual([[80, 80, "list-com.amazonaws.global.cloudfront.origin-facing", undefined]]);
});

test("the key is made once, and kept as a secret", () => {
  const parameter = recording.find("aws:ssm/parameter:Parameter", "edge/origin-key");
  expect(parameter.inputs).toMatchObject({ name: "/berth/todo/dev/edge/origin-key", type: "SecureString" });
  expect(parameter.secretInputs).toEqual(["value"]);
  expect(parameter.ignoreChanges).toEqual(["value"]);
});

test("services don't wait for the distributions", () => {
  const distributions = recording.ofType("aws:cloudfront/distribution:Distribution").map(({ urn }) => urn);
  const waiting = recording
    .ofType("aws:ecs/service:Service")
    .flatMap(({ dependsOn }) => dependsOn.filter((urn) => distributions.includes(urn)));
  expect(waiting).toEqual([]);
});

test("gRPC is refused with the way out", () => {
  const grpc = containerOf({ name: "greeter", ports: [{ ...port, appProtocol: "grpc" }] });
  expect(() => program("affordable", projectOf([grpc]))).toThrow(
    /services\.greeter\.ports\[0\]\.app_protocol: grpc.*over HTTPS only.*BERTH_DOMAIN/,
  );
});

test("two services may ask for /: each has its own", () => {
  const asking = [web, admin].map((service) => ({ ...service, root: true as const }));
  expect(() => program("affordable", projectOf(asking))).not.toThrow();
});
