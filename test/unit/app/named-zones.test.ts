/** Zones of this account that are named by their ids: each is there, is public and has the name in it, before anything is made. */
import { checkNamedZones } from "../../../src/app/named-zones";
import type { CrossAccountSettings } from "../../../src/app/cross-account-zones";
import { BerthError } from "../../../src/errors";
import type { ZoneFinder } from "../../../src/ports";
import { projectOf } from "../../support/interpret";

const zones: Readonly<Record<string, string>> = { Z1: "example.com", Z2: "shop.com" };

/** @returns what is asked, and the kind and the problems of what comes of it */
async function checked(
  domains: readonly unknown[],
  settings: CrossAccountSettings = { stack: "dev" },
  own: ZoneFinder["own"] = (_, id = "") => {
    const name = zones[id];
    return Promise.resolve(name === undefined ? undefined : { id, name });
  },
) {
  const ports = [{ target: 80, mode: "ingress" }];
  const project = projectOf({ web: { image: "nginx:1.29", ports, "x-domains": domains } });
  const locate = (path: string) =>
    path.startsWith("services.") ? { file: "compose.yaml", line: 6, column: 9 } : undefined;
  const asked: string[] = [];
  const finder: ZoneFinder = {
    find: () => Promise.resolve(undefined),
    own: (domain, id) => {
      asked.push(`${domain} ${id ?? ""}`);
      return own(domain, id);
    },
  };
  const args = { project, settings, mode: { delegatedZone: false }, region: "us-east-1", locate };
  try {
    await checkNamedZones(args, () => Promise.resolve(finder));
    return { asked };
  } catch (error) {
    if (!(error instanceof BerthError)) throw error;
    const problems = error.problems.map(({ path = "", message }) => `${path}: ${message}`);
    return { asked, kind: error.kind, problems, lines: error.problems.map((each) => each.location?.line) };
  }
}

const role = "arn:aws:iam::210987654321:role/dns";

test("each that is named is asked for once for its name; the others are found later, or by a role", async () => {
  const domains = [
    { name: "*.shop.com", zone: "Z2" },
    "www.example.org",
    { name: "www.corp.com", zone: "Z9", "zone-role": role },
    // A name of the project's own domain: its record belongs to that domain's zone.
    { name: "api.demo.example.com", zone: "Z7" },
  ];
  const settings = { stack: "dev", domain: "example.com", hostedZoneId: "Z1" };
  expect(await checked(domains, settings)).toEqual({ asked: ["example.com Z1", "shop.com Z2"] });
  expect(await checked([], { ...settings, hostedZoneRoleArn: role })).toEqual({ asked: [] });
});

test("one that is not there, or private, and one that the name is not in are reported all at once, each with its line", async () => {
  const domains = [
    { name: "shop.com", zone: "Z3" },
    { name: "www.shop.com", zone: "Z1" },
  ];
  expect(await checked(domains)).toMatchObject({
    kind: "project",
    problems: [
      "services.web.x-domains[0].zone: this account has no public hosted zone Z3",
      "services.web.x-domains[1].zone: www.shop.com is not in example.com, which is the zone Z1 of this account",
    ],
    lines: [6, 6],
  });
  expect(await checked([], { stack: "dev", domain: "apps.shop.com", hostedZoneId: "Z1" })).toMatchObject({
    kind: "usage",
    problems: [
      "BERTH_HOSTED_ZONE_ID: apps.shop.com is not in example.com, which is the zone Z1 of this account",
    ],
  });
});

test("where AWS can't be asked, nobody's file is at fault", async () => {
  const away = () =>
    Promise.reject(new BerthError("deployment", { path: "route53", message: "unreachable" }));
  expect(await checked([{ name: "shop.com", zone: "Z2" }], undefined, away)).toMatchObject({
    kind: "deployment",
    problems: ["services.web.x-domains[0].zone: route53: unreachable"],
  });
});
