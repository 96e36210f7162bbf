/**
 * What a volume begins with. A folder on EFS is empty at first, where Docker's volume has what the image has there: a
 * container of the service's own image copies it before the program starts, with the image's own shell and `cp`.
 */
import type * as pulumi from "@pulumi/pulumi";
import type { ContainerService, VolumeMount } from "../../model/project";
import { fillerName } from "../../model/volumes";

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
  const name = fillerName(service.name);
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

/** Seconds between two looks at a copy of another task, and between two signs of life of one's own. */
const pace = 5;
/** Looks without a sign of life after which a copy is taken over: two minutes. */
const patience = 24;

/**
 * Docker fills a volume that is empty. Tasks that start at once must not copy over what the first of them has begun to
 * change: `mkdir`, which NFS makes once whoever asks (RFC 7530, CREATE), decides which of them copies, and the others
 * wait. A copy is a numbered folder below the mark; its owner writes a sign of life there, and where that stays the same
 * the next number takes over, so that a copy which was stopped on its way is made again. No mark is left: databases begin
 * in an empty folder alone.
 */
function script(filled: readonly Filled[], user: string | undefined): string {
  // As the access point says: who runs under a number of the file's own has to be able to write.
  const owner = /^\d+(:\d+)?$/.test(user ?? "")
    ? `${user ?? ""}${user?.includes(":") === true ? "" : ":0"}`
    : undefined;
  const give = owner === undefined ? [] : [`  chown -R ${owner} "$2"`];
  return [
    "set -eu",
    "beat=",
    // A copy that failed says so: the next task need not wait.
    `trap '[ -z "$beat" ] || { stop_beat; echo over > "$mark/$turn/beat"; }' EXIT`,
    "stop_beat() {",
    '  kill "$beat"; wait "$beat" 2>/dev/null || :',
    "}",
    "copy() {",
    `  ( n=0; while :; do n=$((n+1)); echo $n > "$mark/$turn/beat"; sleep ${pace}; done ) >/dev/null 2>&1 &`,
    "  beat=$!",
    '  cp -a "$1/." "$2/"',
    ...give,
    "  stop_beat; beat=",
    '  rm -rf "$mark"',
    "}",
    "fresh() {",
    '  [ "$(ls -A "$1")" = .berth-filling ]',
    "}",
    "fill() {",
    '  [ -d "$1" ] || return 0',
    '  mark="$2/.berth-filling" turn=0 quiet=0 last=',
    '  if [ ! -d "$mark" ]; then',
    "    # What lies there may be the mark that another task has made meanwhile.",
    '    [ -z "$(ls -A "$2")" ] || [ -d "$mark" ] || return 0',
    `    mkdir "$mark" 2>/dev/null && quiet=${patience} || :`,
    "  fi",
    '  while [ -d "$mark" ]; do',
    '    while [ -d "$mark/$((turn+1))" ]; do turn=$((turn+1)); quiet=0; done',
    '    now=$(cat "$mark/$turn/beat" 2>/dev/null || :)',
    '    [ "$now" = "$last" ] || quiet=0',
    "    last=$now",
    `    [ "$now" != over ] || quiet=${patience}`,
    `    if [ $quiet -lt ${patience} ]; then quiet=$((quiet+1)); sleep ${pace}; continue; fi`,
    "    # Without a number nothing was copied: what is there is of others.",
    '    if [ $turn = 0 ] && ! fresh "$2"; then rm -rf "$mark"; return 0; fi',
    '    if mkdir "$mark/$((turn+1))" 2>/dev/null; then turn=$((turn+1)); copy "$1" "$2"; return 0; fi',
    "    quiet=0",
    "  done",
    "}",
    ...filled.map(({ begins }, index) => `fill ${quoted(begins.from)} ${place(index)}`),
  ].join("\n");
}

/** A word of the shell, whatever is in it. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
