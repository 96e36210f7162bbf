/** What the last success of a stack tells a run that reads its project: its services, and what their images meant. */
import { isDeepStrictEqual } from "node:util";
import { definedOnly } from "../defined";
import type { PullPolicy } from "../model/pull-policy";
import type { Project } from "../model/project";
import type { DeployedServices } from "../model/deployed";
import type { StackIdentity } from "../ports";
import type { Settings } from "../settings/settings";
import { build, version } from "../version";
import { answerWithin, readAskedTags, writeAskedTags, type AskedTags } from "./asked-tags";
import type { Deps } from "./deps";
import { pinImages, type Digests, type PinnedImages } from "./digests";
import type { KnownStack } from "./load-project";
import { readJournal, type Journal } from "./running/journal";
import { readDeployedServices } from "./deployed-services";

export class KnownImages implements KnownStack {
  #services: DeployedServices = new Map();
  #remembered: Digests = {};
  #asked: AskedTags = {};
  /** By service: the tags of the images that the last success had built. */
  built: Journal["built"] = {};

  constructor(
    private readonly settings: Settings,
    private readonly deps: Deps,
  ) {}

  async deployed(project: string): Promise<DeployedServices> {
    const stack = { project, stack: this.settings.stack };
    const records = await this.deps.records();
    const [services, journal, asked] = await Promise.all([
      readDeployedServices(stack, this.deps),
      readJournal(records, stack),
      readAskedTags(records, stack),
    ]);
    this.#asked = asked;
    this.#services = services;
    this.#remembered = journal.images;
    this.built = journal.built;
    return services;
  }

  meaning(reference: string, policy: PullPolicy): string | undefined {
    const pull = this.#pull();
    if (pull === "always") return undefined;
    if (pull === undefined && policy.kind === "asked")
      return answerWithin(policy, this.#asked[reference], this.deps.clock.now());
    const pinned = Object.values(this.#remembered).find((one) => one.reference === reference && one.pinned);
    return pinned?.digest;
  }

  /** What the tags of the project mean in this run. An `up` keeps what registries have said, however it ends. */
  async pin(project: Project, stack: StackIdentity): Promise<PinnedImages> {
    const pull = this.#pull();
    const pinned = await pinImages({
      project,
      stack,
      remembered: this.#remembered,
      asked: this.#asked,
      deployed: this.#services,
      images: await this.deps.images?.(),
      now: this.deps.clock.now(),
      program: `${version} ${build}`,
      insists: this.settings.pull === "always",
      ...definedOnly({ pull }),
    });
    if (this.settings.command === "up" && !isDeepStrictEqual(pinned.asked, this.#asked))
      await writeAskedTags(await this.deps.records(), stack, pinned.asked);
    return pinned;
  }
  /** What is said of all tags; `--force` looks again. */
  #pull(): Settings["pull"] {
    const { force, pull } = this.settings;
    return pull ?? (force ? "always" : undefined);
  }
}
