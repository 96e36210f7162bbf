/** What answers the internet: a stack that exists keeps what it has, unless its file says otherwise (docs/edge.md). */
import { definedOnly } from "../defined";
import { BerthError, type Problem } from "../errors";
import type { Edge } from "../model/edge";
import type { Warning } from "../model/project";
import {
  cloudFrontAddresses,
  hasNamedEdge,
  hasOwnNames,
  deployedEdge,
  deployedSites,
} from "../model/deployed";
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

/** @throws BerthError (project) where the file asks for what CloudFront alone gives, in a partition of AWS that is without it */
export function checkEdge({ project, mode, locate, region }: Given): void {
  checkSites({ project, locate, region });
  if (mode.edge !== "cloudfront" || project.overrides["edge"] === undefined || hasCloudFront(region)) return;
  throw new BerthError("project", {
    path,
    message: `AWS's partition of ${region} has no CloudFront with a name of its own`,
    hint: "write x-berth: {edge: balancer}, or remove edge",
    ...definedOnly({ location: locate(path) }),
  });
}

function hasCloudFront(region: string): boolean {
  return partitionOf(region).id === "aws";
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

/** Whether a service that runs has names of its own. */
function isNamed(service: Given["project"]["services"][number], domain: string | undefined): boolean {
  if (service.kind !== "container" || isSite(service)) return false;
  return domain !== undefined || (service.domains ?? []).length > 0;
}

/**
 * The deployment with what answers the internet settled. Where the file does not say, a stack keeps what it has; with domains it
 * is the load balancer that a new one has.
 *
 * @param domain - the domain that services are published under
 * @param before - outputs of the stack's last successful run, `undefined` where there was none
 */
export function resolveEdge(prepared: Prepared, domain: string | undefined, before: Outputs): Prepared {
  const { project, mode, region } = prepared;
  const named = domain !== undefined || project.services.some((service) => isNamed(service, domain));
  const edge = settled();
  const warnings = [
    ...endingAddresses(prepared, edge, domain, before),
    ...(named ? changingHands(edge, before) : []),
  ];
  return {
    ...prepared,
    mode: { ...mode, edge },
    warnings: [...prepared.warnings, ...warnings],
  };

  function settled(): Edge {
    if (!hasCloudFront(region)) return "balancer";
    if (project.overrides["edge"] !== undefined) return mode.edge;
    if (named) return hasNamedEdge(before) ? "cloudfront" : "balancer";
    return deployedEdge(before) ?? mode.edge;
  }
}

/** What happens to the stack's own names, where something else answers for them from this run on. */
function changingHands(edge: Edge, before: Outputs): readonly Warning[] {
  if (edge === "cloudfront" && deployedEdge(before) === "balancer" && hasOwnNames(before)) {
    const message =
      "the names of the services lead to CloudFront from this run on: its distributions are made first, which takes some minutes, then their records lead there, and two minutes later the load balancer takes requests of CloudFront alone";
    return [{ path, message }];
  }
  if (edge === "balancer" && hasNamedEdge(before)) {
    const message =
      "the names of the services lead to the load balancer from this run on: it lets everybody in first, then their records lead there, and two minutes later CloudFront's distributions go, which takes some minutes";
    return [{ path, message }];
  }
  return [];
}

/** Addresses that AWS gives to nobody again, and that this run takes away. */
function endingAddresses(
  { project }: Prepared,
  edge: Edge,
  domain: string | undefined,
  before: Outputs,
): readonly Warning[] {
  const was = deployedEdge(before);
  const published = new Set(
    project.services.flatMap(({ name, ...service }) =>
      service.kind === "container" && service.ports.some(({ mode }) => mode === "ingress") ? [name] : [],
    ),
  );
  const sites = new Set(project.services.flatMap((service) => (isSite(service) ? [service.name] : [])));
  const were = new Set(deployedSites(before).map(({ service }) => service));
  const named = new Set(
    project.services.flatMap((service) => (isNamed(service, domain) ? [service.name] : [])),
  );
  const addresses = cloudFrontAddresses(before);
  const ending = addresses.filter(({ service }) =>
    were.has(service) ? !sites.has(service) : edge === "balancer" || !published.has(service),
  );
  // What is at a path of another service's name goes with it. A static site keeps CloudFront's name.
  const hostsOf = (services: ReadonlySet<string>): ReadonlySet<string> =>
    new Set(addresses.flatMap(({ service, url }) => (services.has(service) ? [hostOf(url)] : [])));
  const kept = hostsOf(were);
  const given = new Set([...hostsOf(named)].filter((host) => !kept.has(host)));
  const renamed = addresses.filter(
    (address) =>
      !ending.includes(address) &&
      !were.has(address.service) &&
      (named.has(address.service) || given.has(hostOf(address.url))),
  );
  const warnings = [
    ...ending.map(({ service, url }) => ({
      path,
      message: `${url}, the address of ${service}, ends with this run: CloudFront gives the name to nobody again, and takes some minutes to delete it`,
    })),
    ...renamed.map(({ service, url }) => ({
      path,
      message: `${url}, the address of ${service}, ends with this run: its distribution gets names of its own, and answers under those alone`,
    })),
  ];
  if (was !== "balancer" || edge === "balancer" || hasOwnNames(before)) return warnings;
  const message =
    "the load balancer's own address ends with this run: it answers CloudFront alone, which takes some minutes to begin";
  return [...warnings, { path, message }];
}

function hostOf(url: string): string {
  return new URL(url).hostname;
}

/**
 * A run, and where AWS denies CloudFront to it and the file has not asked for it, another one without CloudFront: the load
 * balancer answers then, and goes on to until the file asks.
 *
 * @param note - receives the reason
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
