/** The role of another account that docs/domains.md has people make for a zone there, as its command spells it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Call, Caller } from "./evaluate";

/** As `berth bootstrap --zone-roles` gives it to the template. */
export const zoneRoleArn = "arn:aws:iam::210987654321:role/berth-dns";

function documented(file: string): unknown {
  const text = readFileSync(join(__dirname, "../../../docs/domains.md"), "utf8");
  const [, found] = new RegExp(`^cat > ${file} <<'END'\n([^]*?)^END$`, "m").exec(text) ?? [];
  if (found === undefined) throw new Error(`docs/domains.md writes no ${file}`);
  return JSON.parse(found) as unknown;
}

/** The CD task takes it: CloudFormation makes up the end of its role's name. */
export const takesZoneRole: Call = {
  action: "sts:AssumeRole",
  resource: zoneRoleArn,
  context: { "aws:PrincipalArn": "arn:aws:iam::123456789012:role/berth-cd/berth-cd-TaskRole-1ABCDEF" },
};

/** Whom it lets in. */
export const zoneRoleTrust = documented("trust.json");

export const zoneRole: Caller = {
  arn: "arn:aws:sts::210987654321:assumed-role/berth-dns/berth-shop-dev",
  policies: [{ name: "records", document: documented("records.json") }],
};
