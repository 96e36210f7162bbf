/** A service that runs as a container on Fargate. */
import { definedOnly } from "../defined";
import type { ContainerService } from "../model";
import { readAutoscaling } from "./autoscaling";
import { readArchitecture, readImage } from "./build";
import { readEnvironment } from "./environment";
import { readHealthcheck } from "./healthcheck";
import { readCapabilities, readLabels, readOpenFiles } from "./linux";
import { judgeNetworkMode } from "./networks";
import type { Node } from "./node";
import { readPorts } from "./ports";
import { readReplicas, readSize } from "./size";
import { judgeMounts } from "./volumes";

/** Seconds between SIGTERM and SIGKILL on Fargate (ECS API reference, ContainerDefinition: stopTimeout). */
const stopTimeout = { min: 2, max: 120 };

const oneOff = "this version of Berth doesn't run one-off tasks: ECS would start it again and again";
const oneOffFix = "run it at the start of the service that needs it, or write restart: always";

type Common = Pick<ContainerService, "name" | "aliases" | "dependsOn">;

/** @returns `undefined` where there is no image to run */
export function readContainer(service: Node, common: Common): ContainerService | undefined {
  judgeRestart(service);
  judgeMode(service.at("deploy", "mode"));
  judgeMounts(service);
  judgeNetworkMode(service.get("network_mode"));
  judgeFiles(service);
  const ports = readPorts(service);
  const replicas = readReplicas(service);
  const container = {
    kind: "container" as const,
    ...common,
    architecture: readArchitecture(service),
    environment: readEnvironment(service.get("environment")),
    ports,
    size: readSize(service),
    replicas,
    uses: [],
    ...definedOnly({
      autoscaling: readAutoscaling(service, { replicas, ports }),
      command: readWords(service.get("command")),
      entrypoint: readWords(service.get("entrypoint")),
      workingDir: nonEmpty(service.get("working_dir").text()),
      user: nonEmpty(service.get("user").text()),
      readOnly: service.get("read_only").boolean(),
      init: service.get("init").boolean(),
      capabilities: readCapabilities(service),
      openFiles: readOpenFiles(service.get("ulimits")),
      labels: readLabels(service.get("labels")),
      stopTimeout: readStopTimeout(service.get("stop_grace_period")),
      healthcheck: readHealthcheck(service.get("healthcheck"), common.name),
    }),
  };
  const image = readImage(service);
  return image === undefined ? undefined : { ...container, image };
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

/** `restart`, and `deploy.restart_policy.condition`, which wins where it is given. */
function judgeRestart(service: Node): void {
  const policy = service.at("deploy", "restart_policy", "condition");
  const condition = policy.text() ?? "";
  if (condition === "none") policy.refuse(oneOff, oneOffFix);
  else if (condition === "on-failure") policy.warn("ECS also starts a task again that ended well");
  else if (condition !== "" && condition !== "any")
    policy.problem(`unknown condition ${JSON.stringify(condition)}`, "any");
  const restart = service.get("restart");
  const text = restart.text() ?? "";
  if (text === "no" || text === "false") {
    // What is published is a server, whatever becomes of it when it ends.
    if (service.get("ports").items().length > 0)
      restart.warn("ECS starts a published service again when it ends");
    else if (condition === "") restart.refuse(oneOff, oneOffFix);
  } else if (/^on-failure(:\d+)?$/.test(text)) {
    restart.warn("ECS starts a task again whenever it ends, with delays of its own and without an end");
  } else if (!["", "always", "unless-stopped"].includes(text)) {
    restart.problem(`unknown policy ${JSON.stringify(text)}`, "always, unless-stopped or on-failure");
  }
}

function judgeMode(node: Node): void {
  const mode = node.text() ?? "";
  if (mode === "" || mode === "replicated") return;
  if (mode.endsWith("-job")) node.refuse(oneOff, oneOffFix);
  else
    node.refuse(`${mode}: Fargate has no nodes to run one task on each`, "replicated, with deploy.replicas");
}

/** `configs` and `secrets`: each is a file that the program would miss. */
function judgeFiles(service: Node): void {
  for (const config of service.get("configs").items()) {
    config.refuse(
      "files from configs are not there yet",
      "copy the file into the image: build it from a Dockerfile with COPY",
    );
  }
  for (const secret of service.get("secrets").items()) {
    secret.refuse(
      "files under /run/secrets are not there yet",
      "name the secret under environment without a value: ECS sets it from Parameter Store",
    );
  }
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
