/** AWS's words, as terraform-provider-aws passes them on, and what to do about them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { awsHint } from "../../../src/engine/aws-advice";

const answered = (service: string, call: string, code: string, words: string): string =>
  `creating ${service}: operation error ${service}: ${call}, https response error StatusCode: 400, RequestID: 1, api error ${code}: ${words}`;

const denied = (call: string, end: string): string =>
  answered(
    "IAM",
    "CreateRole",
    "AccessDenied",
    `User: arn:aws:sts::123456789012:assumed-role/cd/x is not authorized to perform: ${call} on resource: arn:aws:iam::123456789012:role/berth/x ${end}`,
  );

test.each([
  ["EC2", "CreateVpc", "VpcLimitExceeded", "VPCs per Region", "vpc", "L-F678F1CE"],
  ["EC2", "AllocateAddress", "AddressLimitExceeded", "EC2-VPC Elastic IPs", "ec2", "L-0263D0A3"],
  [
    "EC2",
    "CreateNatGateway",
    "NatGatewayLimitExceeded",
    "NAT gateways per Availability Zone",
    "vpc",
    "L-FE5A380F",
  ],
  ["RDS", "CreateDBInstance", "InstanceQuotaExceeded", "DB instances", "rds", "L-7B6409FD"],
  ["RDS", "CreateDBInstance", "InstanceQuotaExceededFault", "DB instances", "rds", "L-7B6409FD"],
  [
    "ElastiCache",
    "CreateReplicationGroup",
    "NodeQuotaForCustomerExceededFault",
    "Nodes per Region",
    "elasticache",
    "L-DFE45DF3",
  ],
])("a full quota of %s: %s, %s", (service, call, code, name, family, quota) => {
  const hint = awsHint(answered(service, call, code, "The maximum number has been reached."));
  expect(hint).toContain(`quota "${name}" is used up`);
  expect(hint).toContain(`--service-code ${family} --quota-code ${quota} --desired-value NUMBER`);
});

test("Fargate's vCPU, which ECS says in words alone", () => {
  expect(awsHint("You've reached the limit on the number of vCPUs you can run concurrently")).toContain(
    "L-3032A538",
  );
});

test.each([
  [
    "with an explicit deny in a permissions boundary: arn:aws:iam::1:policy/b",
    "permissions boundary of the caller forbids",
  ],
  [
    "because no permissions boundary allows the iam:CreateRole action",
    "permissions boundary of the caller forbids",
  ],
  ["with an explicit deny in a service control policy", "policy of the AWS organization forbids"],
  ["with an explicit deny in a resource-based policy", "resource's own policy forbids"],
  ["because no session policy allows the iam:CreateRole action", "policy of the caller's session forbids"],
  [
    "because no identity-based policy allows the iam:CreateRole action",
    "run berth bootstrap with this version",
  ],
])("a call that is refused %s", (end, expected) => {
  const hint = awsHint(denied("iam:CreateRole", end));
  expect(hint).toContain(expected);
  expect(hint).toContain("iam:CreateRole");
  expect(hint).not.toContain("decode-authorization-message");
});

test("EC2's encoded reason can be read", () => {
  const message =
    "UnauthorizedOperation: You are not authorized to perform this operation. User: x is not authorized to perform: ec2:RunInstances on resource: y with an explicit deny in a permissions boundary. Encoded authorization failure message: QN7w7t3";
  expect(awsHint(message)).toMatch(/ec2:RunInstances.*decode-authorization-message/);
});

test.each([
  "",
  "InvalidParameterValue: no",
  "toString: constructor",
  "You have reached the limit of patience",
])("%j is something else", (message) => {
  expect(awsHint(message)).toBeUndefined();
});

test("a certificate that ACM refuses says which record is missing, and how the next one is asked for", () => {
  const arn = "arn:aws:acm:us-east-1:123456789012:certificate/0123";
  const message = `waiting for ACM Certificate (${arn}) to be issued: unexpected state 'FAILED', wanted target 'ISSUED'. last error: CAA_ERROR`;
  expect(awsHint(message)).toMatch(
    /CAA 0 issue "amazon\.com".*run berth up again, which asks for another certificate/,
  );
  expect(awsHint("last error: ADDITIONAL_VERIFICATION_REQUIRED")).toContain("ask AWS Support");
  expect(awsHint("timeout while waiting for state to become 'ISSUED'")).toBeUndefined();
});

test("a name that another distribution has", () => {
  const words = answered(
    "CloudFront",
    "CreateDistributionWithTags",
    "CNAMEAlreadyExists",
    "One or more of the CNAMEs you provided are already associated with a different resource.",
  );
  const hint = awsHint(words) ?? "";
  expect(hint).toMatch(/another distribution .*list-distributions .*another account.*edge: balancer/);
  // The reader has no distribution with the name: it was not made.
  expect(hint).not.toContain("--distribution-id");
  const [, heading = ""] = /docs\/edge\.md, "([^"]+)"/.exec(hint) ?? [];
  expect(readFileSync(join(__dirname, "../../../docs/edge.md"), "utf8")).toContain(`\n### ${heading}\n`);
});
