import { addressOutputs } from "../../../../src/components/public/address-outputs";
import type { PublicRoute } from "../../../../src/components/public/routes";

/** @param names - of the service's own domains */
function route(service: string, at: PublicRoute["at"], ...names: readonly string[]): PublicRoute {
  const domains = names.map((name) => ({ name }));
  return { name: service, service: { name: service }, at, domains } as unknown as PublicRoute;
}

function noticesOf(...routes: readonly PublicRoute[]): readonly string[] {
  const none = { networkRoutes: [], sites: [], records: [], fullNames: [], rollouts: [] };
  return addressOutputs({
    ...none,
    ...{ routes, domain: undefined, root: undefined },
    scope: { mode: { vpc: "new" } },
    hosts: { own: [] },
  } as unknown as Parameters<typeof addressOutputs>[0]).notices;
}

test("services that have domains of their own are not said to answer over HTTP", () => {
  expect(noticesOf(route("web", { path: "/" }, "shop.example.com"))).toEqual([]);
  expect(noticesOf(route("web", { edge: "web", path: "/" }, "shop.example.com"))).toEqual([]);
});

test("those without are named beside them", () => {
  const web = route("web", { path: "/" }, "shop.example.com");
  expect(noticesOf(web, route("api", { path: "/api/" }))).toEqual([
    expect.stringContaining("(BERTH_DOMAIN): api answers over HTTP on the load balancer's own name"),
  ]);
  expect(noticesOf(web, route("a", { path: "/a/" }), route("b", { path: "/b/" }))).toEqual([
    expect.stringContaining("(BERTH_DOMAIN): a, b answer over HTTP on the load balancer's own name"),
  ]);
});

test("and where nobody has one, all do", () => {
  expect(noticesOf(route("web", { path: "/" }))).toEqual([
    "There is no domain (BERTH_DOMAIN): services answer over HTTP on the load balancer's own name.",
  ]);
});
