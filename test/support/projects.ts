/** Projects to run programs with: small models, and a builder of images that only writes down what it is asked. */
import type {
  ImageBuilder,
  ImageBuildRequest,
  ImageIndexRequest,
  ImageTags,
  OneOffRequest,
  PublishedSite,
  ServicePreparation,
  ServiceRequest,
  ServiceWatch,
  SitePublisher,
  SiteRequest,
  Steadiness,
  ProjectProgramArgs,
  TaskRunner,
} from "../../src/ports";
import type {
  ContainerService,
  MysqlService,
  PostgresService,
  Project,
  RedisService,
  Service,
} from "../../src/model/project";
import { modeSettings } from "../../src/modes/modes";

/** What keeps requests, has nothing to tell of them, and never fails. */
class Unfailing {
  results(): readonly never[] {
    return [];
  }

  failures(): readonly never[] {
    return [];
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}

/** A builder that has every image at once and keeps the requests. */
export class RecordingBuilder extends Unfailing implements ImageBuilder {
  readonly ensured: ImageBuildRequest[] = [];
  readonly indexes: ImageIndexRequest[] = [];
  readonly tested: ImageBuildRequest[] = [];
  readonly previewed: string[] = [];

  preview(repositoryUrl: string, tag: string): Promise<string> {
    this.previewed.push(tag);
    return Promise.resolve(`${repositoryUrl}:${tag}`);
  }

  ensure(request: ImageBuildRequest): Promise<string> {
    this.ensured.push(request);
    return Promise.resolve(`${request.repositoryUrl}@sha256:${request.digest}`);
  }

  ensureIndex(request: ImageIndexRequest): Promise<string> {
    this.indexes.push(request);
    return Promise.resolve(`${request.repositoryUrl}@sha256:${request.tag}`);
  }

  test(request: ImageBuildRequest): Promise<void> {
    this.tested.push(request);
    return Promise.resolve();
  }
}

/** A publisher that has every version served at once and keeps the requests. */
export class RecordingSites extends Unfailing implements SitePublisher {
  readonly published: SiteRequest[] = [];

  publish(request: SiteRequest): Promise<PublishedSite> {
    this.published.push(request);
    const { service, version } = request;
    return Promise.resolve({
      service,
      version,
      outcome: "published",
      files: 1,
      changed: 1,
      removed: 0,
      seconds: 0,
    });
  }
}

/** A runner whose tasks have succeeded at once, and which keeps the requests. */
export class RecordingRunner implements TaskRunner {
  readonly started: OneOffRequest[] = [];

  start(request: OneOffRequest): Promise<string> {
    this.started.push(request);
    return Promise.resolve(`task/${request.service}`);
  }

  completed(): Promise<void> {
    return Promise.resolve();
  }

  failures(): readonly never[] {
    return [];
  }

  finish(): Promise<void> {
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}

/** Every service is steady at once; what was followed is written down. */
export class RecordingWatch implements ServiceWatch {
  readonly followed: ServiceRequest[] = [];
  readonly prepared: ServicePreparation[] = [];

  prepare(change: ServicePreparation): Promise<readonly string[]> {
    this.prepared.push(change);
    return Promise.resolve(change.targets.map(({ targetGroupArn }) => targetGroupArn));
  }

  follow(request: ServiceRequest): string {
    this.followed.push(request);
    return request.service;
  }

  started(): Promise<void> {
    return Promise.resolve();
  }

  healthy(): Promise<void> {
    return Promise.resolve();
  }

  release(): Promise<void> {
    return Promise.resolve();
  }

  steady(): Promise<Steadiness> {
    return Promise.resolve({ onDemand: false });
  }

  failures(): readonly never[] {
    return [];
  }

  finish(): Promise<void> {
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}

/** A container service `web` that publishes port 8080 and is built from the root; `own` stands over it. */
export function containerOf(own: Partial<ContainerService> = {}): ContainerService {
  return {
    kind: "container",
    lifecycle: "service",
    name: "web",
    aliases: [],
    dependsOn: [],
    image: { kind: "build", build: { context: ".", dockerfile: "Dockerfile", args: {} } },
    architecture: "X86_64",
    environment: {},
    ports: [{ target: 8080, published: 8080, protocol: "tcp", mode: "ingress", appProtocol: "http" }],
    size: { cpu: 256, memory: 512 },
    replicas: 1,
    uses: [],
    ...own,
  };
}

export function postgresOf(own: Partial<PostgresService> = {}): PostgresService {
  return {
    kind: "postgres",
    name: "db",
    aliases: [],
    dependsOn: [],
    version: "16",
    database: "todo",
    username: "todo",
    password: { kind: "secret", name: "POSTGRES_PASSWORD" },
    ...own,
  };
}

export function mysqlOf(own: Partial<MysqlService> = {}): MysqlService {
  return {
    kind: "mysql",
    name: "db",
    aliases: [],
    dependsOn: [],
    engine: "mysql",
    version: "8.4",
    database: "todo",
    username: "todo",
    password: { kind: "secret", name: "MYSQL_PASSWORD" },
    ...own,
  };
}

export function redisOf(own: Partial<RedisService> = {}): RedisService {
  return {
    kind: "redis",
    name: "cache",
    aliases: [],
    dependsOn: [],
    engine: "redis",
    version: "7.1",
    ...own,
  };
}

export function projectOf(services: readonly Service[], name = "todo"): Project {
  return { name, services, secrets: [], coverage: [], warnings: [], overrides: {} };
}

/** A web service and a worker of one build each, with Postgres and Redis: the shape of `examples/todo`. */
export function todo(): Project {
  const databaseUrl = {
    kind: "template",
    parts: ["postgres://todo:", { secret: "POSTGRES_PASSWORD" }, "@db:5432/todo"],
  } as const;
  const common = {
    uses: ["cache", "db"],
    dependsOn: [{ service: "db", condition: "service_healthy", required: true }],
  } as const;
  const web = containerOf({
    ...common,
    environment: {
      DATABASE_URL: databaseUrl,
      REDIS_URL: { kind: "plain", value: "redis://cache:6379" },
      SESSION_KEY: { kind: "secret", name: "SESSION_KEY" },
    },
    healthcheck: {
      command: ["CMD-SHELL", "curl -f http://localhost:8080/health"],
      interval: 10,
      timeout: 3,
      retries: 4,
      startPeriod: 20,
      path: "/health",
      port: 8080,
    },
  });
  const worker = containerOf({
    ...common,
    name: "worker",
    ports: [],
    architecture: "ARM64",
    environment: { DATABASE_URL: databaseUrl },
    dependsOn: [...common.dependsOn, { service: "web", condition: "service_started", required: true }],
  });
  return projectOf([postgresOf(), redisOf(), web, worker]);
}

/** The arguments of a program for a project in `us-east-1`, mode `affordable`, no domain; `own` stands over them. */
export function programArgs(project: Project, own: Partial<ProjectProgramArgs> = {}): ProjectProgramArgs {
  return {
    project,
    stack: "dev",
    region: "us-east-1",
    // What is in front of the load balancer has tests of its own.
    mode: modeSettings("affordable", { edge: "balancer" }),
    builds: new RecordingBuilder(),
    tasks: new RecordingRunner(),
    sites: new RecordingSites(),
    watch: new RecordingWatch(),
    images: Object.fromEntries(
      project.services.flatMap((service) =>
        service.kind === "container" ? [[service.name, tagsOf(service)]] : [],
      ),
    ),
    ...own,
  };
}

/** The tags of a service's image: `digest-of-<service>`, and for each platform of several one with its name. */
export function tagsOf({ name, image, architecture }: ContainerService): ImageTags {
  const platforms = (image.kind === "build" ? image.build.platforms : undefined) ?? [architecture];
  const tag = `digest-of-${name}`;
  return {
    tag,
    platforms: platforms.map((each) => ({
      architecture: each,
      digest: platforms.length === 1 ? tag : `${tag}-${each}`,
    })),
  };
}
