/** Whether, and with which credentials, registries are asked what images say of themselves. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ImageConfigs, TextStore } from "../ports";
import { dockerCredentials } from "../registry/docker-config";
import { RegistryImages } from "../registry/images";
import type { Settings } from "../settings/settings";

/**
 * @param cache - beside the state
 * @returns `undefined` where no registry is asked: under simulation, and where an emulator stands for AWS
 */
export function registryImages(
  settings: Settings,
  cache: () => Promise<TextStore>,
): ImageConfigs | undefined {
  const { simulate, endpointUrl, environment } = settings;
  if (simulate || endpointUrl !== undefined || "PULUMI_DEBUG_PROVIDERS" in environment) return undefined;
  const home = environment["HOME"] ?? "";
  const folder = environment["DOCKER_CONFIG"] ?? (home === "" ? "" : join(home, ".docker"));
  return new RegistryImages({
    fetch: (url, init) => fetch(url, init),
    credentials: dockerCredentials(textOf(folder)),
    cache: {
      read: async (key) => (await cache()).read(key),
      write: async (key, text) => (await cache()).write(key, text),
    },
  });
}

function textOf(folder: string): string | undefined {
  if (folder === "") return undefined;
  try {
    return readFileSync(join(folder, "config.json"), "utf8");
  } catch {
    return undefined;
  }
}
