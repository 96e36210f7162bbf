/** What the last success of a stack tells a run that reads its project: its services, and what their images meant. */
import { definedOnly } from "../defined";
import type { Project } from "../model/project";
import type { Standing } from "../model/standing";
import type { StackIdentity } from "../ports";
import type { Settings } from "../settings/settings";
import { build, version } from "../version";
import type { Deps } from "./deps";
import { holdImages, type Digests, type HeldImages } from "./digests";
import type { KnownStack } from "./load-project";
import { readJournal } from "./running/journal";
import { standingServices } from "./standing-services";

export class KnownImages implements KnownStack {
  #services: Standing = new Map();
  #remembered: Digests = {};

  constructor(
    private readonly settings: Settings,
    private readonly deps: Deps,
  ) {}

  async standing(project: string): Promise<Standing> {
    const stack = { project, stack: this.settings.stack };
    const [services, journal] = await Promise.all([
      standingServices(stack, this.deps),
      this.deps.records().then((records) => readJournal(records, stack)),
    ]);
    this.#services = services;
    this.#remembered = journal.images;
    return services;
  }

  held(): Digests {
    const { force, pull } = this.settings;
    return force || pull === "always" ? {} : this.#remembered;
  }

  /** What the tags of the project mean in this run. */
  async hold(project: Project, stack: StackIdentity): Promise<HeldImages> {
    const { force, pull = force ? "always" : undefined } = this.settings;
    return holdImages({
      project,
      stack,
      remembered: this.#remembered,
      standing: this.#services,
      images: await this.deps.images?.(),
      now: this.deps.clock.now(),
      program: `${version} ${build}`,
      insists: this.settings.pull === "always",
      ...definedOnly({ pull }),
    });
  }
}
