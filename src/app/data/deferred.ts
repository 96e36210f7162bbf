/** Changes of a database that RDS makes later: some take it down, and nobody has said that they may do so now. */
import type { DataHolder } from "../../ports";
import { dataTypes } from "../../stores/data-types";
import type { DatabaseService, Project } from "../../model/project";
import { stores, type StoreInputs } from "../../stores";
import { leastStorage } from "../../stores/limits";
import { isDatabase, rdsSettings, type DatabaseModes } from "../../stores/rds";

/** What a project wants of its databases. */
export interface WantedDatabases {
  readonly project: Project;
  readonly mode: DatabaseModes;
}

/**
 * A line for each database of which RDS defers a change until its maintenance window (RDS User Guide, Schedule
 * modifications setting), with what makes it at once.
 *
 * @param holders - what the stack holds
 */
export function deferredChanges(
  { project, mode }: WantedDatabases,
  holders: readonly DataHolder[],
): readonly string[] {
  return holders.flatMap(({ type, name, inputs }) => {
    if (type !== dataTypes.database) return [];
    const service = project.services.find((other) => other.name === name);
    if (service === undefined || !isDatabase(service) || service.allowDowntime === true) return [];
    const settings = rdsSettings(service.kind, mode);
    const size = service.instanceClass ?? settings.instanceClass;
    const changes = [
      ...(inputs["instanceClass"] === size ? [] : [`${String(inputs["instanceClass"])} becomes ${size}`]),
      ...storageChanges(service, inputs),
      ...((inputs["multiAz"] ?? false) === settings.multiAz
        ? []
        : [settings.multiAz ? "it gets a standby" : "its standby goes"]),
    ];
    if (changes.length === 0) return [];
    return [
      `Database ${name}: ${changes.join(", and ")} in RDS's next maintenance window, within a week; ${stores[service.kind].keys[0]}: {allow-downtime: true} makes it at once, with some minutes without the database`,
    ];
  });
}

/** Storage and its speed: RDS makes them without taking the database down, and in the window all the same. */
function storageChanges(service: DatabaseService, inputs: StoreInputs): readonly string[] {
  const wanted = [
    ["allocatedStorage", service.storage ?? leastStorage, "GiB of storage"],
    ["iops", service.iops, "operations a second"],
    ["storageThroughput", service.throughput, "MiB a second"],
  ] as const;
  return wanted.flatMap(([input, now, unit]) => {
    const before = inputs[input];
    return typeof before === "number" && now !== undefined && now !== before
      ? [`${before} become ${now} ${unit}`]
      : [];
  });
}
