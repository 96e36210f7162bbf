/** A service that runs as a container: on Fargate, or on an instance with a GPU. */
import { definedOnly } from "../defined";
import type { ContainerService } from "../model/project";
import { readAutoscaling } from "./autoscaling";
import { readArchitecture, readImage } from "./build";
import { readEnvironment } from "./environment";
import { type FilesContext, readFiles } from "./files";
import { readGpus } from "./gpu";
import { readHealthcheck } from "./healthcheck";
import { readLifecycle } from "./lifecycle";
import { readCapabilities, readLabels, readSharedMemory, readSysctls, readUlimits } from "./linux";
import { readLogOptions } from "./logging";
import { judgeNetworkMode } from "./networks";
import type { Node } from "./node";
import { readPolicies } from "./policies";
import { readPorts } from "./ports";
import { readPublic } from "./public";
import { readRegistryCredentials } from "./registry";
import { withProjectMounts } from "./project-mounts";
import { readRollout } from "./rollout";
import { readDisk, readReplicas, readSize } from "./size";
import { readTmpfs } from "./tmpfs";
import { judgePlaces, readFolders, readMounts } from "./volumes";

/** Seconds between SIGTERM and SIGKILL on Fargate (ECS API reference, ContainerDefinition: stopTimeout). */
const stopTimeout = { min: 2, max: 120 };

type Common = Pick<ContainerService, "name" | "aliases" | "dependsOn">;

/** @returns `undefined` where there is no image to run */
export function readContainer(
  service: Node,
  common: Common,
  files: FilesContext,
): ContainerService | undefined {
  const lifecycle = readLifecycle(service);
  const volumes = readMounts(service, files);
  judgePlaces(service);
  judgeNetworkMode(service.get("network_mode"));
  const ports = readPorts(service);
  const replicas = readReplicas(service);
  const architecture = readArchitecture(service);
  const size = readSize(service);
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
      files: readFiles(service, files),
      volumes,
      tmpfs: readTmpfs(service, size),
      folders: readFolders(service),
      gpus,
      policies: readPolicies(service),
      registryCredentials: readRegistryCredentials(service),
      autoscaling: lifecycle === "task" ? undefined : readAutoscaling(service, { replicas, ports }),
      command: readWords(service.get("command")),
      entrypoint: readWords(service.get("entrypoint")),
      workingDir: nonEmpty(service.get("working_dir").text()),
      user: nonEmpty(service.get("user").text()),
      readOnly: service.get("read_only").boolean(),
      init: service.get("init").boolean(),
      capabilities: readCapabilities(service),
      ulimits: readUlimits(service.get("ulimits"), gpus !== undefined),
      sysctls: readSysctls(service.get("sysctls")),
      sharedMemory: readSharedMemory(service.get("shm_size"), gpus !== undefined),
      disk: readDisk(service.get("storage_opt"), gpus !== undefined),
      logOptions: readLogOptions(service.get("logging")),
      rollout: readRollout(service.at("deploy", "update_config"), lifecycle),
      labels: readLabels(service.get("labels")),
      stopTimeout: readStopTimeout(service.get("stop_grace_period")),
      healthcheck: readHealthcheck(service.get("healthcheck"), common.name),
    }),
  };
  const image = readImage(service, files);
  return image === undefined
    ? undefined
    : { ...container, image: withProjectMounts(image, service, files.folder) };
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}

/** A command line; null leaves it to the image. */
function readWords(node: Node): readonly string[] | undefined {
  if (!node.present) return undefined;
  const items = node.items();
  const hint = "give the value under environment and let a shell read it: sh -c '… $$NAME'";
  const words = node.texts(hint);
  if (Array.isArray(node.value) && items.length === 0) {
    node.refuse("ECS can't clear what the image says", "write the command in full, or leave the key out");
  }
  return words.length === 0 ? undefined : words;
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
