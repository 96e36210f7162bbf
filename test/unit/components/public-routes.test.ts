import fc from "fast-check";
import { publicRoutes } from "../../../src/components/public-routes";
import { BerthError } from "../../../src/errors";
import type { Port } from "../../../src/project/model";
import { containerOf, projectOf } from "../../support/projects";

function port(target: number, own: Partial<Port> = {}): Port {
  return { target, protocol: "tcp", mode: "ingress", appProtocol: "http", ...own };
}

const web = containerOf({ name: "web", ports: [port(3000, { published: 80 }), port(9000)] });
const api = containerOf({
  name: "my_api",
  ports: [port(8080, { published: 8080 }), port(5000, { mode: "host" })],
});

function addresses(domain?: string, stack = "dev"): unknown[] {
  return publicRoutes(projectOf([api, web]), stack, domain).map(({ at, port: { target } }) => [target, at]);
}

test("with a domain each port has a host name; ports inside the network have none", () => {
  expect(addresses("example.com")).toEqual([
    [8080, { host: "my-api.todo.example.com" }],
    [3000, { host: "web.todo.example.com" }],
    [9000, { host: "web--9000.todo.example.com" }],
  ]);
});

test("another stack has names of its own", () => {
  expect(addresses("example.com", "staging")[0]).toEqual([8080, { host: "my-api.staging.todo.example.com" }]);
});

test("without one the service that publishes 80 has the root, the others a path", () => {
  expect(addresses()).toEqual([
    [8080, { path: "/my-api/" }],
    [3000, { path: "/" }],
    [9000, { path: "/web--9000/" }],
  ]);
});

test.each([
  [[8080, 443], 1],
  [[8080, 3000], 1],
  [[undefined, 9000], 1],
  [[undefined, undefined], 0],
])("of services that publish %j, number %i has the root", (published, root) => {
  const services = published.map((number, index) =>
    containerOf({ name: `s${index}`, ports: [port(80, number === undefined ? {} : { published: number })] }),
  );
  const atRoot = publicRoutes(projectOf(services), "dev", undefined).filter(
    ({ at }) => "path" in at && at.path === "/",
  );
  expect(atRoot.map(({ service }) => service.name)).toEqual([`s${root}`]);
});

test.each(["http2", "grpc"] as const)(
  "%s without a domain is refused, with the port's path",
  (appProtocol) => {
    const service = containerOf({ name: "rpc", ports: [port(80), port(50051, { appProtocol })] });
    const attempt = (): unknown => publicRoutes(projectOf([service]), "dev", undefined);
    expect(attempt).toThrow(BerthError);
    expect(attempt).toThrow(/services\.rpc\.ports\[1\]\.app_protocol: .*BERTH_DOMAIN/);
    expect(publicRoutes(projectOf([service]), "dev", "example.com")).toHaveLength(2);
  },
);

test("two ports that would have one address are refused", () => {
  const services = [web, containerOf({ name: "web--9000", ports: [port(80)] })];
  expect(() => publicRoutes(projectOf(services), "dev", "example.com")).toThrow(
    /services\.web--9000\.ports\[0\]/,
  );
});

const names = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9]{0,20}$/), { minLength: 1, maxLength: 90 });

test("priorities are AWS's, each once", () => {
  fc.assert(
    fc.property(names, fc.constantFrom("example.com", undefined), (list, domain) => {
      const services = list.map((name) => containerOf({ name, ports: [port(80)] }));
      const priorities = publicRoutes(projectOf(services), "dev", domain).map(({ priority }) => priority);
      expect(new Set(priorities).size).toBe(list.length);
      for (const priority of priorities) {
        expect(priority).toBeGreaterThanOrEqual(1);
        expect(priority).toBeLessThanOrEqual(50_000);
      }
    }),
  );
});

test("a new service moves no other's priority", () => {
  const before = publicRoutes(projectOf([web, api]), "dev", "example.com");
  const added = containerOf({ name: "admin", ports: [port(80)] });
  const after = publicRoutes(projectOf([added, web, api]), "dev", "example.com");
  expect(after.slice(1).map(({ priority }) => priority)).toEqual(before.map(({ priority }) => priority));
});
