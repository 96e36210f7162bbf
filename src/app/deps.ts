/** What the use-cases need of the world; `main` gives the real things, tests give their own. */
import type { Logger } from "../log";
import type {
  ArchiveStore,
  Clock,
  Engine,
  EngineEvent,
  ImageBuilder,
  Program,
  ProjectProgramArgs,
  RunRecords,
  SecretStore,
} from "../ports";

/** Where a run's progress goes: lines on stderr, and the NDJSON event stream. */
export interface Progress {
  /** One line for people: what begins now, what was skipped. */
  note(message: string): void;
  engine(event: EngineEvent): void;
}

/** Adapters, each made when it is first asked for: a command loads nothing that it doesn't need. */
export interface Deps {
  engine(): Promise<Engine>;
  archives(): Promise<ArchiveStore>;
  /** `undefined` under simulation, where no secret is set. */
  secrets(): Promise<SecretStore | undefined>;
  records(): Promise<RunRecords>;
  /** @param archive - the location of the archive, which is the context of every build */
  imageBuilder(archive: string): Promise<ImageBuilder>;
  program(args: ProjectProgramArgs): Promise<Program>;
  /** The region of the run. Throws BerthError (usage) where nothing names one. */
  region(): Promise<string>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  readonly log: Logger;
  /** Flushes the event stream; called once, however the command ended. */
  close(): Promise<void>;
}
