/** What the suite stands on: a registry, a bucket, and Berth's own builder with the real executor behind it. */
import { realDeps } from "../../src/cli/adapters";
import { prepare } from "../../src/app/prepare";
import { withProjectRoot } from "../../src/app/place/project-root";
import { KanikoImageBuilder } from "../../src/builds/image-builder";
import type { Build } from "../../src/model/project";
import { definedOnly } from "../../src/defined";
import { readSettings } from "../../src/settings/settings";
import { scaledClock, systemClock } from "../../src/wiring/clock";
import { Ending } from "../../src/wiring/ending";
import { Workspace, type Planted } from "../support/archives";
import { pushBase } from "./base";
import { ContextBucket } from "./contexts";
import { readImage, type ReadImage } from "./read-image";
import { ImageRegistry } from "./registry";
import { LocalBuildTasks } from "./tasks";

/** A project of one service, `app`. `BASE` in a text stands for the base image. */
export interface SuiteProject {
  /** Its files; the compose file builds `.` where it says nothing else. */
  readonly files: Readonly<Record<string, Planted>>;
  /** Under `build:`, besides the context. */
  readonly build?: Readonly<Record<string, unknown>>;
  /** Keys of the compose file beside `services`, as JSON. */
  readonly top?: Readonly<Record<string, unknown>>;
  readonly platforms?: readonly ("linux/amd64" | "linux/arm64")[];
  /** What ECS would fill in: the variables of the build's secrets. */
  readonly variables?: Readonly<Record<string, string>>;
}

export interface Built {
  readonly image: ReadImage;
  readonly log: readonly string[];
}

export class Suite {
  readonly workspace = new Workspace();
  #count = 0;

  private constructor(
    readonly registry: ImageRegistry,
    private readonly bucket: ContextBucket,
    private readonly executor: string,
  ) {}

  /** @param executor - path of the executor's program */
  static async start(executor: string): Promise<Suite> {
    const registry = await ImageRegistry.start();
    pushBase(registry);
    return new Suite(registry, await ContextBucket.start(), executor);
  }

  async stop(): Promise<void> {
    await this.registry.stop();
    await this.bucket.stop();
    this.workspace.remove();
  }

  /** A text with the base image for `BASE`, and the registry for `HOST`. */
  named(text: string): string {
    return text.replaceAll("BASE", `${this.registry.host}/base:1`).replaceAll("HOST", this.registry.host);
  }

  /** A name that no build had. */
  repository(): string {
    return `case-${++this.#count}`;
  }

  /** The base image as it is. */
  base(architecture: string): ReadImage {
    return readImage(this.registry, "base", "1", architecture);
  }

  /** @throws BerthError of a project that is refused, or of a build that fails */
  async build(project: SuiteProject, repository = this.repository()): Promise<readonly Built[]> {
    const { tags, archive, service } = await this.#prepared(project);
    const tasks = new LocalBuildTasks(this.executor, this.registry, this.bucket);
    tasks.variables = project.variables ?? {};
    const builder = new KanikoImageBuilder({ tasks, clock: scaledClock(0.05), archive });
    const built: Built[] = [];
    for (const { architecture, digest } of tags) {
      await builder.ensure({
        service: "app",
        architecture,
        digest,
        build: service,
        repositoryUrl: `${this.registry.host}/${repository}`,
        cacheRepositoryUrl: `${this.registry.host}/${repository}/cache-${architecture.toLowerCase()}`,
        contextBucket: "contexts",
        clusterArn: "cluster",
        taskDefinitionArn: "definition",
        subnetIds: [],
        securityGroupIds: [],
        logGroupName: "builds",
        size: { cpu: 2048, memory: 8192 },
        spot: false,
      });
      built.push({ image: readImage(this.registry, repository, digest), log: tasks.logs.at(-1) ?? [] });
    }
    return built;
  }

  async #prepared({ files, build = {}, top = {}, platforms }: SuiteProject) {
    const app = { build: { context: ".", ...build }, ...definedOnly({ platform: platforms?.[0] }) };
    const compose = { name: "suite", services: { app: { ...app, restart: "always" } }, ...top };
    if (platforms !== undefined && platforms.length > 1)
      compose.services.app.build = { ...compose.services.app.build, platforms } as typeof app.build;
    const planted = Object.entries({ "compose.yaml": JSON.stringify(compose), ...files }).map(
      ([path, what]): [string, Planted] => [path, typeof what === "string" ? this.named(what) : what],
    );
    const folder = this.workspace.plant(Object.fromEntries(planted));
    const env = { HOME: this.workspace.path };
    const settings = withProjectRoot(readSettings(["preview", "--simulate", folder], env, folder), false);
    const output = { stdout: () => undefined, stderr: () => undefined };
    const prepared = await prepare(settings, realDeps(settings, output, new Ending(systemClock)));
    const [found] = prepared.project.services;
    if (found?.kind !== "container" || found.image.kind !== "build") throw new Error("no build");
    const service: Build = found.image.build;
    return { archive: prepared.archive, tags: prepared.images["app"]?.platforms ?? [], service };
  }
}
