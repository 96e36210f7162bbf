/** Adapters that several worlds share: of static sites, and of a simulated AWS, attached to the real engine or not. */
import { join } from "node:path";
import { definedOnly } from "../defined";
import type { SimulatedAws } from "../simulator/cloud/aws";
import type { Settings } from "../settings/settings";
import type { ProjectArchive } from "../archive";
import type { SitePublisher, SiteStore } from "../ports";
import { Sites, type SitesOptions } from "../sites";

/** Publishes sites; those that are folders are packed out of the archive. */
export async function sitesOf(
  archive: ProjectArchive,
  { store, ...rest }: Pick<SitesOptions, "clock" | "note"> & { readonly store: () => Promise<SiteStore> },
): Promise<SitePublisher> {
  return new Sites({ ...rest, store: await store(), pack: (build) => archive.packContext(build, 0) });
}

/** A simulated AWS behind the real engine, which answers in place of AWS itself. */
export async function attachedAws({ environment, simulatorFaults }: Settings) {
  const providers = environment["PULUMI_DEBUG_PROVIDERS"];
  if (providers === undefined) return undefined;
  const { AttachedAws } = await import("../wiring/runtime");
  return AttachedAws.find(providers, simulatorFaults.services);
}

export async function simulatedSites(
  { simulatorDirectory }: Settings,
  clouds?: () => readonly SimulatedAws[],
) {
  const { SimulatedSites } = await import("../wiring/runtime");
  return new SimulatedSites({ directory: join(simulatorDirectory, "sites"), ...definedOnly({ clouds }) });
}

export async function simulatedZones({ simulatorFaults }: Settings) {
  const { SimulatedZones } = await import("../wiring/runtime");
  return new SimulatedZones(!simulatorFaults.untrusted);
}

export async function simulatedNat({ simulatorFaults }: Settings) {
  const { SimulatedNat } = await import("../wiring/runtime");
  return new SimulatedNat(simulatorFaults.nat);
}
