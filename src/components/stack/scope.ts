/**
 * What every component of one stack shares: its place, its settings, its tags and the spelling of its names.
 */
import {
  defaultStack,
  logGroupName,
  nameLimits,
  parameterName,
  physicalName,
  privateDomain,
  stackResourceName,
} from "../../model/naming";
import type { Architecture } from "../../model/project";
import type { ModeSettings } from "../../modes/modes";
import { partitionOf } from "../../partitions";

export interface ScopeArgs {
  readonly project: string;
  readonly stack: string;
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
  readonly mode: ModeSettings;
  /** Bounds every role that the stack creates. @default no boundary */
  readonly permissionsBoundaryArn?: string;
  /** The KMS key of the project's parameters. @default the account's `aws/ssm` key */
  readonly secretsKeyArn?: string;
  /** Names of what this run may replace though data goes with it. @default none */
  readonly mayLose?: readonly string[];
  /** Tells this run from every other one of the stack. @default all are one */
  readonly runMark?: string;
}

/** One stack of one project in one account and region: plain values only. */
export class Scope {
  readonly project: string;
  readonly stack: string;
  readonly region: string;
  readonly accountId: string;
  readonly mode: ModeSettings;
  readonly permissionsBoundaryArn: string | undefined;
  readonly secretsKeyArn: string | undefined;
  readonly #mayLose: readonly string[];
  readonly #runMark: string;

  constructor(args: ScopeArgs) {
    this.project = args.project;
    this.stack = args.stack;
    this.region = args.region;
    this.accountId = args.accountId;
    this.mode = args.mode;
    this.permissionsBoundaryArn = args.permissionsBoundaryArn;
    this.secretsKeyArn = args.secretsKeyArn;
    this.#mayLose = args.mayLose ?? [];
    this.#runMark = args.runMark ?? "0";
  }

  /**
   * The options of a resource that holds data: protected, so that a plan which replaces or deletes it fails, unless
   * the user has named it.
   *
   * @param name - by which the user names it: its service, `volumes`, `access-logs`
   * @param fixed - inputs that count when it is made and never again, unless it may be replaced
   */
  holds(name: string, fixed: readonly string[] = []): { protect: boolean; ignoreChanges: string[] } {
    const free = this.#mayLose.includes(name);
    return { protect: !free, ignoreChanges: free ? [] : [...fixed] };
  }

  /**
   * The snapshot that a store leaves when it is deleted, named by the run that makes the store: one of its name that was
   * deleted before, in a run that ended halfway too, has left another. It has to be among what is fixed: {@link holds}.
   */
  finalSnapshotName(identifier: string): string {
    return `${identifier}-${this.#runMark}`;
  }

  /** `<project>-<stack>-<parts…>` within a limit. */
  name(limit: keyof typeof nameLimits, ...parts: readonly string[]): string {
    return stackResourceName(this, limit, ...parts);
  }

  /**
   * The name of a role or an instance profile, with the region at its end: IAM is one service for all regions of an
   * account (IAM API, CreateRole: names are unique within the account). A name counts when the role is made and never
   * again: existing stacks have it without the region, and their services go on with the role that they have.
   */
  identityName(...parts: readonly string[]): string {
    return `${physicalName([this.project, this.stack, ...parts], nameLimits.role - this.region.length - 1)}-${this.region}`;
  }

  /**
   * The tags of every resource that can have them.
   *
   * @param service - where the resource serves one alone
   * @param name - where AWS makes its id up and its other tags are others' too: a run that was killed leaves nothing else
   *   to know it by; a tag holds no `*` (Tagging AWS resources user guide, Tag naming limits and requirements)
   */
  tags(service?: string, name?: string): Record<string, string> {
    return {
      "berth:project": this.project,
      "berth:stack": this.stack,
      ...(service === undefined ? {} : { "berth:service": service }),
      ...(name === undefined ? {} : { Name: name.replaceAll("*", "any") }),
    };
  }

  /** The ARN of a resource of this account and region: `arn("ecr", "repository/todo/kaniko-build")`. */
  arn(service: string, resource: string): string {
    return `arn:${this.partition}:${service}:${this.region}:${this.accountId}:${resource}`;
  }

  /** As ARNs begin: `aws`, `aws-cn` … (AWS General Reference, Amazon Resource Names). */
  get partition(): string {
    return partitionOf(this.region).id;
  }

  /** Where the project's images go: `todo/kaniko-build`, with the stack between for all but the default one. */
  get repositoryName(): string {
    const own = (part: string): string => physicalName([part], nameLimits.dnsLabel);
    const stack = this.stack === defaultStack ? "" : `${own(this.stack)}/`;
    return `${own(this.project)}/${stack}kaniko-build`;
  }

  /** Where the layers of builds for a platform are kept. */
  cacheRepositoryName(architecture: Architecture): string {
    return `${this.repositoryName}/cache${architecture === "ARM64" ? "-arm64" : ""}`;
  }

  /** The address of a repository of this account's registry, as ECR gives it. */
  repositoryUrl(repositoryName: string): string {
    return `${this.accountId}.dkr.ecr.${this.region}.${partitionOf(this.region).dnsSuffix}/${repositoryName}`;
  }

  /** `/berth/<project>/<stack>/<name>`: a log group's name. */
  logGroupName(name: string): string {
    return logGroupName(this.project, this.stack, name);
  }

  /** `/berth/<project>/<stack>/<NAME>`: a parameter's name in Parameter Store. */
  parameterName(...path: readonly string[]): string {
    return parameterName(this.project, this.stack, ...path);
  }

  /** The private domain under which services find each other. */
  get privateDomain(): string {
    return privateDomain(this.project, this.stack);
  }
}
