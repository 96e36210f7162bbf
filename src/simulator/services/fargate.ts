/** What a Fargate task definition may say: the sizes of "Fargate task CPU and memory" and the API's RegisterTaskDefinition. */
import type { Properties, Refusal } from "../cloud/cloud";
import { taskRules as rules } from "../rules/containers";
import { listOf, numberOf, recordOf, textOf } from "../cloud/values";
import { checkKernel } from "./kernel";

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
/** "Amazon ECS service quotas": KiB of a task definition. */
const definitionLimit = 64;

/** CPU in units: `256`, `.25 vCPU`. Memory in MiB: `512`, `0.5GB`. */
function amount(text: string, unit: RegExp): number {
  const match = new RegExp(`^([\\d.]+)\\s*(${unit.source})$`, "i").exec(text.trim());
  return match === null ? Number(text) : Number(match[1]) * 1024;
}

function checkSize(inputs: Properties): readonly Refusal[] {
  const [cpuText, memoryText] = [textOf(inputs["cpu"]), textOf(inputs["memory"])];
  if (cpuText === "")
    return [rules.cpu.refuse("cpu", "Fargate requires that 'cpu' be defined at the task level")];
  if (memoryText === "")
    return [rules.memory.refuse("memory", "Fargate requires that 'memory' be defined at the task level")];
  const cpu = amount(cpuText, /vcpu/);
  const memory = amount(memoryText, /gb/);
  const offered = sizes[cpu];
  if (offered === undefined) return [rules.cpu.refuse("cpu", `Fargate has no size of ${cpuText} CPU units`)];
  const [from, to, step] = offered;
  const fits = memory >= from && memory <= to && (memory - from) % step === 0;
  if (fits && !notOffered.has(`${cpu}/${memory}`)) return [];
  return [
    rules.memory.refuse(
      "memory",
      `no Fargate configuration has ${memoryText} MiB with ${cpuText} CPU units: it accepts ${from} to ${to} in steps of ${step}`,
    ),
  ];
}

function checkHealth(container: Properties, at: string): readonly Refusal[] {
  const health = recordOf(container["healthCheck"]);
  return [
    ...rules.healthInterval.check(health, "interval", `${at}.healthCheck.interval`),
    ...rules.healthTimeout.check(health, "timeout", `${at}.healthCheck.timeout`),
    ...rules.healthRetries.check(health, "retries", `${at}.healthCheck.retries`),
    ...rules.healthStart.check(health, "startPeriod", `${at}.healthCheck.startPeriod`),
  ];
}

function checkContainer(container: Properties, index: number, names: readonly string[]): readonly Refusal[] {
  const at = `containerDefinitions[${index}]`;
  const name = textOf(container["name"]);
  const others = listOf(container["dependsOn"]).map((dependency) =>
    textOf(recordOf(dependency)["containerName"]),
  );
  const variables = listOf(container["environment"]).map(recordOf);
  return [
    ...checkHealth(container, at),
    ...rules.containerName.unless(/^[A-Za-z0-9_-]{1,255}$/.test(name), `${at}.name`, () => {
      return `'${name}' is not made of letters, digits, hyphens and underscores`;
    }),
    ...rules.image.unless(textOf(container["image"]) !== "", `${at}.image`, () => {
      return "Container.image should not be null or empty";
    }),
    ...rules.stopTimeout.check(container, "stopTimeout", `${at}.stopTimeout`),
    ...listOf(container["portMappings"]).flatMap((mapping, n) =>
      rules.containerPort.check(recordOf(mapping), "containerPort", `${at}.portMappings[${n}].containerPort`),
    ),
    ...others
      .filter((other) => !names.includes(other))
      .map((other) =>
        rules.dependency.refuse(`${at}.dependsOn`, `no container '${other}' in the task definition`),
      ),
    ...variables
      .filter(({ value }) => typeof value !== "string" && value !== undefined)
      .map((variable) =>
        rules.environment.refuse(
          `${at}.environment`,
          `the value of '${textOf(variable["name"])}' is not text`,
        ),
      ),
  ];
}

/** What a container asks of its host and Fargate has not ("Amazon ECS task definition differences for Fargate"). */
function checkHost(container: Properties, at: string): readonly Refusal[] {
  const linux = recordOf(container["linuxParameters"]);
  const added = listOf(recordOf(linux["capabilities"])["add"]).filter((name) => name !== "SYS_PTRACE");
  const missing = ["devices", "sharedMemorySize", "maxSwap", "swappiness"].filter(
    (key) => linux[key] !== undefined,
  );
  const invalid = ["privileged", "dnsServers", "dnsSearchDomains", "extraHosts", "hostname", "links"].filter(
    (key) => container[key] !== undefined && container[key] !== false,
  );
  return [
    ...added.map((name) =>
      rules.capability.refuse(
        `${at}.linuxParameters.capabilities.add`,
        `Fargate adds SYS_PTRACE alone, not '${String(name)}'`,
      ),
    ),
    ...missing.map((key) => rules.host.refuse(`${at}.linuxParameters.${key}`, "Fargate does not support it")),
    ...invalid.map((key) => rules.host.refuse(`${at}.${key}`, "it is not valid in a Fargate task")),
  ];
}

/** A container mounts volumes of its task. */
function checkMounts(container: Properties, at: string, volumes: readonly unknown[]): readonly Refusal[] {
  return listOf(container["mountPoints"])
    .map((mount) => recordOf(mount)["sourceVolume"])
    .filter((name) => !volumes.includes(name))
    .map((name) =>
      rules.mount.refuse(`${at}.mountPoints`, `the task definition has no volume '${String(name)}'`),
    );
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
  if (containers === undefined)
    return [rules.containerList.refuse("containerDefinitions", "it is no JSON list of containers")];
  const names = containers.map((container) => textOf(container["name"]));
  const volumes = listOf(inputs["volumes"]).map((volume) => recordOf(volume)["name"]);
  const fargate = listOf(inputs["requiresCompatibilities"]).includes("FARGATE");
  const cpu = containers.reduce((sum, container) => sum + (numberOf(container["cpu"]) ?? 0), 0);
  const size = Math.ceil(Buffer.byteLength(text) / 1024);
  const all = "containerDefinitions";
  return [
    ...containers.flatMap((container, index) => [
      ...checkContainer(container, index, names),
      ...checkMounts(container, `${all}[${index}]`, volumes),
      ...checkKernel(container, `${all}[${index}]`),
      ...(fargate ? checkHost(container, `${all}[${index}]`) : []),
    ]),
    ...rules.essential.unless(
      containers.some((container) => container["essential"] !== false),
      all,
      () => "at least one container has to be essential",
    ),
    ...rules.sameName.unless(
      new Set(names).size === names.length,
      all,
      () => "two containers have the same name",
    ),
    ...rules.containers.unless(names.length <= rules.containers.maximum, all, () => {
      return `${names.length} containers; a task accepts ${rules.containers.maximum} (ClientException)`;
    }),
    ...rules.definitionSize.unless(size <= definitionLimit, all, () => {
      return `${size} KiB; a task definition has ${definitionLimit} at most (ClientException)`;
    }),
    ...rules.containerCpu.unless(cpu <= amount(textOf(inputs["cpu"]) || "Infinity", /vcpu/), "cpu", () => {
      return `the containers ask for ${cpu} CPU units, more than the task has`;
    }),
  ];
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
      ...rules.volumeRoot.unless(!(restricted && rooted), `${at}.rootDirectory`, () => {
        return "it has to be / where an access point is given (ClientException)";
      }),
      ...rules.volumeEncryption.unless(
        !((restricted || authorization["iam"] === "ENABLED") && open),
        `${at}.transitEncryption`,
        () => "it has to be ENABLED where an access point or IAM authorization is used (ClientException)",
      ),
    ];
  });
}

/** Everything that RegisterTaskDefinition refuses of the definition itself. */
export function checkTaskDefinition(inputs: Properties): readonly Refusal[] {
  const fargate = listOf(inputs["requiresCompatibilities"]).includes("FARGATE");
  const disk = numberOf(recordOf(inputs["ephemeralStorage"])["sizeInGib"]);
  return [
    ...checkContainers(inputs),
    ...checkFileSystems(inputs),
    ...(fargate ? [...checkSize(inputs), ...rules.networkMode.check(inputs, "networkMode")] : []),
    ...rules.ephemeralStorage.check({ disk }, "disk", "ephemeralStorage.sizeInGib"),
  ];
}

/** Fargate itself sends the logs and reads the secrets. */
export function executionRoleProblem(inputs: Properties): readonly Refusal[] {
  const bare = inputs["executionRoleArn"] === undefined;
  const fargate = listOf(inputs["requiresCompatibilities"]).includes("FARGATE");
  const needed = /"awslogs"|"secrets":\s*\[\s*\{/.test(textOf(inputs["containerDefinitions"]));
  return rules.executionRole.unless(!(bare && fargate && needed), "executionRoleArn", () => {
    return "Fargate needs an execution role to send logs and to read secrets (ClientException)";
  });
}
