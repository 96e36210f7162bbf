/** What doctor says of zones in other accounts. */
import { zoneRoleFindings } from "../../../../src/launcher/doctor/zone-roles";
import type { CloudStack } from "../../../../src/ports";
import { projectOf } from "../../../support/interpret";

const dns = "arn:aws:iam::210987654321:role/berth-dns";
const shops = "arn:aws:iam::321098765432:role/shop-dns";

const project = projectOf({
  web: {
    image: "nginx:1.29",
    ports: [{ target: 80, mode: "ingress" }],
    "x-domains": [{ name: "*.shop.com", "zone-role": shops }, "blog.own.com"],
  },
});

function findings(allowed: string, known: readonly string[] = ["corp.com", "shop.com"]) {
  const stack = { parameters: { ZoneRoleArns: allowed } } as unknown as CloudStack;
  return zoneRoleFindings({
    project,
    stack: "dev",
    domain: "apps.corp.com",
    hostedZoneRoleArn: dns,
    bootstrap: () => Promise.resolve(stack),
    resolveNs: (name) => Promise.resolve(known.includes(name) ? ["ns-1.awsdns-01.com"] : []),
  });
}

test("roles that the CD task may take are told with their names", async () => {
  const found = await findings(`${dns},${shops}`);
  expect(found.map(({ status, message }) => [status, /records of ([^;]+)/.exec(message)?.[1]])).toEqual([
    ["ok", "apps.corp.com"],
    ["ok", "*.shop.com"],
  ]);
});

test("one that it may not fails, with the command for all of them", async () => {
  expect(await findings("arn:aws:iam::1:role/other," + shops)).toContainEqual({
    check: "domain",
    status: "fail",
    message: `the CD task may not assume ${dns}, which changes the records of apps.corp.com`,
    fix: `berth bootstrap --zone-roles arn:aws:iam::1:role/other,${shops},${dns}`,
  });
});

test("a domain for which nobody is asked fails", async () => {
  const found = await findings(`${dns},${shops}`, ["corp.com"]);
  expect(found.filter(({ status }) => status === "fail").map(({ message }) => message)).toEqual([
    "no name server is asked for shop.com: neither it nor a domain above it is delegated",
  ]);
});

test("a project without such names asks for nothing", async () => {
  const found = await zoneRoleFindings({
    project: projectOf({ web: { image: "nginx:1.29" } }),
    stack: "dev",
    bootstrap: () => Promise.reject(new Error("asked")),
    resolveNs: () => Promise.reject(new Error("asked")),
  });
  expect(found).toEqual([]);
});
