/** A compose file from the manifests of an application of AWS Copilot (aws.github.io/copilot-cli, "Manifest"). */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse, YAMLParseError } from "yaml";
import { normalizeProjectName } from "../../compose";
import { BerthError } from "../../errors";
import { copilotService } from "./copilot-service";
import { Manifest } from "./manifest";
import type { Drafted } from "./service";

/** @throws BerthError (usage) where the folder has no manifests, or one can't be read */
export function fromCopilot(folder: string): Drafted {
  const names = manifestsIn(folder);
  if (names.length === 0) {
    throw new BerthError("usage", {
      path: "copilot",
      message: "there is no copilot/NAME/manifest.yml",
      hint: "go to the folder that has Copilot's folder copilot/ in it",
    });
  }
  const read = names.map((name) => {
    const manifest = new Manifest(yamlOf(folder, `copilot/${name}/manifest.yml`));
    return { name, ...copilotService(manifest, name), left: manifest.left() };
  });
  const addons = names.filter((name) => existsSync(join(folder, "copilot", name, "addons")));
  const notes = [
    ...read.flatMap(({ name, notes: own, left }) => [
      ...own.map((note) => `${name}: ${note}`),
      ...left.map((path) => `${name}: not carried over: ${path}`),
    ]),
    ...addons.map(
      (name) =>
        `${name}: not carried over: its addons; a database is a service with x-postgres, x-mysql or x-redis, further rights are x-policies`,
    ),
    "services reach each other as http://NAME:PORT, in place of NAME.ENVIRONMENT.APPLICATION.local",
  ];
  const volumes = Object.fromEntries(read.flatMap(({ volumes: own }) => own.map((name) => [name, {}])));
  return {
    project: {
      name: applicationOf(folder),
      services: Object.fromEntries(read.map(({ name, service }) => [name, service])),
      ...(Object.keys(volumes).length === 0 ? {} : { volumes }),
    },
    files: {},
    notes,
  };
}

function manifestsIn(folder: string): readonly string[] {
  const copilot = join(folder, "copilot");
  if (!existsSync(copilot)) return [];
  return readdirSync(copilot)
    .filter((name) => name !== "environments" && existsSync(join(copilot, name, "manifest.yml")))
    .sort();
}

/** @throws BerthError (usage) */
function yamlOf(folder: string, path: string): unknown {
  try {
    return parse(readFileSync(join(folder, path), "utf8"));
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    const line = error.linePos?.[0].line ?? 1;
    throw new BerthError("usage", {
      path: `${path}:${line}`,
      message: `invalid YAML: ${error.message.split("\n")[0] ?? ""}`,
      hint: "correct it, and run it again",
    });
  }
}

/** The application's name is in `copilot/.workspace`. */
function applicationOf(folder: string): string {
  const workspace = join(folder, "copilot", ".workspace");
  const named = existsSync(workspace)
    ? new Manifest(parse(readFileSync(workspace, "utf8"))).text("application")
    : undefined;
  return normalizeProjectName(named ?? basename(folder)) || "app";
}
