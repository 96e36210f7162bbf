/** What answers the internet: a stack that exists keeps what it has, unless its file says otherwise (docs/edge.md). */
import { definedOnly } from "../defined";
import { BerthError, type Problem } from "../errors";
import type { Edge } from "../model/edge";
import type { Warning } from "../model/project";
import { cloudFrontAddresses, deployedEdge, deployedSites } from "../model/deployed";
import { partitionOf } from "../partitions";
import type { Engine } from "../ports";
import type { Prepared } from "./prepared";

type Given = Pick<Prepared, "project" | "mode" | "locate" | "region">;

type Outputs = Readonly<Record<string, unknown>> | undefined;

interface Denial {
  /** In AWS's message. */
  readonly words: RegExp;
  readonly why: string;
  readonly fix: string;
}

/** Why CloudFront can't be had, though nothing of the project is in its way: what only the attempt shows. */
const denials: readonly Denial[] = [
  {
    // As users of new accounts report it.
    words: /account must be verified before you can add new CloudFront resources/i,
    why: "CloudFront refuses the account until AWS has verified it",
    fix: "ask AWS Support to verify the account (https://console.aws.amazon.com/support/home#/)",
  },
  {
    words: /not authorized to perform: (cloudfront:|ec2:\w+ManagedPrefixList)/i,
    why: "the role of this run may make no distributions of CloudFront",
    fix: "run berth bootstrap once more, which gives it the permissions",
  },
];

const path = "x-berth.edge";

/**
 * @param domain - the domain that services are published under
 * @throws BerthError (project) where the file asks for CloudFront, and the load balancer has to answer itself
 */
export function checkEdge({ project, mode, locate, region }: Given, domain: string | undefined): void {
  checkSites({ project, locate, region });
  if (mode.edge !== "cloudfront" || project.overrides["edge"] === undefined) return;
  const problems = obstacles(project, region, domain);
  if (problems.length === 0) return;
  throw new BerthError(
    "project",
    problems.map((problem) => ({ ...problem, ...definedOnly({ location: locate(problem.path ?? path) }) })),
  );
}

function isSite(service: Given["project"]["services"][number]): boolean {
  return service.kind === "container" && service.site !== undefined;
}

function checkSites({ project, locate, region }: Pick<Given, "project" | "locate" | "region">): void {
  const sites = project.services.filter(isSite);
  if (sites.length === 0 || partitionOf(region).id === "aws") return;
  throw new BerthError(
    "project",
    sites.map(({ name }) => {
      const at = `services.${name}.x-static`;
      return {
        path: at,
        message: `static sites are served by CloudFront, which AWS's partition of ${region} does not have under its own names`,
        hint: "serve the files from a container, such as nginx, in this region",
        ...definedOnly({ location: locate(at) }),
      };
    }),
  );
}

/** Why the load balancer has to answer itself. */
function obstacles(
  { services }: Given["project"],
  region: string,
  domain: string | undefined,
): readonly Problem[] {
  const problems: Problem[] = [];
  const hint = "write x-berth: {edge: balancer}, or remove edge";
  if (domain !== undefined) {
    const message = `the domain ${domain} (BERTH_DOMAIN) is served by the load balancer, which has its certificate`;
    problems.push({ path, message, hint });
  }
  for (const service of services) {
    // A static site's domains are its own distribution's.
    const [own] = service.kind === "container" && !isSite(service) ? (service.domains ?? []) : [];
    if (own === undefined) continue;
    const message = `the domain ${own.name} of ${service.name} is served by the load balancer, which has its certificate`;
    problems.push({ path: own.from, message, hint });
  }
  if (partitionOf(region).id !== "aws") {
    const message = `AWS's partition of ${region} has no CloudFront with a name of its own`;
    problems.push({ path, message, hint });
  }
  return problems;
}

/**
 * The deployment with what answers the internet settled.
 *
 * @param before - outputs of the stack's last successful run, `undefined` where there was none
 */
export function resolveEdge(prepared: Prepared, domain: string | undefined, before: Outputs): Prepared {
  const { project, mode, region } = prepared;
  const edge = settled();
  const warnings = endingAddresses(prepared, edge, before);
  return {
    ...prepared,
    mode: { ...mode, edge },
    warnings: [...prepared.warnings, ...warnings],
  };

  function settled(): Edge {
    if (obstacles(project, region, domain).length > 0) return "balancer";
    return project.overrides["edge"] === undefined ? (deployedEdge(before) ?? mode.edge) : mode.edge;
  }
}

/** Addresses that AWS gives to nobody again, and that this run takes away. */
function endingAddresses({ project }: Prepared, edge: Edge, before: Outputs): readonly Warning[] {
  const was = deployedEdge(before);
  const published = new Set(
    project.services.flatMap(({ name, ...service }) =>
      service.kind === "container" && service.ports.some(({ mode }) => mode === "ingress") ? [name] : [],
    ),
  );
  const sites = new Set(project.services.flatMap((service) => (isSite(service) ? [service.name] : [])));
  const were = new Set(deployedSites(before).map(({ service }) => service));
  const ending = cloudFrontAddresses(before).filter(({ service }) =>
    were.has(service) ? !sites.has(service) : edge === "balancer" || !published.has(service),
  );
  const warnings = ending.map(({ service, url }) => ({
    path,
    message: `${url}, the address of ${service}, ends with this run: CloudFront gives the name to nobody again, and takes some minutes to delete it`,
  }));
  if (was !== "balancer" || edge === "balancer") return warnings;
  const message =
    "the load balancer's own address ends with this run: it answers CloudFront alone, which takes some minutes to begin";
  return [...warnings, { path, message }];
}

/**
 * A run, and where AWS denies CloudFront to it and the file has not asked for it, another one without CloudFront: the load
 * balancer answers then, and goes on to until the file asks.
 *
 * @param note - is told why
 * @throws what the run throws, with the way out where CloudFront is denied
 */
export async function orWithoutCloudFront<T>(
  prepared: Prepared,
  engine: Pick<Engine, "outputs">,
  note: (message: string) => void,
  run: (prepared: Prepared) => Promise<T>,
): Promise<T> {
  try {
    return await run(prepared);
  } catch (error) {
    const denial = error instanceof BerthError ? error.problems.map(denialOf).find(Boolean) : undefined;
    if (!(error instanceof BerthError) || denial === undefined) throw error;
    const sites = prepared.project.services.filter(isSite);
    if (sites.length > 0) throw explained(error, sites[0]?.name);
    const asked = prepared.project.overrides["edge"] !== undefined;
    if (asked || deployedEdge(await engine.outputs(prepared.identity)) === "cloudfront")
      throw explained(error);
    const message = `${denial.why}, so the load balancer answers over HTTP: ${denial.fix}, then write x-berth: {edge: cloudfront}`;
    note(`warning: ${message}`);
    const mode = { ...prepared.mode, edge: "balancer" as const };
    return run({ ...prepared, mode, warnings: [...prepared.warnings, { path, message }] });
  }
}

function denialOf({ message }: Problem): Denial | undefined {
  return denials.find(({ words }) => words.test(message));
}

/** @param site - a static site, which nothing but CloudFront can serve */
function explained(error: BerthError, site?: string): BerthError {
  const problems = error.problems.map((problem) => {
    const denial = denialOf(problem);
    if (denial === undefined) return problem;
    const instead =
      site === undefined
        ? "write x-berth: {edge: balancer}"
        : `serve the files of ${site} from a container until then (without x-static, with x-berth: {edge: balancer})`;
    return { ...problem, hint: `${denial.fix}, or ${instead}, and run again: what is made stays` };
  });
  return new BerthError(error.kind, problems, { cause: error });
}
