/** Zones of other accounts: what is said of them in vain, which account a name's records lie in, and what AWS says. */
import { judgeAllowances, judgeNearerZones } from "../../../src/app/allowances";
import {
  findCrossAccountZones,
  unusedZones,
  type CrossAccountSettings,
} from "../../../src/app/cross-account-zones";
import { BerthError } from "../../../src/errors";
import type { ZoneFinder } from "../../../src/ports";
import { projectOf } from "../../support/interpret";

const dns = "arn:aws:iam::210987654321:role/berth-dns";
const shops = "arn:aws:iam::321098765432:role/shop-dns";
const ofCorp = { stack: "dev", domain: "corp.com", hostedZoneRoleArn: dns };

interface Given {
  readonly domains: readonly unknown[];
  readonly settings?: CrossAccountSettings & { readonly recordNames?: readonly string[] };
  readonly delegatedZone?: boolean;
}

function given({ domains, settings = ofCorp, delegatedZone = false }: Given) {
  const ports = [{ target: 80, mode: "ingress" }];
  const project = projectOf({ web: { image: "nginx:1.29", ports, "x-domains": domains } });
  const locate = (path: string) =>
    path.startsWith("services.") ? { file: "compose.yaml", line: 6, column: 9 } : undefined;
  return { project, settings, mode: { delegatedZone }, region: "us-east-1", locate };
}

/** @param zones - those of the run's own account */
function finder(
  asked: string[],
  zones: readonly string[] = [],
  find: ZoneFinder["find"] = ({ domain }) => Promise.resolve({ id: `Z${domain}`, name: domain }),
) {
  return (): Promise<ZoneFinder> =>
    Promise.resolve({
      find: (request) => {
        asked.push(request.roleArn);
        return find(request);
      },
      own: (domain) => {
        const [name] = zones.filter((zone) => domain === zone || domain.endsWith(`.${zone}`));
        return Promise.resolve(name === undefined ? undefined : { id: "Z1", name });
      },
    });
}

const wordOf = (act: () => unknown): Promise<unknown> =>
  Promise.resolve()
    .then(act)
    .then(
      () => "fine",
      (error: unknown) => (error instanceof BerthError ? [error.kind, error.problems] : error),
    );

test("what the file says of the zone of a name in the project's own domain is told to be unused", async () => {
  const one = given({
    domains: [
      { name: "api.demo.corp.com", "zone-role": shops },
      { name: "*.demo.corp.com", zone: "Z0123456789ABC" },
      { name: "demo.corp.com", zone: "Z0123456789ABC" },
      { name: "www.shop.com", "zone-role": shops },
      { name: "corp.com", zone: "Z0123456789ABC" },
    ],
  });
  expect(unusedZones(one)).toEqual([
    {
      path: "services.web.x-domains[0].zone-role",
      message:
        "it is not used (compose.yaml:6): api.demo.corp.com is a name of the project's own domain, and its record belongs to the zone of BERTH_DOMAIN. Take it out; BERTH_HOSTED_ZONE_ROLE_ARN says it of that zone",
    },
    expect.objectContaining({ path: "services.web.x-domains[1].zone" }),
    expect.objectContaining({
      path: "services.web.x-domains[2].zone",
      message: expect.stringContaining("BERTH_HOSTED_ZONE_ID says it") as string,
    }),
  ]);
  // Nor is its role taken for nothing.
  const asked: string[] = [];
  const zones = await findCrossAccountZones(one, finder(asked));
  expect(zones.map(({ of }) => of)).toEqual(["corp.com", "www.shop.com"]);
  expect(asked).toEqual([dns, shops]);
});

test("without a domain every word of the file counts", () => {
  const domains = [{ name: "api.demo.corp.com", "zone-role": shops }];
  expect(unusedZones(given({ domains, settings: { stack: "dev" } }))).toEqual([]);
});

describe("what this account's owner has a word in", () => {
  const recordNames = ["own.com", "*.own.com"];
  const settings = { ...ofCorp, recordNames };
  const nearer = async (own: Given, zones: readonly string[]): Promise<unknown> => {
    const args = given({ settings, ...own });
    const crossAccountZones = await findCrossAccountZones(args, finder([]));
    return wordOf(() => judgeNearerZones({ ...args, crossAccountZones }, finder([], zones)));
  };

  test("a nearer zone of this account takes a name's records, whatever role the domain has", async () => {
    const domains = ["www.apps.corp.com"];
    expect(await nearer({ domains }, ["apps.corp.com"])).toEqual([
      "project",
      [
        {
          path: "services.web.x-domains[0]",
          message: "the CD task may not change the DNS records of www.apps.corp.com",
          hint: "berth bootstrap --domains own.com,www.apps.corp.com",
          location: { file: "compose.yaml", line: 6, column: 9 },
        },
      ],
    ]);
    expect(await nearer({ domains }, ["corp.com"])).toBe("fine");
    expect(await nearer({ domains }, [])).toBe("fine");
    const allowed = { ...settings, recordNames: ["*.apps.corp.com"] };
    expect(await nearer({ domains, settings: allowed }, ["apps.corp.com"])).toBe("fine");
  });

  test("but for a name with a role of its own, and for those of the project", async () => {
    const domains = [{ name: "www.apps.corp.com", "zone-role": shops }, "api.demo.corp.com"];
    expect(await nearer({ domains }, ["apps.corp.com"])).toBe("fine");
  });

  test("the domain itself as a name of a service is away, also with a zone of the project's own", async () => {
    const args = { settings: { ...settings, recordNames: ["*.corp.com", "corp.com"] }, delegatedZone: true };
    expect(await wordOf(() => judgeAllowances(given({ ...args, domains: ["corp.com"] })))).toBe("fine");
    const own = given({ domains: ["corp.com"], settings, delegatedZone: true });
    expect(await wordOf(() => judgeAllowances(own))).toEqual([
      "project",
      [expect.objectContaining({ path: "BERTH_DOMAIN" })],
    ]);
  });
});

describe("where the zone can't be had", () => {
  const domains = [{ name: "www.shop.com", "zone-role": shops }];
  const settings = { stack: "dev" };
  const found = (find: ZoneFinder["find"]) =>
    wordOf(() => findCrossAccountZones(given({ domains, settings }), finder([], [], find)));

  test("a role that refuses is the file's, at its line", async () => {
    expect(await found(() => Promise.resolve({ refused: { message: "no", hint: "ask" } }))).toEqual([
      "project",
      [
        {
          path: "services.web.x-domains[0].zone-role",
          message: "no",
          hint: "ask",
          location: { file: "compose.yaml", line: 6, column: 9 },
        },
      ],
    ]);
  });

  test("a network that fails is nobody's: the exit code is that of AWS", async () => {
    const fault = new BerthError("deployment", { path: "sts:AssumeRole", message: "can't be reached" });
    expect(await found(() => Promise.reject(fault))).toEqual([
      "deployment",
      [
        {
          path: "services.web.x-domains[0].zone-role",
          message: "sts:AssumeRole: can't be reached",
          location: { file: "compose.yaml", line: 6, column: 9 },
        },
      ],
    ]);
  });

  test("expired keys are the settings'", async () => {
    const fault = new BerthError("usage", { path: "sts:AssumeRole", message: "expired" });
    expect(await found(() => Promise.reject(fault))).toEqual(["usage", fault.problems]);
  });
});
