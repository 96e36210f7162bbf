/**
 * The files of a container. A task mounts folders that begin empty (ECS Developer Guide, Bind mounts), so a small
 * container writes what ECS injects into it and ends; the service's own container starts when that has succeeded.
 */
import * as pulumi from "@pulumi/pulumi";
import { posix } from "node:path";
import type { ContainerService, MountedFile } from "../../model/project";
import type { FileContent, Secrets } from "../stack/secrets";

/** A shell, `base64`, `chmod` and `chown` for every architecture that Fargate has; from the registry without limits. */
const writerImage = "public.ecr.aws/docker/library/busybox:1.37.0";

/** Where the container that writes has the volumes. */
const workplace = "/files";

export interface MountedFilesArgs {
  readonly service: ContainerService;
  readonly secrets: Secrets;
  /** As ECS takes it (ECS API reference, LogConfiguration). */
  readonly logConfiguration: object;
}

/** What a task definition has more for the sake of files. */
export interface MountedFiles {
  /** Names of the task's volumes. */
  readonly volumes: readonly string[];
  /** What the service's own container mounts. */
  readonly mountPoints: readonly object[];
  /** What it waits for (`dependsOn`). */
  readonly dependsOn: readonly object[];
  /** The containers beside it. */
  readonly containers: readonly Readonly<Record<string, unknown>>[];
}

/** Nothing at all for a service without files. */
export function mountedFiles(args: MountedFilesArgs, parent: pulumi.Resource): MountedFiles {
  const { service, secrets } = args;
  const { files } = service;
  if (files === undefined) return { volumes: [], mountPoints: [], dependsOn: [], containers: [] };
  const folders = mountedFolders(files);
  const volumes = folders.map((_, index) => `files-${index}`);
  const contents = files.map((file) => secrets.file(service.name, file, parent));
  const writer = `${service.name}-files`;
  return {
    volumes,
    mountPoints: folders.map((folder, index) => ({
      sourceVolume: volumes[index],
      containerPath: folder,
      readOnly: true,
    })),
    dependsOn: [{ containerName: writer, condition: "SUCCESS" }],
    containers: [
      {
        name: writer,
        image: writerImage,
        essential: false,
        entryPoint: ["sh", "-c"],
        command: [script(files, folders, contents)],
        environment: [],
        ...injected(contents),
        // It changes with what the files hold, so that tasks start again with them, and says nothing of it.
        dockerLabels: { "berth.files": revision(contents) },
        mountPoints: volumes.map((sourceVolume, index) => ({
          sourceVolume,
          containerPath: `${workplace}/${index}`,
          readOnly: false,
        })),
        logConfiguration: args.logConfiguration,
      },
    ],
  };
}

/** The folders to mount, sorted: one inside another of them is part of it. */
export function mountedFolders(files: readonly MountedFile[]): readonly string[] {
  const folders = [...new Set(files.map(({ path }) => posix.dirname(path)))].sort();
  return folders.filter((folder) => !folders.some((other) => folder.startsWith(`${other}/`)));
}

function injected(contents: readonly FileContent[]): object {
  const secrets = contents.flatMap(({ valueFrom }, index) =>
    valueFrom === undefined ? [] : [{ name: variable(index), valueFrom }],
  );
  return secrets.length === 0 ? {} : { secrets };
}

function variable(index: number): string {
  return `FILE_${index}`;
}

function revision(contents: readonly FileContent[]): pulumi.Output<string> {
  return pulumi.all(contents.map((content) => content.revision)).apply((all) => all.join(","));
}

/** Writes each file, then gives it its owner and its mode. */
function script(
  files: readonly MountedFile[],
  folders: readonly string[],
  contents: readonly FileContent[],
): string {
  const lines = files.flatMap(({ path, mode, uid, gid }, index) => {
    const folder = folders.findIndex((candidate) => path.startsWith(`${candidate}/`));
    const target = posix.join(workplace, String(folder), path.slice((folders[folder] ?? "").length));
    const content = contents[index];
    const value = content?.valueFrom === undefined ? "''" : `"$${variable(index)}"`;
    return [
      `mkdir -p ${quoted(posix.dirname(target))}`,
      `printf %s ${value}${content?.encoded === true ? " | base64 -d" : ""} > ${quoted(target)}`,
      `chown ${uid}:${gid} ${quoted(target)}`,
      `chmod ${mode.toString(8).padStart(4, "0")} ${quoted(target)}`,
    ];
  });
  return ["set -eu", ...lines].join("\n");
}

/** A word of the shell, whatever is in it. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
