/** A service that runs as a container: on Fargate, or on an instance with a GPU. */
import { definedOnly } from "../defined";
import { pullPolicyOf, type PullPolicy } from "../model/pull-policy";
import type { ContainerService } from "../model/project";
import { readAlarms } from "./alarms";
import { readAutoscaling } from "./autoscaling";
import { readArchitecture, readImage } from "./build";
import { bakedConfig } from "./baked-configs";
import { hintAtSchedules } from "./cron-hints";
import { readEnvironment } from "./environment";
import { readFiles } from "./files";
import { readGpus } from "./gpu";
import { judgeCheckedPort, readHealthcheck } from "./healthcheck";
import { readImageFacts, type ImageFacts } from "./image-facts";
import { imageUser, judgeImageVolumes, judgeStopSignal } from "./image-words";
import { type Lifecycles, readLifecycle, readRetries } from "./lifecycle";
import { readCapabilities, readLabels, readSharedMemory, readSysctls, readUlimits } from "./linux";
import { readLogOptions } from "./logging";
import { judgeNetworkMode } from "./networks";
import type { Node } from "./node";
import { readPolicies } from "./policies";
import { readPorts } from "./ports";
import { readPublic } from "./public";
import { readRegistryCredentials } from "./registry";
import { type MountContext, withProjectMounts } from "./project-mounts";
import { readRollout } from "./rollout";
import { readSchedule } from "./schedule";
import { readSite } from "./site";
import { readDisk, readReplicas, readSize } from "./size";
import { readStrategy } from "./strategy";
import { readTmpfs, sizedFolders } from "./tmpfs";
import { judgePlaces, readFolders, readMounts } from "./volumes";

/** Seconds between SIGTERM and SIGKILL on Fargate (ECS API reference, ContainerDefinition: stopTimeout). */
const stopTimeout = { min: 2, max: 120 };

type Common = Pick<ContainerService, "name" | "aliases" | "dependsOn">;

export interface ContainerContext extends MountContext {
  readonly lifecycles: Lifecycles;
  /** The services that others wait for until they are healthy. */
  readonly awaited: ReadonlySet<string>;
}

/** @returns `undefined` where there is no image to run */
export function readContainer(
  service: Node,
  common: Common,
  files: ContainerContext,
): ContainerService | undefined {
  const { lifecycle: said = "service", by = "default" } = files.lifecycles.get(common.name) ?? {};
  if (said === "static") return readSite(service, common, files);
  const lifecycle = readLifecycle(service, { lifecycle: said, by });
  judgeAround(service);
  const deployed = files.deployed.get(common.name);
  const older = deployed?.imageDefaults === false;
  const { facts, volumes, healthcheck } = readWithImage(service, { ...files, ...common, lifecycle, older });
  const declared = readPorts(service, {
    name: common.name,
    ...definedOnly({ image: facts.name, check: healthcheck?.command, deployed }),
  });
  judgeCheckedPort(service, healthcheck, declared);
  const ports = lifecycle === "service" ? declared : [];
  const replicas = readReplicas(service);
  const architecture = readArchitecture(service);
  const { size, unsized } = readSize(service, sizedFolders(service, files.root), facts.name, deployed);
  const gpus = readGpus(service, { lifecycle, architecture });
  const container = {
    kind: "container" as const,
    ...common,
    lifecycle,
    architecture,
    environment: readEnvironment(service.get("environment")),
    ports,
    ...readPublic(service, ports),
    size,
    replicas,
    uses: [],
    ...definedOnly({
      unsized,
      older: older ? (true as const) : undefined,
      ...readRunning(service, lifecycle),
      files: readFiles(service, files, (config) => bakedConfig(config, files) !== undefined),
      volumes,
      tmpfs: readTmpfs(service, files.root, { ...size, onInstance: gpus !== undefined }),
      folders: readFolders(service, files),
      gpus,
      autoscaling: lifecycle === "service" ? readAutoscaling(service, { replicas, ports }) : undefined,
      ...readProcess(service, older ? undefined : facts, gpus !== undefined),
      healthcheck,
    }),
  };
  const image = readImage(service, files);
  return image === undefined ? undefined : { ...container, image: withProjectMounts(image, service, files) };
}

function judgeAround(service: Node): void {
  hintAtSchedules(service);
  judgePlaces(service);
  judgeNetworkMode(service.get("network_mode"));
}

interface ImageContext extends ContainerContext {
  readonly name: string;
  readonly lifecycle: ContainerService["lifecycle"];
  /** Whether it runs as earlier versions declared it, without what its image says. */
  readonly older: boolean;
}

/** What a service and its image say together. */
function readWithImage(service: Node, context: ImageContext) {
  const { name, lifecycle, older, root, awaited } = context;
  const facts = readImageFacts(service, context);
  const copies = older ? "older" : facts.config?.shell;
  const volumes = readMounts(service, { ...context, copies });
  if (lifecycle === "service") judgeImageVolumes(service, facts, root);
  judgeStopSignal(service, facts);
  // What runs without the image's check goes on so, unless somebody waits for it now.
  const checked = older && !awaited.has(name) ? undefined : facts.config;
  return { facts, volumes, healthcheck: readHealthcheck(service.get("healthcheck"), name, checked) };
}

function readRunning(service: Node, lifecycle: ContainerService["lifecycle"]) {
  return {
    retries: readRetries(service, lifecycle),
    schedule: readSchedule(service),
    alarms: readAlarms(service, lifecycle),
    strategy: readStrategy(service, lifecycle),
    rollout: readRollout(service.at("deploy", "update_config"), lifecycle),
  };
}

/** @param facts - of its image, where the image says as which user it runs */
function readProcess(service: Node, facts: ImageFacts | undefined, hasGpus: boolean) {
  return {
    policies: readPolicies(service),
    registryCredentials: readRegistryCredentials(service),
    ...readProgram(service),
    workingDir: nonEmpty(service.get("working_dir").text()),
    user: nonEmpty(service.get("user").text()),
    imageUser: facts === undefined ? undefined : imageUser(service, facts),
    readOnly: service.get("read_only").boolean(),
    init: service.get("init").boolean(),
    capabilities: readCapabilities(service),
    ulimits: readUlimits(service.get("ulimits"), hasGpus),
    sysctls: readSysctls(service.get("sysctls")),
    sharedMemory: readSharedMemory(service.get("shm_size"), hasGpus),
    disk: readDisk(service.get("storage_opt"), hasGpus),
    logOptions: readLogOptions(service.get("logging")),
    labels: readLabels(service.get("labels")),
    pull: readPull(service),
    stopTimeout: readStopTimeout(service.get("stop_grace_period")),
  };
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}

/**
 * `entrypoint` and `command`. Docker runs one behind the other, and takes the image's own command only where neither has
 * a word (moby, daemon/commit.go, merge). So an entrypoint that is cleared is the command's first word, and a command
 * that is cleared behind an entrypoint is none at all: ECS, which can't clear what an image says, needs not to.
 */
function readProgram(service: Node): Pick<ContainerService, "entrypoint" | "command"> {
  const entrypoint = readWords(service.get("entrypoint"));
  const command = readWords(service.get("command"));
  if (isCleared(entrypoint)) {
    const [first, ...rest] = command ?? [];
    if (first !== undefined) return { entrypoint: [first], ...(rest.length === 0 ? {} : { command: rest }) };
    service
      .get("entrypoint")
      .refuse(
        "ECS can't clear the image's own entrypoint, and there is no command whose first word could replace it",
        "write the image's command under command, or leave the key out",
      );
  } else if (isCleared(command) && entrypoint === undefined) {
    service
      .get("command")
      .refuse("ECS can't clear what the image says", "write the command in full, or leave the key out");
  }
  return {
    ...(entrypoint === undefined || isCleared(entrypoint) ? {} : { entrypoint }),
    ...(command === undefined || isCleared(command) ? {} : { command }),
  };
}

/** Docker's own sign for a cleared entrypoint is one empty word. */
function isCleared(words: readonly string[] | undefined): boolean {
  return words !== undefined && words.every((word) => word === "");
}

/** A command line; null leaves it to the image, an empty one clears what the image says. */
function readWords(node: Node): readonly string[] | undefined {
  if (!node.present) return undefined;
  const items = node.items();
  const words = node.texts("a secret is given under environment, where a shell reads it: sh -c '… $$NAME'");
  return words.length < items.length || !Array.isArray(node.value) ? undefined : words;
}

/** What is built is found by its content: a policy says nothing of it. */
function readPull(service: Node): PullPolicy | undefined {
  const node = service.get("pull_policy");
  const text = node.text();
  const isBuilt = service.get("build").present;
  if (text === "build" && !isBuilt)
    node.problem("there is nothing to build", "add build, or write always, missing, daily or weekly");
  if (text === "never")
    node.warn(
      "ECS pulls the image at each start of a task; no registry is asked what its tag means, and the digest of the last success holds",
    );
  const policy = pullPolicyOf(text);
  return isBuilt || policy.kind === "last" ? undefined : policy;
}

function readStopTimeout(node: Node): number | undefined {
  const asked = node.seconds();
  if (asked === undefined) return undefined;
  const given = Math.min(stopTimeout.max, Math.max(stopTimeout.min, Math.ceil(asked)));
  if (given !== asked) {
    node.warn(
      `${asked} s becomes ${given} s: Fargate waits ${stopTimeout.min} to ${stopTimeout.max} whole seconds`,
    );
  }
  return given;
}
