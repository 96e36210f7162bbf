/** Whether, and with which credentials, registries are asked what images say of themselves. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isEcr } from "../model/registry-login";
import type { ImageConfigs, RegistryLogins, StackIdentity, TextStore } from "../ports";
import type { Credentials } from "../registry/client";
import { dockerCredentials } from "../registry/docker-config";
import { RegistryImages } from "../registry/images";
import type { Settings } from "../settings/settings";
import { certifiedFetch } from "./proxies";

/** What reading images needs from outside; each is made when it is first needed. */
export interface RegistryImagesWorld {
  /** Beside the state. */
  readonly cache: () => Promise<TextStore>;
  readonly logins: () => Promise<RegistryLogins>;
}

/** @returns `undefined` where no registry is asked: under simulation, and where an emulator replaces AWS */
export function registryImages(settings: Settings, world: RegistryImagesWorld): ImageConfigs | undefined {
  const { simulate, endpointUrl, environment, cwd } = settings;
  if (simulate || endpointUrl !== undefined || "PULUMI_DEBUG_PROVIDERS" in environment) return undefined;
  const home = environment["HOME"] ?? "";
  const folder = environment["DOCKER_CONFIG"] ?? (home === "" ? "" : join(home, ".docker"));
  const docker = dockerCredentials(textOf(folder));
  return new RegistryImages({
    fetch: certifiedFetch(environment, cwd),
    credentials: (stack) => credentialsOf(stack, world.logins, docker),
    cache: {
      read: async (key) => (await world.cache()).read(key),
      write: async (key, text) => (await world.cache()).write(key, text),
    },
  });
}

/** The secret that the file names, then what AWS gives for its own registries, then what `docker login` has left. */
export function credentialsOf(
  stack: StackIdentity,
  logins: () => Promise<RegistryLogins>,
  docker: (registry: string) => string | undefined,
): Credentials {
  return async (registry, login) => {
    if (login !== undefined) return (await logins()).ofSecret(stack, login);
    return docker(registry) ?? (isEcr(registry) ? (await logins()).ofEcr(registry) : undefined);
  };
}

function textOf(folder: string): string | undefined {
  if (folder === "") return undefined;
  try {
    return readFileSync(join(folder, "config.json"), "utf8");
  } catch {
    return undefined;
  }
}
