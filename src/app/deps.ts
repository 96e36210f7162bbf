/** What the use-cases need from outside; `main` gives the real things, tests give their own. */
import type { ProjectArchive } from "../archive";
import type { Logger } from "../log";
import type {
  AccountInspector,
  AlertReader,
  AskAddress,
  ArchiveStore,
  BalancerLimits,
  BuildProgress,
  ComponentTimes,
  CdTask,
  Certificates,
  Clock,
  ComponentChange,
  Engine,
  EngineEvent,
  ImageBuilder,
  FileSystems,
  ImageConfigs,
  ImageBuildResult,
  Leases,
  Leftovers,
  OneOffProgress,
  Outline,
  PathStep,
  PriceList,
  Program,
  ProjectProgramArgs,
  RunEnding,
  Schedules,
  SecretStore,
  ServiceFailure,
  ServiceProgress,
  ServiceWatch,
  SitePublisher,
  SiteStore,
  StackControl,
  StackIdentity,
  TaskRunner,
  TextStore,
  WayOut,
  ZoneFinder,
} from "../ports";
import type { MonthlyCost } from "../ports/cost";
import type { Warning } from "../model/project";
import type { BegunRun, RunOrigin } from "./stack/runs";

/** Where a run's progress goes: lines on stderr, and the NDJSON event stream. */
export interface Progress {
  /** One line for people: what begins now, what was skipped. */
  readonly note: (message: string) => void;
  /** What the run is going to work on. */
  readonly outline: (outline: Outline) => void;
  readonly engine: (event: EngineEvent) => void;
  readonly build: (progress: BuildProgress) => void;
  readonly oneOff: (progress: OneOffProgress) => void;
  readonly service: (progress: ServiceProgress) => void;
  /** What the components took that have ended so far. */
  readonly times: () => ComponentTimes;
  /** What the run's end had to wait for, in the order of time. @default not known */
  readonly criticalPath?: () => readonly PathStep[];
  /** Nothing more comes: what is drawn ends, and a result may be written. */
  readonly end: () => void;
}

export interface Learned {
  project?: string;
  warnings?: readonly Warning[];
  builds?: readonly ImageBuildResult[];
  services?: readonly ServiceFailure[];
  cost?: MonthlyCost;
  summary?: readonly ComponentChange[];
  /** The record of its beginning in the history. @default it changes no stack */
  run?: { readonly identity: StackIdentity; readonly begun: BegunRun };
}

/** Adapters, each made when it is first asked for: a command loads nothing that it doesn't need. */
export interface Deps {
  engine(): Promise<Engine>;
  /** As `Engine.stateVersion`, but loads no engine: an unchanged project needs none. */
  stateVersion(stack: StackIdentity): Promise<string | undefined>;
  /** {@link stateVersion} of every stack, by `project/stack`; loads no engine. */
  stateVersions(): Promise<ReadonlyMap<string, string>>;
  /** Whether the engine's own lock of the stack is there; loads no engine. */
  locked(stack: StackIdentity): Promise<boolean>;
  archives(): Promise<ArchiveStore>;
  /** `undefined` under simulation, where no secret is set. */
  secrets(): Promise<SecretStore | undefined>;
  records(): Promise<TextStore>;
  leases(): Promise<Leases>;
  /** What the history says of this run. */
  origin(): Promise<RunOrigin>;
  /** @param archive - the project, of which each build gets its context */
  imageBuilder(archive: ProjectArchive): Promise<ImageBuilder>;
  taskRunner(): Promise<TaskRunner>;
  /** @param archive - the project, of which sites that are folders are published */
  sites(archive: ProjectArchive): Promise<SitePublisher>;
  /** What holds the files of static sites. */
  siteStore(): Promise<SiteStore>;
  serviceWatch(): Promise<ServiceWatch>;
  /** What changes a stack that runs, without an engine. */
  control(): Promise<StackControl>;
  /** What asks registries of images; absent, or `undefined`, where none is asked. */
  readonly images?: () => Promise<ImageConfigs | undefined>;
  /** AWS's price list; absent, or `undefined`, where it is not asked. */
  readonly prices?: () => Promise<PriceList | undefined>;
  /** What looks at file systems of the account; absent, or `undefined`, under simulation. */
  readonly fileSystems?: () => Promise<FileSystems | undefined>;
  /** What a load balancer of the account may have; absent under simulation. */
  readonly balancerLimits?: () => Promise<BalancerLimits>;
  /** What counts the account's quotas; absent, or `undefined`, under simulation. */
  readonly quotas?: () => Promise<Pick<AccountInspector, "quota"> | undefined>;
  /** What looks at how alerts reach people; absent, or `undefined`, under simulation. */
  readonly alerts?: () => Promise<AlertReader | undefined>;
  /** Asks what a run has published; absent under simulation. */
  readonly askAddress?: AskAddress;
  wayOut(): WayOut;
  leftovers(): Promise<Leftovers>;
  certificates(): Promise<Certificates>;
  /** What finds zones of other accounts. */
  zones(): Promise<ZoneFinder>;
  /** The task that takes stacks down, `undefined` where the settings name none. */
  cdTask(): Promise<CdTask | undefined>;
  schedules(): Promise<Schedules>;
  program(args: ProjectProgramArgs): Promise<Program>;
  /** The region of the run. Throws BerthError (usage) where nothing names one. */
  region(): Promise<string>;
  readonly clock: Clock;
  /** `ending.signal`. */
  readonly signal: AbortSignal;
  readonly ending: RunEnding;
  readonly progress: Progress;
  readonly log: Logger;
  /** What a run learns on its way, so that the Result of a failed one can say it too. */
  readonly learned: Learned;
  /** Puts a text at `s3://bucket/key` or `https://…`. Throws BerthError (usage) where it is refused. */
  readonly put: (location: string, text: string, contentType: string) => Promise<void>;
  /** Flushes the event stream; called once, however the command ended. */
  close(): Promise<void>;
}
