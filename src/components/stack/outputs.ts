/** What the outputs of a stack say of its services. */
import * as pulumi from "@pulumi/pulumi";
import type { ProjectProgramArgs } from "../../ports";
import { isStore, stores } from "../../stores";
import type { PrivateDns } from "../network/private-dns";
import type { Door } from "../public/doors";
import type { NetworkRoute } from "../public/network-routes";
import type { PublicRoute } from "../public/routes";
import { isBehindCloudFront } from "../public/sites";
import type { PlacedSite } from "../public/sites";
import { StaticSite } from "../public/static-site";
import { ContainerService } from "../service/container-service";
import { OneOffTask } from "../service/one-off-task";
import { ScheduledTask } from "../service/scheduled-task";
import type { Store } from "../stores/stores";

/** What the internet reaches. */
export interface Published {
  readonly routes: readonly PublicRoute[];
  readonly networkRoutes: readonly NetworkRoute[];
  readonly sites: readonly PlacedSite[];
  /** Distributions with names of the services. */
  readonly doors: readonly Door[];
}

/** What represents a container of the project. */
export type MadeContainer = ContainerService | OneOffTask | ScheduledTask | StaticSite;

export type Containers = ReadonlyMap<string, MadeContainer>;

/**
 * The URL of each service's first published port. A port that is published as TCP or UDP beside it has an entry of its
 * own: `mail--1025`.
 */
export function endpoints(containers: Containers): Record<string, pulumi.Output<string>> {
  const found: Record<string, pulumi.Output<string>> = {};
  for (const [name, made] of containers) {
    if (made instanceof StaticSite) found[name] = made.url;
    if (!(made instanceof ContainerService)) continue;
    const [url] = made.urls;
    if (url !== undefined) found[name] = url;
    for (const [route, other] of made.networkUrls) if (other !== url) found[route] = other;
  }
  return found;
}

/** The services that run on demand alone since Spot had no room for them: the engine's state knows nothing of it. */
export function onDemand(containers: Containers): pulumi.Output<readonly string[]> {
  const services = [...containers].flatMap(([name, made]) =>
    made instanceof ContainerService ? [made.watched.onDemand.apply((moved) => (moved ? [name] : []))] : [],
  );
  return pulumi.all(services).apply((names) => names.flat());
}

/** What of the services' deployments differs from rolling updates, in words. */
export function rolloutNotes(containers: Containers): readonly string[] {
  return [...containers.values()].flatMap((made) =>
    made instanceof ContainerService ? (made.rolloutNote ?? []) : [],
  );
}

/** Why services are not deployed as their files ask, by service: `warningsOf` of `src/app/unchanged.ts` reads it. */
export function rolloutWarnings(containers: Containers): { readonly rolloutWarnings?: object } {
  const told = [...containers].flatMap(([name, made]) =>
    made instanceof ContainerService && made.rolloutWarning !== undefined
      ? [[name, made.rolloutWarning] as const]
      : [],
  );
  return told.length === 0 ? {} : { rolloutWarnings: Object.fromEntries(told) };
}

/** What a stack goes on with, whatever the mode's default is later: `src/model/deployed.ts` reads it. */
export function deployedOutputs(
  published: Published,
  { edge, rollout, unhealthyAlarm }: ProjectProgramArgs["mode"],
): object {
  const named = published.doors.length > 0;
  return {
    ...(named || isBehindCloudFront(published, edge) ? { edge: "cloudfront" } : {}),
    ...(named ? { edgeDomains: true } : {}),
    ...(rollout === "rolling" ? {} : { rollout }),
    ...(unhealthyAlarm ? { unhealthyAlarm } : {}),
  };
}

export function summary(
  name: string,
  made: Store | MadeContainer,
  { domain }: PrivateDns,
): Record<string, unknown> {
  if (made instanceof OneOffTask) return { kind: "task", imageDefaults: made.imageDefaults };
  if (made instanceof ScheduledTask) {
    const { asked, timezone } = made.schedule;
    return { kind: "schedule", schedule: asked, timezone, imageDefaults: made.imageDefaults };
  }
  if (made instanceof StaticSite)
    return {
      kind: "static",
      urls: [made.url],
      bucket: made.bucketName,
      distribution: made.distributionId,
      version: made.version,
    };
  const host = `${name}.${domain}`;
  if (made instanceof ContainerService)
    return {
      kind: "container",
      host,
      urls: made.urls,
      ports: made.publishedPorts,
      imageDefaults: made.imageDefaults,
    };
  return { kind: made.kind, host, endpoint: made.endpoint };
}

/** The settings that have to go before AWS deletes what they protect. */
export function deletionProtection(
  { project, mode }: ProjectProgramArgs,
  { routes, networkRoutes }: Pick<Published, "routes" | "networkRoutes">,
): readonly string[] {
  const balancer = mode.albDeletionProtection && routes.length + networkRoutes.length > 0;
  const protecting = project.services
    .filter(isStore)
    .flatMap(({ kind }) => stores[kind].deletionProtection ?? [])
    .filter((setting) => mode[setting]);
  return [...(balancer ? ["albDeletionProtection"] : []), ...new Set(protecting)];
}
