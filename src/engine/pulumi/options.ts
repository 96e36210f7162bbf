/** What Pulumi's engine is made with. */
import type { Logger } from "../../log";
import type { Clock, ExistingResources, TextStore } from "../../ports";

export interface PulumiEngineOptions {
  /** `file:///directory` or `s3://bucket/prefix`, with a query of Pulumi's where one is wanted. */
  readonly backendUrl: string;
  /** `passphrase` or `awskms://…` */
  readonly secretsProvider: string;
  /** For the passphrase provider. @default what `environment` says */
  readonly passphrase?: string;
  /** The CLI's environment, whole: nothing is taken from this process. */
  readonly environment: Readonly<Record<string, string>>;
  /** Pulumi's home: its plugins, and the CLI where it has to be installed. @default `$PULUMI_HOME`, `$HOME/.pulumi` */
  readonly pulumiHome?: string;
  /** The backend's objects, from its root on. */
  readonly state: TextStore;
  /** What AWS says exists: made when a run that was killed has left something to look for. */
  readonly existing: () => Promise<ExistingResources>;
  /** Milliseconds in which tags follow the making of a resource. @default 20 s */
  readonly tagsFollowWithin?: number;
  readonly clock: Clock;
  readonly log: Logger;
}
