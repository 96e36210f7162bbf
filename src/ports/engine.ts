/** The engine of infrastructure: its requests, and what it reports. */
import type { SourceLocation } from "../errors";
import type { Component } from "../model/components";
import type { Project } from "../model/project";
import type { DeployedBalancing } from "../model/deployed-balancing";
import type { DeployedCertificates } from "../model/deployed-certificates";
import type { DeployedNames } from "../model/deployed-names";
import type { ModeSettings } from "../modes/modes";
import type { ServiceWatch } from "./services";
import type { BalancerLimits } from "./inspection";
import type { FoundMountTarget } from "./file-systems";
import type { SitePublisher } from "./sites";
import type { StackIdentity } from "./stack";
import type { LeaseHolder } from "./state";
import type { ImageBuilder, ImageTags, TaskRunner } from "./tasks";
import type { TimeToLive } from "./time-to-live";
import type { WayOut } from "./way-out";
import type { CrossAccountZone } from "./zones";

export type Operation = "create" | "update" | "replace" | "delete" | "same";

/** How many resources each operation touched; components (`berth:aws:*`) and providers are counted too. */
export type Changes = Readonly<Record<Operation, number>>;

/** One resource of a plan or of a run (docs/design.md, Contracts). */
export interface ResourceStep {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly parent?: string;
  readonly op: Operation;
  /** Inputs; secrets are `"[secret]"`, values not known before the run as `"[unknown]"`. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** URNs, sorted. */
  readonly dependsOn: readonly string[];
  readonly protect: boolean;
  /** Names of the top-level inputs that differ, for update and replace. */
  readonly diff?: readonly string[];
}

/** What an engine's run came to. A failed run throws; its steps reached `onEvent` before. */
export interface EngineRun {
  readonly steps: readonly ResourceStep[];
  /** The stack's outputs; secrets are `"[secret]"`. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** An input of a resource that AWS refuses. */
export interface RefusedInput {
  /** `aws:lb/targetGroup:TargetGroup` */
  readonly type: string;
  readonly name: string;
  /** The path inside the resource: `healthCheck.interval`. */
  readonly property: string;
  /** The components that hold the resource, innermost first. */
  readonly within: readonly { readonly type: string; readonly name: string }[];
}

/** What an input was written as. */
export interface Source {
  /** `services.web.healthcheck.interval`, or the name of a setting. */
  readonly path: string;
  readonly location?: SourceLocation;
}

/** What an engine reports while it runs. */
export type EngineEvent =
  | {
      readonly kind: "resource";
      readonly status: "started" | "done" | "failed";
      readonly op: Operation | "refresh" | "read";
      readonly urn: string;
      readonly type: string;
      readonly name: string;
      /** What it belongs to, as people see the stack. @default the stack itself, or a provider */
      readonly component?: Component;
      /** Of a preview: it would be done, and nothing has been. @default false */
      readonly planned?: boolean;
      /** Seconds that the operation took, when it ended. */
      readonly seconds?: number;
    }
  | {
      readonly kind: "diagnostic";
      readonly severity: "info" | "warning" | "error";
      readonly message: string;
      readonly urn?: string;
      readonly component?: Component;
    };

/** A resource that the program has declared; the engine may come to it much later. */
export interface DeclaredResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** URN. @default the stack */
  readonly parent?: string;
}

/** A resource as the state holds it. */
export interface StackResource extends DeclaredResource {
  /** What AWS knows it by; components have none. */
  readonly id?: string;
  /** Secrets are `"[secret]"`. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** URNs. */
  readonly dependsOn: readonly string[];
}

/** A Pulumi inline program: declares resources, returns the stack's outputs. */
export type Program = () => Promise<Record<string, unknown>>;

/** Everything that the program of `stacks/project.ts` is made from: plain values, and the ports that build and run. */
export interface ProjectProgramArgs {
  readonly project: Project;
  readonly stack: string;
  readonly region: string;
  readonly mode: ModeSettings;
  /** The domain that services are published under. */
  readonly domain?: string;
  readonly hostedZoneId?: string;
  /** The zones of other accounts that names of the project lie in. @default none does */
  readonly crossAccountZones?: readonly CrossAccountZone[];
  /** What a load balancer of the account may have, asked where that matters. @default what every account may */
  readonly balancerLimits?: () => Promise<BalancerLimits>;
  /** The service that answers at `/` of the load balancer's own name already. @default none does */
  readonly root?: string;
  /** Another AWS endpoint, for Pulumi's provider. */
  readonly endpointUrl?: string;
  readonly builds: ImageBuilder;
  readonly tasks: TaskRunner;
  readonly sites: SitePublisher;
  readonly watch: ServiceWatch;
  /** Told of each resource as the program declares it. @default nobody is notified */
  readonly onDeclared?: (resource: DeclaredResource) => void;
  /** Waits for the NAT instance, where the mode has one. @default nobody waits */
  readonly wayOut?: WayOut;
  /** When the stack takes itself down. @default never */
  readonly timeToLive?: TimeToLive;
  /** URNs that the run is restricted to: a one-off task whose definition is not among them does not run. @default all */
  readonly targets?: readonly string[];
  /** The tags of every service that is built. */
  readonly images: Readonly<Record<string, ImageTags>>;
  /** The image that images are built with. @default the one that is pinned */
  readonly executor?: string;
  /** Mount targets of the account's own file systems, which stay as they are, by file system. @default none has any */
  readonly mountTargets?: Readonly<Record<string, readonly FoundMountTarget[]>>;
  /** Secret's name to its version in Parameter Store: another version starts the services that use it again. */
  readonly secretVersions?: Readonly<Record<string, string>>;
  /** Prefix of the ECR repositories that replace Docker Hub's, by a pull-through cache rule. */
  readonly pullThroughDockerHub?: string;
  /** The same for ECR Public. */
  readonly pullThroughEcrPublic?: string;
  /** Names of what the run may replace though data goes with it: services, `volumes`, `access-logs`. @default none */
  readonly mayLose?: readonly string[];
  /** Services that an earlier run has moved off Spot: still there, where this run does not follow them. @default none */
  readonly moved?: readonly string[];
  /** By service: numbers of tasks that hold in the place of the file's (`berth scale`). @default the file's hold */
  readonly scaled?: Readonly<Record<string, number>>;
  /** Tells this run from every other one of the stack, in the names of what outlives the stack. @default all are one */
  readonly runMark?: string;
  readonly secretsKeyArn?: string;
  /** The zones of an existing stack, none where an earlier version made it. @default the stack is new */
  readonly deployedZones?: readonly string[];
  /** What the state says of the stack's load balancing. @default the stack is new */
  readonly balancing?: DeployedBalancing;
  /** What the state says of the stack's certificates. @default the stack is new */
  readonly certificates?: DeployedCertificates;
  /** What the state says of CloudFront in front of the services' own names. @default the stack is new */
  readonly names?: DeployedNames;
  /** Resolves once nobody is led by a former record of these names. @default at once */
  readonly forgotten?: (names: readonly string[]) => Promise<void>;
  readonly permissionsBoundaryArn?: string;
}

export interface EngineRequest extends StackIdentity {
  readonly onEvent: (event: EngineEvent) => void;
  /** Aborted when the run is to end in order: start nothing new, let what is in flight end. */
  readonly signal: AbortSignal;
  /** Aborted when what is in flight is waited for no longer; the next run settles it. @default waits for it */
  readonly hasten?: AbortSignal;
  /** URNs to restrict the operation to. @default all */
  readonly targets?: readonly string[];
  /** Where an input that is refused comes from, as far as it is known. @default nothing is known of it */
  readonly sourceOf?: (refused: RefusedInput) => Source | undefined;
  /** URNs of protected resources that the run may delete or replace, and none of which stays behind. @default none */
  readonly release?: readonly string[];
}

/** A resource that holds data, as the state knows it: an `up` that would delete or replace it is refused. */
export interface DataHolder {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** Secrets are `"[secret]"`. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Whether it stays in the account when the stack drops it. */
  readonly retained: boolean;
  /** Read replicas beside it. @default none */
  readonly replicas?: number;
}

export interface ProgramRequest extends EngineRequest {
  readonly program: Program;
  /** Compare the state with the cloud first. @default false */
  readonly refresh?: boolean;
  /** URNs of what is made again, whatever its inputs say. @default nothing */
  readonly replace?: readonly string[];
}

/** What clears a stack of the traces of runs that are gone. */
export interface Recovery extends EngineRequest {
  /** Runs that ended without a message. */
  readonly after: readonly LeaseHolder[];
  /** The newest state that was kept, as `exportState` gave it. */
  lastGood(): Promise<string | undefined>;
  /** Told of each thing that was cleared away or settled. */
  readonly note: (message: string) => void;
}

export interface StackSummary extends StackIdentity {
  /** ISO 8601; absent where the stack was never updated. */
  readonly lastUpdate?: string;
  readonly resourceCount?: number;
}

/**
 * The engines by the word that the Result has for them (docs/design.md, Contracts). One more does not compile until each
 * table by kind has its row: which option asks for it, what makes it, whether its resources are in an account.
 */
export type EngineKind = "pulumi" | "simulator";

/**
 * An engine of infrastructure: Pulumi's Automation API, or the simulator.
 * Every method rejects with a BerthError: `deployment` where a resource failed, `locked` where another run
 * has locked the stack, `cancelled` where `signal` was aborted. Who calls `up`, `refresh`, `destroy`, `remove`, `recover` or
 * `importState` has the stack's lease.
 */
export interface Engine<Kind extends EngineKind = EngineKind> {
  readonly kind: Kind;
  /** Writes no state, also for a stack that does not exist yet. */
  preview(request: ProgramRequest): Promise<EngineRun>;
  /** Creates the stack where it is missing. */
  up(request: ProgramRequest): Promise<EngineRun>;
  refresh(request: EngineRequest): Promise<EngineRun>;
  /** Deletes every resource, dependents first; the stack's record stays. */
  destroy(request: EngineRequest): Promise<EngineRun>;
  /** Removes the record of a stack that holds no resources. */
  remove(stack: StackIdentity): Promise<void>;
  /**
   * Makes the stack fit for a run: breaks locks of the engine's own whose owner is gone, puts the last good state in the
   * place of one that can't be read, and settles what a run that was killed had begun by what exists.
   *
   * @throws BerthError (locked) where an owner lives, or may
   */
  recover(recovery: Recovery): Promise<void>;
  /** Breaks the engine's own locks on the stack, whoever has them. @returns whether there was one */
  cancel(stack: StackIdentity): Promise<boolean>;
  /** The state as it is stored, `undefined` where there is no such stack. Secrets are encrypted, or sealed. */
  exportState(stack: StackIdentity): Promise<string | undefined>;
  /** Puts a state that `exportState` gave in the place of the stack's own. @throws BerthError (usage) for any other text */
  importState(stack: StackIdentity, text: string): Promise<void>;
  /** The outputs, `undefined` where there is no such stack. */
  outputs(stack: StackIdentity): Promise<Readonly<Record<string, unknown>> | undefined>;
  list(): Promise<readonly StackSummary[]>;
  /** The resources that the state holds, components among them; none where there is no such stack. */
  resources(stack: StackIdentity): Promise<readonly StackResource[]>;
  /** The resources of the stack that hold data; none where there is no such stack. */
  dataHolders(stack: StackIdentity): Promise<readonly DataHolder[]>;
  /** Changes whenever the stack's state does; `undefined` where there is no such stack. Cheap: starts no engine. */
  stateVersion(stack: StackIdentity): Promise<string | undefined>;
}
