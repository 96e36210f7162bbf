/** The settings of a network that are more than one word: a VPC that is there already, and interface endpoints. */
import { z } from "zod";

/** A VPC of the account: nothing of it is made, changed or deleted, unless `searchDomain` asks for it. */
export interface ExistingVpc {
  readonly id: string;
  /** One in each of two zones or more. Empty: looked up by their routes. */
  readonly publicSubnets: readonly string[];
  readonly privateSubnets: readonly string[];
  /** Whether its DHCP options may be replaced, so that bare names resolve; that touches everything in it. */
  readonly searchDomain: boolean;
}

/** The services of AWS that a task needs to start, log and read its secrets (ECS Developer Guide, Interface endpoints). */
const usualEndpoints = ["ecr.api", "ecr.dkr", "logs", "ssm", "ssmmessages", "kms"] as const;
const endpointServices = [
  ...usualEndpoints,
  "ecs",
  "ecs-agent",
  "ecs-telemetry",
  "secretsmanager",
  "sts",
  "sqs",
  "sns",
] as const;

/** A service of AWS by the name that its endpoint has: `com.amazonaws.<region>.<name>`. */
export type EndpointService = (typeof endpointServices)[number];

/** `none`, `usual`, or a list. */
export type InterfaceEndpointsSetting = "none" | "usual" | readonly EndpointService[];

/** The endpoints that a setting asks for, each once, sorted. */
export function endpointsOf(setting: InterfaceEndpointsSetting): readonly EndpointService[] {
  if (setting === "none") return [];
  return [...new Set(setting === "usual" ? usualEndpoints : setting)].sort();
}

/** What a subnet's id looks like, and what is said of what does not; of `BERTH_VPC_PUBLIC_SUBNETS`, too. */
export const subnetIdForm = [
  /^subnet-[0-9a-f]{8,17}$/,
  "must be a subnet's id such as subnet-0123456789abcdef0",
] as const;

/** The same of a VPC and of `BERTH_VPC_ID`. */
export const vpcIdForm = [
  /^vpc-[0-9a-f]{8,17}$/,
  "must be a VPC's id such as vpc-0123456789abcdef0",
] as const;

function existingVpc() {
  const subnetIds = z.array(z.string().regex(...subnetIdForm));
  return z.strictObject({
    id: z.string().regex(...vpcIdForm),
    publicSubnets: subnetIds.default([]),
    privateSubnets: subnetIds.default([]),
    searchDomain: z.boolean().default(false),
  });
}

/** `new`, an id, or a map; a map reported with the path of what is wrong inside. */
export function vpcSetting() {
  return z.unknown().transform((value, context): ExistingVpc | "new" => {
    if (value === "new") return value;
    const parsed = existingVpc().safeParse(typeof value === "string" ? { id: value } : value);
    if (parsed.success) return parsed.data;
    for (const { path, message } of parsed.error.issues) {
      context.addIssue({ code: "custom", path: typeof value === "string" ? [] : [...path], message });
    }
    return z.NEVER;
  });
}

/** `none`, `usual`, or names of services. */
export function interfaceEndpointsSetting() {
  return z.union([z.literal(["none", "usual"]), z.array(z.enum(endpointServices))], {
    error: `must be none, usual, or a list of ${endpointServices.join(", ")}`,
  });
}

/** Whether bare names resolve by the network's own search domain: that of a VPC is set only where it may be. */
export function hasSearchDomain(vpc: ExistingVpc | "new"): boolean {
  return vpc === "new" || vpc.searchDomain;
}
