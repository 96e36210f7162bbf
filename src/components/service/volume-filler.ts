/**
 * What a volume begins with. A folder on EFS is empty at first, where Docker's volume has what the image has there: a
 * container of the service's own image copies it before the program starts, with the image's own shell and `cp`.
 */
import type * as pulumi from "@pulumi/pulumi";
import type { ContainerService, VolumeMount } from "../../model/project";

export interface VolumeFillerArgs {
  readonly service: ContainerService;
  readonly image: pulumi.Input<string>;
  /** As ECS takes it (ECS API reference, LogConfiguration). */
  readonly logConfiguration: object;
  /** Where ECS finds the credentials of the image's registry. @default it asks for none */
  readonly credentialsArn?: pulumi.Input<string>;
  /** The names of the task's volumes, by the volume. */
  readonly nameOf: (volume: string) => string;
}

/** What a task definition has more for the sake of what its volumes begin with. */
export interface VolumeFiller {
  readonly containers: readonly Readonly<Record<string, unknown>>[];
  /** What the service's own container waits for (`dependsOn`). */
  readonly dependsOn: readonly object[];
}

/** A mount whose folder is filled. */
type Filled = VolumeMount & { readonly begins: { readonly from: string } };

/** Nothing at all for a service whose volumes begin empty. */
export function volumeFiller(args: VolumeFillerArgs): VolumeFiller {
  const { service, image, logConfiguration, nameOf, credentialsArn } = args;
  const mounts = (service.volumes ?? []).filter((mount): mount is Filled => typeof mount.begins === "object");
  const filled = mounts.filter(
    ({ volume }, index) => mounts.findIndex((other) => other.volume === volume) === index,
  );
  if (filled.length === 0) return { containers: [], dependsOn: [] };
  const name = `${service.name}-volumes`;
  return {
    dependsOn: [{ containerName: name, condition: "SUCCESS" }],
    containers: [
      {
        name,
        image,
        ...(credentialsArn === undefined
          ? {}
          : { repositoryCredentials: { credentialsParameter: credentialsArn } }),
        essential: false,
        // Owners are kept, whoever they are.
        user: "0",
        entryPoint: ["sh", "-c"],
        command: [script(filled, service.user)],
        environment: [],
        mountPoints: filled.map(({ volume }, index) => ({
          sourceVolume: nameOf(volume),
          containerPath: place(index),
          readOnly: false,
        })),
        logConfiguration,
      },
    ],
  };
}

function place(index: number): string {
  return `/berth-volumes/${index}`;
}

/**
 * Docker fills a volume that is empty. A mark stands in it while it is filled, so that a task that was stopped on the
 * way is followed by one that copies again, and none stands there afterwards: databases begin in an empty folder alone.
 */
function script(filled: readonly Filled[], user: string | undefined): string {
  // As the access point is told: who runs under a number of the file's own has to be able to write.
  const owner = /^\d+(:\d+)?$/.test(user ?? "")
    ? `${user ?? ""}${user?.includes(":") === true ? "" : ":0"}`
    : undefined;
  const give = owner === undefined ? "" : ` chown -R ${owner} "$2";`;
  return [
    "set -eu",
    "fill() {",
    '  [ -d "$1" ] || return 0',
    '  mark="$2/.berth-filling"',
    '  if [ -e "$mark" ] || [ -z "$(ls -A "$2")" ]; then',
    `    : > "$mark"; cp -a "$1/." "$2/";${give} rm -f "$mark"`,
    "  fi",
    "}",
    ...filled.map(({ begins }, index) => `fill ${quoted(begins.from)} ${place(index)}`),
  ].join("\n");
}

/** A word of the shell, whatever is in it. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
