/** CloudFront in front of names of one's own: what is declared. */
import { projectProgram } from "../../../../stacks/project";
import { doorsOf } from "../../../../src/components/public/doors";
import { publicRoutes } from "../../../../src/components/public/routes";
import { modeNames, modeSettings } from "../../../../src/modes/modes";
import type { ContainerService, Port } from "../../../../src/model/project";
import { noNames, deployedNames, type DeployedNames } from "../../../../src/model/deployed-names";
import type { ProjectProgramArgs } from "../../../../src/ports";
import { record, type Recording } from "../../../support/mocks";
import { containerOf, programArgs, projectOf } from "../../../support/projects";

const port: Port = { target: 8080, published: 80, protocol: "tcp", mode: "ingress", appProtocol: "http" };
const named = (name: string, index: number, redirect?: string) => ({
  name,
  from: `services.web.x-domains[${index}]`,
  ...(redirect === undefined ? {} : { redirect }),
});
const web = containerOf({
  name: "web",
  ports: [port],
  domains: [named("shop.com", 0), named("shop.org", 1, "shop.com")],
});
const api = containerOf({
  name: "api",
  ports: [{ ...port, appProtocol: "grpc" }],
  path: { prefix: "/api", strip: false },
  domains: [{ name: "shop.com", from: "services.api.x-domains[0]" }],
});
const key = "r".repeat(48);

function programOf(
  own: Partial<ProjectProgramArgs> = {},
  services: readonly ContainerService[] = [api, web],
) {
  const mode = modeSettings("affordable", { edge: "cloudfront" });
  return projectProgram(
    programArgs(projectOf(services), { mode, domain: "example.com", hostedZoneId: "Z1", ...own }),
  );
}

const distribution = "aws:cloudfront/distribution:Distribution";
const ruleType = "aws:lb/listenerRule:ListenerRule";
const recordType = "aws:route53/record:Record";
const origin = /^origin-[0-9a-f]{8}\.todo\.example\.com$/;

let recording: Recording;
beforeAll(async () => {
  recording = await record(programOf({ region: "eu-west-1" }));
});

test("each port's distribution has its names; one that ports share by paths is that of its root", () => {
  const found = recording.ofType(distribution).map(({ name, inputs }) => [name, inputs["aliases"]]);
  expect(Object.fromEntries(found)).toEqual({
    api: ["api.todo.example.com"],
    web: ["web.todo.example.com", "shop.com", "shop.org"],
  });
  expect(recording.outputs["endpoints"]).toEqual({
    api: "https://shop.com/api",
    web: "https://shop.com",
  });
  expect(recording.outputs).toMatchObject({ edge: "cloudfront", edgeDomains: true });
});

test("it asks the load balancer by HTTPS, by a name that leads there alone, and carries gRPC where a port speaks it", () => {
  const { inputs, dependsOn } = recording.find(distribution, "web");
  expect(inputs).toMatchObject({
    origins: [
      {
        domainName: expect.stringMatching(origin) as string,
        customHeaders: [{ name: "X-Berth-Edge", value: `${key}.web` }, { name: "Forwarded" }],
        customOriginConfig: { originProtocolPolicy: "https-only" },
      },
    ],
    defaultCacheBehavior: { grpcConfig: { enabled: true } },
    viewerCertificate: { sslSupportMethod: "sni-only", minimumProtocolVersion: "TLSv1.2_2021" },
  });
  const leading = recording.ofType(recordType).find(({ name }) => origin.test(name));
  expect(leading?.inputs).toMatchObject({ aliases: [{ name: "alb.example.amazonaws.com" }] });
  expect(dependsOn).toContain(leading?.urn);
  // By a name that it has no certificate for it would be answered 502, as it would where it is not let in.
  const first = [
    ...recording.ofType("aws:lb/listenerCertificate:ListenerCertificate"),
    recording.find("aws:lb/listener:Listener", "https"),
    recording.find("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "alb-in-443-edge"),
  ];
  expect(first.length).toBeGreaterThan(2);
  expect(dependsOn).toEqual(expect.arrayContaining(first.map(({ urn }) => urn)));
});

test("its certificate is made in us-east-1, and is proved by the records that prove the load balancer's", () => {
  const certificates = recording
    .ofType("aws:acm/certificate:Certificate")
    .filter(({ inputs }) => inputs["region"] === "us-east-1");
  expect(certificates.map(({ inputs }) => [inputs["domainName"], inputs["subjectAlternativeNames"]])).toEqual(
    [
      ["api.todo.example.com", undefined],
      ["web.todo.example.com", ["shop.com", "shop.org"]],
    ],
  );
  const proofs = recording.ofType(recordType).filter(({ name }) => /^validation-.*shop\.com$/.test(name));
  expect(proofs).toHaveLength(1);
});

test("both kinds of addresses lead to the distribution, with CloudFront's zone", () => {
  for (const [name, type, target] of [
    ["shop.com", "A", "web"],
    ["shop.com-AAAA", "AAAA", "web"],
    ["shop.org", "A", "web"],
    ["api.todo.example.com", "A", "api"],
  ] as const)
    expect(recording.find(recordType, name).inputs).toMatchObject({
      type,
      aliases: [{ name: `${target}.cloudfront.net`, zoneId: "Z2FDTNDATAQYW2" }],
    });
});

test("every rule wants the key; what comes without is told to ask elsewhere", () => {
  const anyKey = { httpHeader: { httpHeaderName: "X-Berth-Edge", values: [`${key}.*`] } };
  const rules = recording.ofType(ruleType);
  expect(rules.map(({ inputs }) => (inputs["conditions"] as unknown[])[0])).toEqual(rules.map(() => anyKey));
  expect(rules.map(({ secretInputs }) => secretInputs)).toEqual(rules.map(() => ["conditions"]));
  const listener = recording.find("aws:lb/listener:Listener", "https");
  expect(listener.inputs["defaultActions"]).toMatchObject([{ fixedResponse: { statusCode: "421" } }]);
});

test.each(modeNames)("%s: the load balancer takes HTTPS of CloudFront alone", async (mode) => {
  const made = await record(programOf({ mode: modeSettings(mode, { edge: "cloudfront" }) }));
  const { securityGroups } = made.find("aws:lb/loadBalancer:LoadBalancer", "alb").inputs;
  const into = made
    .ofType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    .filter(({ inputs }) => (securityGroups as unknown[]).includes(inputs["securityGroupId"]));
  expect(
    into.map(({ inputs: { fromPort, prefixListId, cidrIpv4 } }) => [fromPort, prefixListId, cidrIpv4]),
  ).toEqual([[443, "list-com.amazonaws.global.cloudfront.origin-facing", undefined]]);
});

describe("while names change hands", () => {
  const deployed = (https: DeployedNames["https"], sixes: readonly string[] = []): DeployedNames => ({
    ...noNames,
    https,
    sixes: new Set(sixes),
  });

  test("rules ask for the key once the records have changed and the former ones are forgotten", async () => {
    const forgotten: string[][] = [];
    const names = deployed({ world: true, cloudFront: false });
    const made = await record(
      programOf({ names, forgotten: (hosts) => Promise.resolve(void forgotten.push([...hosts])) }),
    );
    const { dependsOn } = made.find(ruleType, "web-shop.com");
    expect(dependsOn).toContain(made.find(recordType, "shop.com").urn);
    expect(forgotten).toContainEqual(["shop.com"]);
    // A stack that is new waits for nothing.
    const fresh = recording.find(ruleType, "web-shop.com").dependsOn;
    expect(fresh).not.toContain(recording.find(recordType, "shop.com").urn);
  });

  test("back, records change once everybody is let in and the rules take all requests; a record of IPv6 stays", async () => {
    const names = deployed({ world: false, cloudFront: true }, ["shop.com"]);
    const mode = modeSettings("affordable", { edge: "balancer" });
    const made = await record(programOf({ mode, names }));
    const after = made.find(recordType, "shop.com").dependsOn;
    for (const [type, name] of [
      [ruleType, "web-shop.com"],
      ["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "alb-in-443"],
    ] as const)
      expect(after).toContain(made.find(type, name).urn);
    expect(made.find(recordType, "shop.com-AAAA").inputs).toMatchObject({
      type: "AAAA",
      aliases: [{ name: "alb.example.amazonaws.com" }],
    });
    expect(made.outputs["edge"]).toBeUndefined();
  });

  test("the state says who reaches the load balancer, and which distribution has a name", () => {
    const parent = (type: string): string => `urn:pulumi:dev::todo::berth:aws:${type}::x`;
    const found = deployedNames([
      { type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", name: "alb-in-443", inputs: {} },
      { type: distribution, name: "old", parent: parent("Edge"), inputs: { aliases: ["Shop.com"] } },
      { type: distribution, name: "docs", parent: parent("StaticSite"), inputs: { aliases: ["docs.com"] } },
      {
        type: recordType,
        name: "shop.com-AAAA",
        parent: parent("LoadBalancer"),
        inputs: { name: "shop.com" },
      },
      { type: recordType, name: "docs.com-AAAA", parent: parent("StaticSite"), inputs: { name: "docs.com" } },
    ]);
    expect(found).toEqual({
      aliases: new Map([
        ["shop.com", { label: "old", site: false }],
        ["docs.com", { label: "docs", site: true }],
      ]),
      sixes: new Set(["shop.com"]),
      https: { world: true, cloudFront: false },
    });
    const routes = publicRoutes(projectOf([web]), "dev", "example.com");
    expect(doorsOf(routes, new Set(), found).map(({ label, names }) => [label, names])).toEqual([
      ["web", ["web.todo.example.com", "shop.org"]],
      ["old", ["shop.com"]],
    ]);
  });
});

test("a strategy that moves requests by one rule has a value less for names", async () => {
  const five = containerOf({
    name: "web",
    ports: [port],
    domains: ["a", "b", "c", "d"].map((label, n) => named(`${label}.com`, n)),
  });
  const rules = async (edge: "cloudfront" | "balancer"): Promise<number> => {
    const mode = modeSettings("balanced", { edge, rollout: "blue-green" });
    return (await record(programOf({ mode }, [five]))).ofType(ruleType).length;
  };
  expect(await rules("balancer")).toBe(1);
  expect(await rules("cloudfront")).toBe(5);
});
