/** What happens to a database over the years: its upgrades, and what it leaves. */
import type { Properties } from "../cloud/cloud";
import { numberOf, textOf } from "../cloud/values";

/** RDS API: DeleteDBInstance, FinalDBSnapshotIdentifier. */
export function isSnapshotName(name: string): boolean {
  return name.length <= 255 && /^[a-z](-?[a-z0-9])*$/i.test(name);
}

/** A final snapshot, which RDS and ElastiCache both take under a name of the caller's. */
export function finalSnapshot(outputs: Properties): string | undefined {
  const name = textOf(outputs["finalSnapshotIdentifier"]);
  return name === "" || outputs["skipFinalSnapshot"] === true ? undefined : name;
}

/**
 * A cache's TLS changes at once or not at all, between none and forced only by way of `preferred`, and not once it has a
 * token; the token goes only where users take its place (ElastiCache API: ModifyReplicationGroup, AuthTokenUpdateStrategy
 * and TransitEncryptionMode; the first two are the API's own answers).
 */
export function refusesSecurity(before: Properties, inputs: Properties): string | undefined {
  const [had, has] = [before, inputs].map(({ authToken }) => authToken !== undefined);
  const changed = tlsOf(before) !== tlsOf(inputs);
  if (changed && had)
    return "InvalidParameterCombination: Modification of transit encryption is not supported for access control enabled clusters.";
  if (changed && inputs["applyImmediately"] !== true)
    return "InvalidParameterValue: Transit encryption modification should be called with applied immediately option.";
  const jump = [tlsOf(before), tlsOf(inputs)].sort().join();
  if (jump === "none,required")
    return "InvalidParameterValue: transit encryption mode has to be preferred before it is required, or switched off";
  return had && !has
    ? "InvalidParameterValue: the AUTH token is deleted only when transitioning to RBAC"
    : undefined;
}

/** Engines that know no modes force it. */
function tlsOf({ transitEncryptionEnabled, transitEncryptionMode }: Properties): string {
  return transitEncryptionEnabled === true ? textOf(transitEncryptionMode) || "required" : "none";
}

/** Hours after a change of storage in which RDS takes no other (RDS API: ModifyDBInstance; RDS User Guide, DB instance storage). */
const hoursOfOptimizing = 6;

const ofStorage = ["allocatedStorage", "iops", "storageThroughput", "storageType"];

function changesStorage(before: Properties, inputs: Properties): boolean {
  return ofStorage.some((name) => inputs[name] !== undefined && inputs[name] !== before[name]);
}

/** A change of storage leaves its mark for some hours. */
export function optimizing(outputs: Properties, before: Properties): Properties {
  const mark = before["storageChanged"];
  if (changesStorage(before, outputs)) return { ...outputs, storageChanged: Date.now() };
  return mark === undefined ? outputs : { ...outputs, storageChanged: mark };
}

/** Storage never shrinks, grows by a tenth at least, and not again before hours have passed (RDS API: ModifyDBInstance). */
export function refusesDatabaseUpdate(before: Properties, inputs: Properties): string | undefined {
  const changed = numberOf(before["storageChanged"]) ?? 0;
  if (changesStorage(before, inputs) && Date.now() - changed < hoursOfOptimizing * 3_600_000)
    return "InvalidParameterCombination: You can't currently modify the storage of this DB instance because the previous storage change is being optimized.";
  const [had, has] = [before, inputs].map(({ allocatedStorage }) => numberOf(allocatedStorage));
  if (had !== undefined && has !== undefined && has < had)
    return `InvalidParameterCombination: Requested storage size (${has}) cannot be less than the current storage size (${had})`;
  if (had !== undefined && has !== undefined && has !== had && has < had * 1.1)
    return `InvalidParameterCombination: the storage size (${has}) has to be at least 10 % greater than the current one (${had})`;
  return refusesUpgrade(before, inputs);
}

/** RDS changes the major version only where the request says so, and never back (RDS API: ModifyDBInstance). */
function refusesUpgrade(before: Properties, inputs: Properties): string | undefined {
  const engine = textOf(inputs["engine"]);
  const [from = NaN, to = NaN] = [before, inputs].map(({ engineVersion }) =>
    majorOf(engine, textOf(engineVersion)),
  );
  if (Number.isNaN(from) || Number.isNaN(to) || from === to) return undefined;
  if (to < from) return `InvalidParameterCombination: Cannot downgrade ${engine} from ${from} to ${to}`;
  return inputs["allowMajorVersionUpgrade"] === true
    ? undefined
    : "InvalidParameterCombination: The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version";
}

/** Of Postgres the first number; of MySQL and MariaDB two of them, as one: 8.04 of 8.4. */
export function majorOf(engine: string, version: string): number {
  const [major = NaN, minor = 0] = version.split(".").map(Number);
  return engine === "postgres" ? major : major + minor / 100;
}
