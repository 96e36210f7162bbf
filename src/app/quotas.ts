/** What the first `up` of a stack takes of the account's quotas, counted before anything is made. */
import { BerthError, type Problem } from "../errors";
import { containersOf } from "../model/containers";
import type { Project, Warning } from "../model/project";
import { accountQuotas, increaseCommand } from "../model/quotas";
import type { ModeSettings } from "../modes/modes";
import type { AccountInspector, QuotaName } from "../ports";
import type { Deps } from "./deps";
import type { Prepared } from "./prepared";

/** What a first deployment of the project adds in the region; of load balancers and Fargate at the most. */
export type Needs = Readonly<Partial<Record<QuotaName, number>>>;

/** CPU units in a vCPU. */
const cpuUnits = 1024;

/** What the first deployment of a project takes of the account's quotas. */
export function needsOf(project: Project, mode: ModeSettings): Needs {
  const services = containersOf(project);
  const vcpu = services.reduce(
    (sum, { size, replicas }) => sum + (size.cpu / cpuUnits) * Math.max(replicas, mode.minimumReplicas),
    0,
  );
  const published = services.some(({ ports }) => ports.some((port) => port.mode === "ingress"));
  const gateways = mode.natStrategy === "gateway-per-zone" ? mode.zones : 1;
  const makesNetwork = mode.vpc === "new";
  return {
    vpcs: makesNetwork ? 1 : 0,
    addresses: makesNetwork ? gateways : 0,
    loadBalancers: published ? 1 : 0,
    ...(mode.capacity === "spot" ? { fargateSpot: vcpu } : { fargate: vcpu }),
  };
}

/** What reports a full quota: the key of the file that decides what is made, and what does without more of it. */
const ways = {
  vpcs: {
    path: "x-berth.vpc",
    without: () =>
      "delete one that nobody needs (aws ec2 describe-vpcs), name one that is there (x-berth: {vpc: …})",
  },
  addresses: {
    path: "x-berth.natStrategy",
    without: (need: number) =>
      need === 1
        ? "release one that nobody needs (aws ec2 describe-addresses)"
        : "release one that nobody needs (aws ec2 describe-addresses), take natStrategy: gateway, which needs one alone",
  },
} as const;

type Counted = keyof typeof ways;
type Full = Required<Pick<Problem, "path" | "message" | "hint">>;

/**
 * Counts what a new stack makes without a doubt: its VPC and the addresses of its ways out, of which an account has five
 * of each in a region unless AWS gave it more (Amazon VPC User Guide, "Amazon VPC quotas"; EC2 User Guide, "Elastic IP
 * addresses").
 *
 * @returns those that are full
 */
async function countQuotas(
  { project, mode, region }: Pick<Prepared, "project" | "mode" | "region">,
  deps: Pick<Deps, "quotas">,
): Promise<readonly Full[]> {
  const needs = needsOf(project, mode);
  const inspector = await deps.quotas?.();
  if (inspector === undefined) return [];
  const found = await Promise.all(
    (Object.keys(ways) as Counted[]).map((name) => countOne(inspector, name, needs[name] ?? 0, region)),
  );
  return found.flat();
}

async function countOne(
  inspector: Pick<AccountInspector, "quota">,
  name: Counted,
  need: number,
  region: string,
): Promise<readonly Full[]> {
  if (need === 0) return [];
  const { limit, used = 0 } = await inspector.quota(name);
  if (used + need <= limit) return [];
  const { path, without } = ways[name];
  const { words, ...codes } = accountQuotas[name];
  return [
    {
      path,
      message: `the account has ${used} of the ${limit} ${words} that it may have in ${region}, and a new stack makes ${need} more`,
      hint: `${without(need)}, or ask for more: ${increaseCommand(codes, used + need)}`,
    },
  ];
}

/**
 * Refuses an `up` that would end in the middle; a preview warns of it.
 *
 * @throws BerthError (usage) where an `up` finds a quota full
 */
export async function judgeQuotas(
  given: Pick<Prepared, "project" | "mode" | "region">,
  operation: "up" | "preview",
  deps: Pick<Deps, "quotas">,
): Promise<readonly Warning[]> {
  let problems;
  try {
    problems = await countQuotas(given, deps);
  } catch (error) {
    // A role of an earlier bootstrap may not ask: a full quota is reported by the call that meets it.
    if (error instanceof BerthError) return [{ path: "x-berth.vpc", message: uncounted(error) }];
    throw error;
  }
  if (problems.length === 0) return [];
  if (operation === "up") throw new BerthError("usage", problems);
  return problems.map(({ path, message, hint }) => ({ path, message: `${message}: ${hint}` }));
}

function uncounted({ message }: BerthError): string {
  return `whether the account has room for one more VPC was not counted, for its quotas can't be read (berth bootstrap gives this version's permissions): ${message}`;
}
