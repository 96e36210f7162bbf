/** Two task definitions compared field by field, in the words of the compose file. */
import type { ChangeReason } from "../../ports";
import { definedOnly, listOf, recordOf } from "../../defined";
import { shortImage } from "../terminal/images";
import { alike, byName, containerPorts, cpus, memory, shown, type Inputs } from "./values";

/** Fields of ECS's by the compose key that they follow from, and how their values are shown. @default as they are */
type Fields = Readonly<Record<string, readonly [key: string, form?: (value: unknown) => string | undefined]>>;

/** Fields of the definition itself: ECS API reference, RegisterTaskDefinition. */
const fields: Fields = {
  cpu: ["deploy.resources.reservations.cpus", cpus],
  memory: ["deploy.resources.reservations.memory", memory],
  runtimePlatform: ["platform", platform],
  volumes: ["volumes", shown],
  ephemeralStorage: ["storage_opt.size", (value) => shown(recordOf(value)["sizeInGib"])],
};

/** Fields of its container: ECS API reference, ContainerDefinition. */
const containerFields: Fields = {
  command: ["command"],
  entryPoint: ["entrypoint"],
  user: ["user"],
  workingDirectory: ["working_dir"],
  stopTimeout: ["stop_grace_period"],
  portMappings: ["ports", containerPorts],
  healthCheck: ["healthcheck"],
  readonlyRootFilesystem: ["read_only"],
  dockerLabels: ["labels"],
  ulimits: ["ulimits"],
  mountPoints: ["volumes"],
  logConfiguration: ["logging"],
  linuxParameters: ["init"],
  systemControls: ["sysctls"],
  resourceRequirements: ["deploy.resources.reservations.devices"],
  dependsOn: ["depends_on"],
  repositoryCredentials: ["x-registry-credentials"],
};

/** What differs, each with its compose path. @param service - the compose service, which names the container */
export function definitionReasons(service: string, before: Inputs, after: Inputs): readonly ChangeReason[] {
  const prefix = `services.${service}`;
  const own = fieldReasons(prefix, fields, before, after);
  const [old, next] = [containersOf(before), containersOf(after)];
  if (old === undefined || next === undefined) {
    return alike(before["containerDefinitions"], after["containerDefinitions"])
      ? own
      : [...own, { path: prefix, to: "known when its parts are made" }];
  }
  const names = [...new Set([...old.keys(), ...next.keys()])];
  return [
    ...own,
    ...names.flatMap((name) => {
      const path = name === service ? prefix : `${prefix} (container ${name})`;
      return containerReasons(path, old.get(name) ?? {}, next.get(name) ?? {});
    }),
  ];
}

function fieldReasons(path: string, table: Fields, before: Inputs, after: Inputs): readonly ChangeReason[] {
  return Object.entries(table).flatMap(([field, [key, form = shown]]) =>
    alike(before[field], after[field])
      ? []
      : [reason(`${path}.${key}`, form(before[field]), form(after[field]))],
  );
}

function containerReasons(path: string, before: Inputs, after: Inputs): readonly ChangeReason[] {
  return [
    ...imageReasons(path, before["image"], after["image"]),
    ...fieldReasons(path, containerFields, before, after),
    ...environmentReasons(path, before, after),
  ];
}

function imageReasons(path: string, before: unknown, after: unknown): readonly ChangeReason[] {
  if (before === after) return [];
  const [from, to] = [before, after].map((image) =>
    typeof image === "string" ? shortImage(image) : undefined,
  );
  const built = [from, to].some((image) => image?.includes("/kaniko-build") === true);
  return [reason(`${path}.${built ? "build" : "image"}`, from, to)];
}

function environmentReasons(path: string, before: Inputs, after: Inputs): readonly ChangeReason[] {
  const [plainBefore, plainAfter] = [before, after].map((one) => byName(one["environment"], "value"));
  const [secretBefore, secretAfter] = [before, after].map((one) => byName(one["secrets"], "valueFrom"));
  const all = [plainBefore, plainAfter, secretBefore, secretAfter].map((record) => record ?? {});
  const names = [...new Set(all.flatMap((record) => Object.keys(record)))].sort();
  return names.flatMap((name) => {
    const [from, to] = [valueOf(name, plainBefore, secretBefore), valueOf(name, plainAfter, secretAfter)];
    const secret = secretBefore?.[name] !== secretAfter?.[name];
    if (from === to && !secret) return [];
    return [reason(`${path}.environment.${name}`, from, to)];
  });
}

/** A secret is reported as one, never by its value or by where it is stored. */
function valueOf(name: string, plain: Inputs | undefined, secrets: Inputs | undefined): string | undefined {
  return secrets?.[name] === undefined ? shown(plain?.[name]) : "[secret]";
}

/** By name; `undefined` where they are not known yet. */
function containersOf(inputs: Inputs): ReadonlyMap<string, Inputs> | undefined {
  const text = inputs["containerDefinitions"];
  if (typeof text !== "string") return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return new Map(listOf(parsed).map((one) => [String(recordOf(one)["name"]), recordOf(one)]));
  } catch {
    return undefined;
  }
}

function platform(value: unknown): string | undefined {
  const architecture = recordOf(value)["cpuArchitecture"];
  return architecture === undefined ? undefined : `linux/${architecture === "ARM64" ? "arm64" : "amd64"}`;
}

function reason(path: string, from: string | undefined, to: string | undefined): ChangeReason {
  return { path, ...definedOnly({ from, to }) };
}
