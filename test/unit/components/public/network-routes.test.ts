import { networkRoutes } from "../../../../src/components/public/network-routes";
import { publicRoutes } from "../../../../src/components/public/routes";
import { BerthError } from "../../../../src/errors";
import type { ContainerService, Port } from "../../../../src/model/project";
import { projectProgram } from "../../../../stacks/project";
import { record, type Recording } from "../../../support/mocks";
import { containerOf, programArgs, projectOf } from "../../../support/projects";

function port(target: number, own: Partial<Port> = {}): Port {
  return { target, protocol: "tcp", mode: "network", appProtocol: "tcp", from: `at ${target}`, ...own };
}

const web: Port = port(80, { mode: "ingress", appProtocol: "http" });
const game = containerOf({ name: "my_game", ports: [port(25_565, { published: 2000 }), port(22), web] });
const dns = containerOf({ name: "dns", ports: [port(53), port(53, { protocol: "udp" })] });
const vpn = containerOf({
  name: "vpn",
  ports: [port(51_820, { protocol: "udp" }), port(9000, { mode: "host" })],
});

const routes = (domain?: string) =>
  networkRoutes(projectOf([game, dns, vpn]), "dev", domain).map(
    ({ service: _, parkedPort: _parked, ...route }) => route,
  );

test("each port has its listener's port, its protocol, and what is asked for its health", () => {
  expect(routes()).toEqual([
    { name: "my-game--25565", target: 25_565, port: 2000, protocol: "TCP", checked: 25_565 },
    { name: "my-game--22", target: 22, port: 22, protocol: "TCP", checked: 22 },
    { name: "dns--53", target: 53, port: 53, protocol: "TCP_UDP", checked: 53 },
    { name: "vpn--51820", target: 51_820, port: 51_820, protocol: "UDP", checked: 9000 },
  ]);
});

test("with a domain each has a name of its own", () => {
  expect(routes("example.com").map(({ host }) => host)).toEqual([
    "my-game--25565.todo.example.com",
    "my-game--22.todo.example.com",
    "dns--53.todo.example.com",
    "vpn--51820.todo.example.com",
  ]);
});

test("TCP and UDP of one port that are published apart have a listener each", () => {
  const apart = containerOf({
    name: "dns",
    ports: [port(53), port(53, { protocol: "udp", published: 5353 })],
  });
  const found = networkRoutes(projectOf([apart]), "dev", undefined);
  expect(found.map(({ name, port: at, protocol }) => [name, at, protocol])).toEqual([
    ["dns--53-tcp", 53, "TCP"],
    ["dns--53-udp", 5353, "UDP"],
  ]);
});

test("TLS without a domain is refused, with the port's place and the way out", () => {
  const mail = containerOf({ name: "mail", ports: [port(993, { appProtocol: "tls" })] });
  const attempt = (): unknown => networkRoutes(projectOf([mail]), "dev", undefined);
  expect(attempt).toThrow(BerthError);
  expect(attempt).toThrow(/at 993: TLS ends at the load balancer.*BERTH_DOMAIN/);
  expect(networkRoutes(projectOf([mail]), "dev", "example.com")[0]?.protocol).toBe("TLS");
});

test("two services that ask for / are refused without a domain alone", () => {
  const asking = ["a", "b"].map((name) => containerOf({ name, ports: [web], root: true }));
  expect(() => publicRoutes(projectOf(asking), "dev", undefined)).toThrow(
    /services\.b\.x-path: .*service a already/,
  );
  expect(publicRoutes(projectOf(asking), "dev", "example.com")).toHaveLength(2);
});

test("what has / keeps it, unless another service asks for it", () => {
  const [other, site] = ["other", "web"].map((name) => containerOf({ name, ports: [web] }));
  if (other === undefined || site === undefined) throw new Error("no services");
  const root = (deployed: string | undefined, asking = {}): string | undefined =>
    publicRoutes(projectOf([other, { ...site, ...asking }]), "dev", undefined, deployed).find(
      ({ at }) => "path" in at && at.path === "/",
    )?.service.name;
  expect([root(undefined), root("other"), root("gone"), root("other", { root: true })]).toEqual([
    "web",
    "other",
    "web",
    "web",
  ]);
});

describe("the network load balancer", () => {
  const mail = containerOf({ name: "mail", ports: [port(993, { appProtocol: "tls" })] });
  let recording: Recording;
  beforeAll(async () => {
    const args = programArgs(projectOf([game, dns, vpn, mail]), {
      domain: "example.com",
      hostedZoneId: "Z1",
    });
    recording = await record(projectProgram(args));
  });

  test("is one, with its group from the start", () => {
    const balancers = recording
      .ofType("aws:lb/loadBalancer:LoadBalancer")
      .filter(({ inputs }) => inputs["loadBalancerType"] === "network");
    expect(balancers).toHaveLength(1);
    expect(balancers[0]?.inputs["securityGroups"]).toHaveLength(1);
  });

  test("lets the internet in at its listeners' ports alone, and the services at theirs", () => {
    const opened = recording
      .ofType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
      .filter(({ inputs }) => inputs["cidrIpv4"] === "0.0.0.0/0")
      .map(({ name }) => name)
      .filter((name) => name.startsWith("nlb"));
    expect(opened.sort()).toEqual([
      "nlb-in-2000-tcp",
      "nlb-in-22-tcp",
      "nlb-in-51820-udp",
      "nlb-in-53-tcp",
      "nlb-in-53-udp",
      "nlb-in-993-tcp",
    ]);
    const inside = recording
      .ofType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
      .map(({ name }) => name);
    expect(inside).toEqual(
      expect.arrayContaining([
        "services-in-nlb-25565-tcp",
        "services-in-nlb-51820-udp",
        "services-in-nlb-9000-tcp",
      ]),
    );
  });

  test("passes TCP through, and ends TLS with the project's certificate", () => {
    const listener = (name: string) => recording.find("aws:lb/listener:Listener", name).inputs;
    expect(listener("my-game--25565")).toMatchObject({ port: 2000, protocol: "TCP" });
    expect(listener("my-game--25565")["certificateArn"]).toBeUndefined();
    expect(listener("mail--993")).toMatchObject({ port: 993, protocol: "TLS" });
    expect(listener("mail--993")["certificateArn"]).toBeDefined();
    expect(recording.find("aws:lb/targetGroup:TargetGroup", "mail--993").inputs).toMatchObject({
      protocol: "TCP",
      healthCheck: { protocol: "TCP", port: "traffic-port" },
    });
  });

  test("UDP is asked for its health over another port's TCP", () => {
    expect(recording.find("aws:lb/targetGroup:TargetGroup", "vpn--51820").inputs).toMatchObject({
      protocol: "UDP",
      healthCheck: { protocol: "TCP", port: "9000" },
    });
  });

  test("a service is registered with the target groups of both balancers, after their listeners", () => {
    const service = recording.find("aws:ecs/service:Service", "my_game");
    expect(service.inputs["loadBalancers"]).toEqual(
      [80, 25_565, 22].map((containerPort) => expect.objectContaining({ containerPort }) as object),
    );
    expect(service.inputs["healthCheckGracePeriodSeconds"]).toBe(60);
    const listener = recording.find("aws:lb/listener:Listener", "my-game--25565");
    expect(service.dependsOn).toContain(listener.urn);
  });

  test("has a record for each name", () => {
    expect(
      recording.find("aws:route53/record:Record", "my-game--25565.todo.example.com").inputs,
    ).toMatchObject({ zoneId: "Z1", type: "A" });
  });
});

test("nothing of it is declared where nothing asks for it", async () => {
  const plain = containerOf({ name: "web", ports: [web, port(22, { mode: "host" })] });
  const recording = await record(projectProgram(programArgs(projectOf([plain]))));
  expect(recording.ofType("aws:lb/loadBalancer:LoadBalancer")).toHaveLength(1);
});

test("each has a parked listener's port of its own, which moves with no other route", () => {
  const parked = (services: readonly ContainerService[]): ReadonlyMap<string, number> =>
    new Map(
      networkRoutes(projectOf([...services]), "dev", undefined).map(({ name, parkedPort }) => [
        name,
        parkedPort,
      ]),
    );
  const all = parked([game, dns, vpn]);
  expect(new Set(all.values()).size).toBe(4);
  expect(Math.min(...all.values())).toBeGreaterThan(61_000);
  expect(parked([dns]).get("dns--53")).toBe(all.get("dns--53"));
});
