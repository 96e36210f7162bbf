/** What a Fargate task definition may say: the sizes of "Fargate task CPU and memory" and the API's RegisterTaskDefinition. */
import type { Properties, Refusal } from "../cloud";
import { refusal } from "../resource-type";
import { listOf, numberOf, recordOf, textOf } from "../values";
import { inRange } from "./common";

/** Memory in MiB for each CPU size in units (1024 are one vCPU): from, to, step. */
const sizes: Readonly<Record<number, readonly [from: number, to: number, step: number]>> = {
  256: [512, 2048, 512],
  512: [1024, 4096, 1024],
  1024: [2048, 8192, 1024],
  2048: [4096, 16_384, 1024],
  4096: [8192, 30_720, 1024],
  8192: [16_384, 61_440, 4096],
  16384: [32_768, 122_880, 8192],
};
/** 256 units go with 512, 1024 and 2048 MiB, not with 1536. */
const notOffered: ReadonlySet<string> = new Set(["256/1536"]);
/** A container on Fargate is killed after two minutes at the latest. */
const stopTimeoutLimit = 120;

/** CPU in units: `256`, `.25 vCPU`. Memory in MiB: `512`, `0.5GB`. */
function amount(text: string, unit: RegExp): number {
  const match = new RegExp(`^([\\d.]+)\\s*(${unit.source})$`, "i").exec(text.trim());
  return match === null ? Number(text) : Number(match[1]) * 1024;
}

function checkSize(inputs: Properties): readonly Refusal[] {
  const [cpuText, memoryText] = [textOf(inputs["cpu"]), textOf(inputs["memory"])];
  if (cpuText === "") return [refusal("cpu", "Fargate requires that 'cpu' be defined at the task level")];
  if (memoryText === "")
    return [refusal("memory", "Fargate requires that 'memory' be defined at the task level")];
  const cpu = amount(cpuText, /vcpu/);
  const memory = amount(memoryText, /gb/);
  const offered = sizes[cpu];
  if (offered === undefined) return [refusal("cpu", `Fargate has no size of ${cpuText} CPU units`)];
  const [from, to, step] = offered;
  const fits = memory >= from && memory <= to && (memory - from) % step === 0;
  if (fits && !notOffered.has(`${cpu}/${memory}`)) return [];
  return [
    refusal(
      "memory",
      `no Fargate configuration has ${memoryText} MiB with ${cpuText} CPU units: it takes ${from} to ${to} in steps of ${step}`,
    ),
  ];
}

function checkHealth(container: Properties, at: string): readonly Refusal[] {
  const health = recordOf(container["healthCheck"]);
  return [
    ...inRange(health, "interval", 5, 300, `${at}.healthCheck.interval`),
    ...inRange(health, "timeout", 2, 60, `${at}.healthCheck.timeout`),
    ...inRange(health, "retries", 1, 10, `${at}.healthCheck.retries`),
    ...inRange(health, "startPeriod", 0, 300, `${at}.healthCheck.startPeriod`),
  ];
}

function checkContainer(container: Properties, index: number, names: readonly string[]): readonly Refusal[] {
  const at = `containerDefinitions[${index}]`;
  const name = textOf(container["name"]);
  const problems: Refusal[] = [...checkHealth(container, at)];
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) {
    problems.push(refusal(`${at}.name`, `'${name}' is not made of letters, digits, hyphens and underscores`));
  }
  if (textOf(container["image"]) === "")
    problems.push(refusal(`${at}.image`, "Container.image should not be null or empty"));
  problems.push(...inRange(container, "stopTimeout", 0, stopTimeoutLimit, `${at}.stopTimeout`));
  listOf(container["portMappings"]).forEach((mapping, n) => {
    problems.push(
      ...inRange(recordOf(mapping), "containerPort", 1, 65_535, `${at}.portMappings[${n}].containerPort`),
    );
  });
  for (const dependency of listOf(container["dependsOn"]).map(recordOf)) {
    const other = textOf(dependency["containerName"]);
    if (!names.includes(other))
      problems.push(refusal(`${at}.dependsOn`, `no container '${other}' in the task definition`));
  }
  for (const variable of listOf(container["environment"]).map(recordOf)) {
    if (typeof variable["value"] !== "string" && variable["value"] !== undefined) {
      problems.push(refusal(`${at}.environment`, `the value of '${textOf(variable["name"])}' is not text`));
    }
  }
  return problems;
}

/** What a container asks of its host and Fargate has not ("Amazon ECS task definition differences for Fargate"). */
function checkHost(container: Properties, at: string): readonly Refusal[] {
  const linux = recordOf(container["linuxParameters"]);
  const added = listOf(recordOf(linux["capabilities"])["add"]).filter((name) => name !== "SYS_PTRACE");
  const missing = ["devices", "sharedMemorySize", "tmpfs", "maxSwap", "swappiness"].filter(
    (key) => linux[key] !== undefined,
  );
  const invalid = ["privileged", "dnsServers", "dnsSearchDomains", "extraHosts", "hostname", "links"].filter(
    (key) => container[key] !== undefined && container[key] !== false,
  );
  return [
    ...added.map((name) =>
      refusal(
        `${at}.linuxParameters.capabilities.add`,
        `Fargate adds SYS_PTRACE alone, not '${String(name)}'`,
      ),
    ),
    ...missing.map((key) => refusal(`${at}.linuxParameters.${key}`, "Fargate does not support it")),
    ...invalid.map((key) => refusal(`${at}.${key}`, "it is not valid in a Fargate task")),
  ];
}

/** A container mounts volumes of its task. */
function checkMounts(container: Properties, at: string, volumes: readonly unknown[]): readonly Refusal[] {
  return listOf(container["mountPoints"])
    .map((mount) => recordOf(mount)["sourceVolume"])
    .filter((name) => !volumes.includes(name))
    .map((name) => refusal(`${at}.mountPoints`, `the task definition has no volume '${String(name)}'`));
}

/** The containers of a task definition, `undefined` where its text isn't a JSON list. */
export function parseContainers(text: string): readonly Properties[] | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed.map(recordOf) : undefined;
  } catch {
    return undefined;
  }
}

function checkContainers(inputs: Properties): readonly Refusal[] {
  const text = inputs["containerDefinitions"];
  if (typeof text !== "string") return [];
  const containers = parseContainers(text);
  if (containers === undefined) return [refusal("containerDefinitions", "it is no JSON list of containers")];
  const names = containers.map((container) => textOf(container["name"]));
  const volumes = listOf(inputs["volumes"]).map((volume) => recordOf(volume)["name"]);
  const fargate = listOf(inputs["requiresCompatibilities"]).includes("FARGATE");
  const problems = containers.flatMap((container, index) => [
    ...checkContainer(container, index, names),
    ...checkMounts(container, `containerDefinitions[${index}]`, volumes),
    ...(fargate ? checkHost(container, `containerDefinitions[${index}]`) : []),
  ]);
  if (!containers.some((container) => container["essential"] !== false)) {
    problems.push(refusal("containerDefinitions", "at least one container has to be essential"));
  }
  if (new Set(names).size < names.length) {
    problems.push(refusal("containerDefinitions", "two containers have the same name"));
  }
  const cpu = containers.reduce((sum, container) => sum + (numberOf(container["cpu"]) ?? 0), 0);
  if (cpu > amount(textOf(inputs["cpu"]) || "Infinity", /vcpu/)) {
    problems.push(refusal("cpu", `the containers ask for ${cpu} CPU units, more than the task has`));
  }
  return problems;
}

/** What EFS and a task definition ask of each other (ECS API reference, EFSVolumeConfiguration). */
function checkFileSystems(inputs: Properties): readonly Refusal[] {
  return listOf(inputs["volumes"]).flatMap((volume, index) => {
    const config = recordOf(recordOf(volume)["efsVolumeConfiguration"]);
    const authorization = recordOf(config["authorizationConfig"]);
    const at = `volumes[${index}].efsVolumeConfiguration`;
    const { rootDirectory } = config;
    const rooted = rootDirectory !== undefined && rootDirectory !== "/" && rootDirectory !== "";
    const open = config["transitEncryption"] !== "ENABLED";
    const restricted = authorization["accessPointId"] !== undefined;
    return [
      ...(restricted && rooted
        ? [refusal(`${at}.rootDirectory`, "it has to be / where an access point is given (ClientException)")]
        : []),
      ...((restricted || authorization["iam"] === "ENABLED") && open
        ? [
            refusal(
              `${at}.transitEncryption`,
              "it has to be ENABLED where an access point or IAM authorization is used (ClientException)",
            ),
          ]
        : []),
    ];
  });
}

/** Everything that RegisterTaskDefinition refuses of the definition itself. */
export function checkTaskDefinition(inputs: Properties): readonly Refusal[] {
  const fargate = listOf(inputs["requiresCompatibilities"]).includes("FARGATE");
  const problems = [...checkContainers(inputs), ...checkFileSystems(inputs)];
  if (!fargate) return problems;
  problems.push(...checkSize(inputs));
  if (inputs["networkMode"] !== undefined && inputs["networkMode"] !== "awsvpc") {
    problems.push(refusal("networkMode", "Fargate only supports network mode 'awsvpc'"));
  }
  return problems;
}
