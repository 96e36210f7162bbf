import fc from "fast-check";
import { mainPrefix, publicRoutes } from "../../../../src/components/public/routes";
import { BerthError } from "../../../../src/errors";
import { shortHash } from "../../../../src/model/naming";
import type { Port } from "../../../../src/model/project";
import { containerOf, projectOf } from "../../../support/projects";

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

test("a parked rule has another number than that of before 2026-12, which may stand until the run's end", () => {
  const [route] = publicRoutes(projectOf([web]), "dev", "example.com");
  const before = Number.parseInt(shortHash([`${JSON.stringify(["web", ""])} next`, "0"]), 16);
  expect(route?.parkedPriority).toBeGreaterThanOrEqual(25_000);
  expect(route?.parkedPriority).not.toBe(25_000 + (before % 15_000));
});

describe("own domains and paths", () => {
  const own = (name: string, from = `services.web.x-domains.${name}`) => ({ name, from });

  test("are those of the first published port", () => {
    const service = { ...web, domains: [own("www.a.com")], path: { prefix: "/shop", strip: false } };
    const routes = publicRoutes(projectOf([service]), "dev", "example.com");
    expect(
      routes.map(({ name, prefix, domains }) => [name, prefix?.prefix, domains.map((d) => d.name)]),
    ).toEqual([
      ["web", "/shop", ["www.a.com"]],
      ["web--9000", undefined, []],
    ]);
  });

  test("without a domain a path of the service's own stands in place of its name's, and is not taken off", () => {
    const [first, second] = publicRoutes(
      projectOf([{ ...api, path: { prefix: "/v1", strip: false } }, web]),
      "dev",
      undefined,
    );
    expect(first?.at).toEqual({ path: "/v1/" });
    expect(first && mainPrefix(first)).toEqual({ prefix: "/v1", strip: false });
    expect(second?.at).toEqual({ path: "/" });
    expect(second && mainPrefix(second)).toBeUndefined();
  });

  test.each<[string, string, string | undefined]>([
    ["a path before the host alone", "www.a.com/api", "www.a.com"],
    ["a deeper path before a shallower one", "www.a.com/api/v1", "www.a.com/api"],
    ["an exact host before a wildcard", "www.a.com", "*.a.com"],
    ["an exact host before a wildcard with a path", "www.a.com", "*.a.com/api"],
    ["a wildcard with a path before one without", "*.a.com/api", "*.a.com"],
    ["a narrower wildcard before a wider one", "*.b.a.com", "*.a.com"],
  ])("%s", (_, first, second) => {
    const at = (text: string, name: string) => {
      const [host = "", ...path] = text.split("/");
      const prefix = path.length === 0 ? {} : { path: { prefix: `/${path.join("/")}`, strip: false } };
      return containerOf({ name, ports: [port(80)], domains: [own(host, name)], ...prefix });
    };
    const routes = publicRoutes(projectOf([at(second ?? "", "s"), at(first, "f")]), "dev", "example.com");
    const priority = (name: string) => routes.find((route) => route.name === name)?.domains[0]?.priority ?? 0;
    expect(priority("f")).toBeLessThan(priority("s"));
  });

  test("a domain that is another service's name in the project is refused with both paths", () => {
    const service = { ...api, domains: [own("web.todo.example.com", "services.my_api.x-domains[0]")] };
    expect(() => publicRoutes(projectOf([web, service]), "dev", "example.com")).toThrow(
      /services\.my_api\.x-domains\[0\]: .*services\.web\.ports\[0\]/,
    );
    const apart = { ...service, path: { prefix: "/api", strip: false } };
    expect(publicRoutes(projectOf([web, apart]), "dev", "example.com")).toHaveLength(3);
  });

  test("another service, wherever it stands in the file, moves no rule", () => {
    fc.assert(
      fc.property(names, fc.nat(), (list, at) => {
        const [added = "", ...rest] = list;
        const service = (name: string) =>
          containerOf({ name, ports: [port(80)], domains: [own(`${name}.com`, name)] });
        const all = [...rest.slice(0, at % list.length), added, ...rest.slice(at % list.length)];
        const of = (services: readonly string[]) =>
          new Map(
            publicRoutes(projectOf(services.map(service)), "dev", "example.com").map((route) => [
              route.name,
              [route.priority, ...route.domains.map(({ priority }) => priority)],
            ]),
          );
        const [before, after] = [of(rest), of(all)];
        // Where the new rule's own number is one that stands already, the later in the alphabet gives way.
        const alone = of([added]).get(added) ?? [];
        fc.pre(![...before.values()].flat().some((priority) => alone.includes(priority)));
        for (const name of rest) expect(after.get(name)).toEqual(before.get(name));
      }),
    );
  });
});

test("a service that takes the root's place finds its number free, and is asked last too", () => {
  const rootOf = (services: readonly ReturnType<typeof containerOf>[]) =>
    publicRoutes(projectOf(services), "dev", undefined).find(({ at }) => "path" in at && at.path === "/");
  const old = containerOf({ name: "web", ports: [port(80)] });
  const taking = containerOf({ name: "api", ports: [port(80, { published: 80 })] });
  const [before, after] = [rootOf([old]), rootOf([old, taking])];
  expect([before?.service.name, after?.service.name]).toEqual(["web", "api"]);
  expect(after?.priority).not.toBe(before?.priority);
  const all = publicRoutes(projectOf([old, taking]), "dev", undefined).map(({ priority }) => priority);
  expect(Math.max(...all)).toBe(after?.priority);
});
