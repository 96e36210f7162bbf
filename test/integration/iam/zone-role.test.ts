/** The role of a zone in another account, as docs/domains.md has people make it: whom it lets in, and what it may do. */
import { zoneRoleCalls } from "../../../src/ports/zones";
import { templateRole, verdictOf, type Call } from "../../support/iam/evaluate";
import { recordedCalls } from "../../support/iam/needed";
import { resolveTemplate } from "../../support/iam/template";
import { takesZoneRole, zoneRole, zoneRoleArn } from "../../support/iam/zone-role";

const zone = "arn:aws:route53:::hostedzone/Z0123456789ABC";
const resources: Readonly<Record<string, string>> = {
  hostedzone: zone,
  change: "arn:aws:route53:::change/C0123456789ABC",
};

/** What the provider was recorded to ask for a record, and what Berth asks to find the zone. */
function needed(): readonly Call[] {
  const record = recordedCalls().types["aws:route53/record:Record"] ?? {};
  const ofRecord = [...new Set(Object.values(record).flat())].map((request) => {
    const [action = "", kind = ""] = request.split(" ");
    return { action, resource: resources[kind] ?? "*" };
  });
  return [
    ...ofRecord,
    { action: "route53:ListHostedZones", resource: "*" },
    { action: "route53:GetHostedZone", resource: zone },
  ];
}

test("the provider's calls for a record, and the look for the zone, are allowed", async () => {
  const calls = needed();
  expect([...new Set(calls.map(({ action }) => action))].sort()).toEqual([...zoneRoleCalls]);
  for (const call of calls) expect([call, await verdictOf(zoneRole, call)]).toEqual([call, "Allowed"]);
});

test("another zone, and anything else, are not", async () => {
  for (const call of [
    { action: "route53:ChangeResourceRecordSets", resource: zone.replace("ABC", "XYZ") },
    { action: "route53:DeleteHostedZone", resource: zone },
    { action: "route53:CreateHostedZone", resource: "*" },
    { action: "s3:ListAllMyBuckets", resource: "*" },
  ])
    expect([call, await verdictOf(zoneRole, call)]).toEqual([call, "ImplicitlyDenied"]);
});

describe("the CD task takes it", () => {
  const role = (parameters: Readonly<Record<string, string>>, name = "TaskRole") =>
    templateRole(resolveTemplate(parameters), name);

  test("where the account's owner has named it, and not otherwise", async () => {
    expect(await verdictOf(role({ ZoneRoleArns: zoneRoleArn }), takesZoneRole)).toBe("Allowed");
    expect(await verdictOf(role({}), takesZoneRole)).toBe("ImplicitlyDenied");
  });

  test("and nobody else of the account does", async () => {
    const named = role({ ZoneRoleArns: zoneRoleArn });
    const other = { "aws:PrincipalArn": "arn:aws:iam::123456789012:role/berth-cd/berth-cd-ExecutionRole-1" };
    expect(await verdictOf(named, { ...takesZoneRole, context: other })).not.toBe("Allowed");
    expect(await verdictOf(role({ ZoneRoleArns: zoneRoleArn }, "ExecutionRole"), takesZoneRole)).not.toBe(
      "Allowed",
    );
  });
});
