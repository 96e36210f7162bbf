/** Image builds: the registry, and the tasks that fill it from inside the program (docs/design.md, Image builds). */
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup";
import type { Repository } from "@pulumi/aws/ecr/repository";
import type { TaskDefinition } from "@pulumi/aws/ecs/taskDefinition";
import * as pulumi from "@pulumi/pulumi";
import type { ImageBuilder, ImageBuildRequest, ImageTags } from "../../ports";
import { definedOnly } from "../../defined";
import { servicesTaken } from "../../model/build";
import type { Architecture, Build, ContainerService } from "../../model/project";
import { closedBucket } from "../stack/bucket";
import { createRepository } from "./build-registry";
import {
  buildSize,
  buildStatements,
  buildTaskDefinition,
  buildVariables,
  secretTaskDefinition,
  type BuildTaskArgs,
} from "./build-task-definition";
import type { Cluster } from "../stack/cluster";
import { serviceRole } from "../stack/iam";
import type { Network } from "../network/network";
import type { Scope } from "../stack/scope";
import type { Secrets } from "../stack/secrets";
import { outboundGroup } from "../network/security-group";

export interface ImageBuildArgs {
  readonly scope: Scope;
  readonly network: Network;
  readonly cluster: Cluster;
  readonly secrets: Secrets;
  readonly builds: ImageBuilder;
  /** The tags of every service that is built. */
  readonly tags: Readonly<Record<string, ImageTags>>;
  /** Registries to the prefix of the pull-through cache that replaces each (ECR user guide). @default none */
  readonly caches?: Readonly<Record<string, string>>;
  /** The executor's image. @default the one that is pinned */
  readonly executor?: string;
  /** Images of Amazon ECR that the builds read by name ({@link Build.ecrImages}). @default none */
  readonly ecrImages?: readonly string[];
}

/** Days that a packed context stays. */
const contextExpiry = 7;

/** An image as a task definition takes it. */
export interface TaskImage {
  readonly reference: pulumi.Input<string>;
  /** What makes it: a preview knows the image's name without them, and its plan shows them all the same. */
  readonly needs: readonly pulumi.Resource[];
}

/** An image for one platform, as its service runs it and as other builds take it. */
type PlatformImages = ReadonlyMap<Architecture, pulumi.Output<string>>;

/** A service that is built. */
interface Built {
  readonly service: ContainerService;
  readonly build: Build;
  readonly tags: ImageTags;
  /** The definitions that its builds run with, one for each platform. */
  readonly definitions: readonly TaskDefinition[];
}

/** A static site whose files are the project's own: nobody builds it. */
function isFolder({ site }: ContainerService): boolean {
  return site !== undefined && site.dir === undefined;
}

/** How many images a run pushes at the most, and for which processors. */
function builtOf(tags: ImageBuildArgs["tags"]): {
  readonly pushed: number;
  readonly architectures: ReadonlySet<Architecture>;
} {
  const pushed = Object.values(tags)
    .map(({ platforms }) => (platforms.length > 1 ? platforms.length + 1 : 1))
    .reduce((sum, count) => sum + count, 0);
  const built = Object.values(tags).flatMap(({ platforms }) => platforms);
  return { pushed, architectures: new Set(["X86_64", ...built.map((each) => each.architecture)]) };
}

/** Repositories, context bucket, log group, role and task definitions; {@link images} makes images with them. */
export class ImageBuild extends pulumi.ComponentResource {
  readonly #args: ImageBuildArgs;
  readonly #repository: Repository;
  readonly #caches: ReadonlyMap<Architecture, Repository>;
  readonly #contextBucket: string;
  readonly #securityGroupId: pulumi.Output<string>;
  readonly #taskArgs: BuildTaskArgs;
  readonly #taskDefinitions: Readonly<Record<Architecture, TaskDefinition>>;
  readonly #ready: readonly pulumi.Resource[];
  readonly #made = new Map<string, Built>();
  readonly #images = new Map<string, PlatformImages>();

  constructor(name: string, args: ImageBuildArgs, opts?: pulumi.ComponentResourceOptions) {
    super("berth:aws:ImageBuild", name, {}, opts);
    const { scope, cluster, secrets, executor } = args;
    this.#args = args;
    const { pushed, architectures } = builtOf(args.tags);
    const images = { kind: "images", repository: scope.repositoryName } as const;
    this.#repository = createRepository(`${scope.project}/kaniko-build`, scope, images, pushed, this);
    this.#caches = new Map(
      [...architectures].map((architecture) => {
        const cache = { kind: "cache", repository: scope.cacheRepositoryName(architecture) } as const;
        const name = `${scope.project}/kaniko-build/cache${architecture === "ARM64" ? "-arm64" : ""}`;
        return [architecture, createRepository(name, scope, cache, pushed, this)];
      }),
    );
    const logs = new LogGroup(
      "builds",
      { name: scope.logGroupName("builds"), retentionInDays: scope.mode.logRetention, tags: scope.tags() },
      { parent: this },
    );
    const contexts = closedBucket(
      `${scope.project}-build`,
      { scope, suffix: "build", expiry: contextExpiry, disposable: true },
      this,
    );
    this.#contextBucket = contexts.name;
    const task = serviceRole(
      "kaniko-task-role",
      {
        scope,
        principal: "ecs-tasks.amazonaws.com",
        physicalName: scope.identityName("kaniko-task-role"),
        statements: buildStatements(
          scope,
          contexts.name,
          [...architectures],
          Object.values(args.caches ?? {}),
          args.ecrImages ?? [],
        ),
      },
      this,
    );
    this.#taskArgs = { ...definedOnly({ executor }), scope, cluster, secrets, taskRoleArn: task.role.arn };
    this.#taskDefinitions = {
      ARM64: buildTaskDefinition("ARM64", this.#taskArgs, this),
      X86_64: buildTaskDefinition("X86_64", this.#taskArgs, this),
    };
    this.#securityGroupId = createBuildGroup(args, this);
    this.#ready = [logs, contexts.policy, ...(task.policy === undefined ? [] : [task.policy])];
    this.registerOutputs({ repositoryUrl: this.#repository.repositoryUrl });
  }

  /**
   * The image of each service. In a preview what is known without building it; in a run `repository@sha256:…`, built
   * where the registry does not hold it yet. Nothing but these outputs waits for a build; and where a build has a
   * test, every service waits for it: a deployment that fails its tests starts nothing new.
   */
  images(services: readonly ContainerService[]): ReadonlyMap<string, TaskImage> {
    const { tags } = this.#args;
    for (const service of services) {
      const own = tags[service.name];
      if (service.image.kind !== "build" || own === undefined || isFolder(service)) continue;
      this.#made.set(service.name, this.#built(service, service.image.build, own));
    }
    const common = [this.#repository, ...this.#caches.values(), ...this.#ready];
    const tested = pulumi.runtime.isDryRun()
      ? []
      : [...this.#made.values()].flatMap((one) => this.#tested(one));
    const after = (image: pulumi.Input<string>): pulumi.Input<string> =>
      tested.length === 0
        ? image
        : pulumi.output({ reference: image, tested }).apply(({ reference }) => reference);
    return new Map(
      services.map((service): [string, TaskImage] => {
        const own = this.#made.get(service.name);
        if (own !== undefined) {
          return [
            service.name,
            { reference: after(this.#reference(own)), needs: [...common, ...own.definitions] },
          ];
        }
        const reference = service.image.kind === "reference" ? service.image.reference : "";
        return [service.name, { reference: after(reference), needs: [] }];
      }),
    );
  }

  #built(service: ContainerService, build: Build, tags: ImageTags): Built {
    const variables = buildVariables(service.name, build, this.#taskArgs, this);
    const definitions = tags.platforms.map(({ architecture }) =>
      variables.length === 0
        ? this.#taskDefinitions[architecture]
        : secretTaskDefinition(service.name, variables, architecture, this.#taskArgs, this),
    );
    return { service, build, tags, definitions };
  }

  #tested(built: Built): readonly pulumi.Output<void>[] {
    if (built.build.test === undefined) return [];
    const { builds } = this.#args;
    return this.#requests(built).map((request) => request.apply((known) => builds.test(known)));
  }

  #reference(built: Built): pulumi.Output<string> {
    const { builds, scope } = this.#args;
    const { service, tags } = built;
    if (pulumi.runtime.isDryRun()) {
      return pulumi.output(builds.preview(scope.repositoryUrl(scope.repositoryName), tags.tag));
    }
    const images = [...this.#platformImages(built).values()];
    const [first, ...others] = images;
    if (first === undefined) throw new Error(`The build of service ${service.name} has no platform.`);
    if (others.length === 0) return first;
    const { repositoryUrl: url } = this.#repository;
    return pulumi.output({ repositoryUrl: url, references: images }).apply(({ repositoryUrl, references }) =>
      builds.ensureIndex({
        service: service.name,
        repositoryUrl,
        tag: tags.tag,
        logGroupName: scope.logGroupName("builds"),
        images: tags.platforms.map(({ architecture }, index) => ({
          architecture,
          digest: references[index]?.split("@")[1] ?? "",
        })),
      }),
    );
  }

  /** Each platform's image, by what it is built for; asked for once, however many builds take it. */
  #platformImages(built: Built): PlatformImages {
    const { name } = built.service;
    const known = this.#images.get(name);
    if (known !== undefined) return known;
    const requests = this.#requests(built);
    const images = new Map(
      built.tags.platforms.flatMap(({ architecture }, index) => {
        const image = requests[index]?.apply((request) => this.#args.builds.ensure(request));
        return image === undefined ? [] : [[architecture, image] as const];
      }),
    );
    this.#images.set(name, images);
    return images;
  }

  /**
   * The images of other services that a build takes, once they are there; that none takes the image of one that waits
   * for it was found before. By tag: the Dockerfile that names them is packed under a digest that holds theirs.
   */
  #taken(build: Build, architecture: Architecture): Readonly<Record<string, pulumi.Output<string>>> {
    const found = servicesTaken(build).map((name) => {
      const other = this.#made.get(name);
      const image = other === undefined ? undefined : this.#platformImages(other).get(architecture);
      const platform = other?.tags.platforms.find((each) => each.architecture === architecture);
      if (image === undefined || platform === undefined)
        throw new Error(`No image of service ${name} for ${architecture}.`);
      const known = pulumi.output({ image, url: this.#repository.repositoryUrl });
      return [name, known.apply(({ url }) => `${url}:${platform.digest}`)] as const;
    });
    return Object.fromEntries(found);
  }

  /** The requests to a builder, one for each platform. */
  #requests({ service, build, tags, definitions }: Built): readonly pulumi.Output<ImageBuildRequest>[] {
    const { scope, cluster, network, caches = {} } = this.#args;
    const registryMaps = Object.fromEntries(
      Object.entries(caches).map(([registry, prefix]) => [registry, scope.repositoryUrl(prefix)]),
    );
    return tags.platforms.map(({ architecture, digest }, index) =>
      pulumi
        .output({
          repositoryUrl: this.#repository.repositoryUrl,
          cacheRepositoryUrl: this.#caches.get(architecture)?.repositoryUrl ?? "",
          clusterArn: cluster.arn,
          taskDefinitionArn: definitions[index]?.arn ?? "",
          subnetIds: network.workloadSubnetIds,
          securityGroupId: this.#securityGroupId,
          ready: [...this.#ready, ...cluster.ready].map((resource) => resource.urn),
          images: this.#taken(build, architecture),
        })
        .apply(({ securityGroupId, ready: _ready, images, ...known }) => ({
          ...known,
          ...(Object.keys(images).length === 0 ? {} : { images }),
          service: service.name,
          architecture,
          digest,
          build,
          contextBucket: this.#contextBucket,
          size: buildSize,
          spot: scope.mode.capacity !== "on-demand",
          ...(Object.keys(registryMaps).length === 0 ? {} : { registryMaps }),
          securityGroupIds: [securityGroupId],
          logGroupName: scope.logGroupName("builds"),
        })),
    );
  }
}

/** Out to the registry, the base images and what a RUN step downloads. */
function createBuildGroup(
  { scope, network }: ImageBuildArgs,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const description = "Build tasks of the project";
  return outboundGroup("bootstrap", { scope, vpcId: network.vpcId, suffix: "build", description }, parent);
}
