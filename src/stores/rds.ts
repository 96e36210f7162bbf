/** What RDS is asked for in the place of a database's image: by kind and engine, plain values. */
import { assertNever } from "../errors";
import type { DatabaseService, Service } from "../model/project";
import { dataTypes } from "./data-types";
import { keptParameters } from "./differences";
import { isStore, stores } from "./index";
import { parameters as parametersOf } from "./parameters";

/** Settings of the mode that decide an instance. */
export interface RdsSettings {
  readonly instanceClass: string;
  readonly multiAz: boolean;
  /** Days. */
  readonly backupRetention: number;
  readonly deletionProtection: boolean;
}

type Kind = DatabaseService["kind"];

/** The mode's settings, as far as databases are concerned. */
export type DatabaseModes = Readonly<
  Record<`${Kind}InstanceClass`, string> &
    Record<`${Kind}${"MultiAz" | "DeletionProtection"}`, boolean> &
    Record<`${Kind}BackupRetention`, number>
>;

export function isDatabase(service: Service): service is DatabaseService {
  return isStore(service) && stores[service.kind].type === dataTypes.database;
}

export function rdsSettings(kind: Kind, mode: DatabaseModes): RdsSettings {
  return {
    instanceClass: mode[`${kind}InstanceClass`],
    multiAz: mode[`${kind}MultiAz`],
    backupRetention: mode[`${kind}BackupRetention`],
    deletionProtection: mode[`${kind}DeletionProtection`],
  };
}

/** A parameter of an instance's group. `pending-reboot` for one that counts when the server starts alone. */
export interface RdsParameter {
  readonly name: string;
  readonly value: string;
  readonly applyMethod: "immediate" | "pending-reboot";
}

/** What an instance is by its engine. */
export interface RdsEngine {
  readonly engine: "postgres" | "mysql" | "mariadb";
  readonly port: number;
  /** Of its parameter group: RDS takes a group of the instance's own family only. */
  readonly family: string;
  /** What makes it do as the image does, and as `tls` says. */
  readonly parameters: readonly RdsParameter[];
  /** Whether RDS has extended support for it (RDS API: CreateDBInstance, EngineLifecycleSupport). */
  readonly extendedSupport: boolean;
}

export function rdsEngine(service: DatabaseService): RdsEngine {
  const forced = (service.tls ?? "required") === "required" ? "1" : "0";
  switch (service.kind) {
    case "postgres":
      return {
        engine: "postgres",
        port: 5432,
        family: `postgres${service.version.split(".")[0] ?? ""}`,
        parameters: withOwn([immediate("rds.force_ssl", forced)], service),
        extendedSupport: true,
      };
    case "mysql":
      return {
        engine: service.engine,
        port: 3306,
        family: `${service.engine}${service.version.split(".").slice(0, 2).join(".")}`,
        parameters: withOwn(
          [
            immediate("require_secure_transport", forced),
            ...Object.entries(keptParameters(service.engine)).map(([name, value]) => immediate(name, value)),
          ],
          service,
        ),
        extendedSupport: service.engine === "mysql",
      };
    default:
      return assertNever(service);
  }
}

/** The file's own parameters over those that keep the instance as its image is. */
function withOwn(ours: readonly RdsParameter[], { kind, parameters = {} }: DatabaseService): RdsParameter[] {
  const own = Object.entries(parameters).map(([name, value]): RdsParameter => {
    const known = parametersOf[kind][name];
    // What is not known is taken for one that counts when the server starts alone: RDS takes that of all.
    const atStart = known === undefined || known.atStart === true;
    return { name, value, applyMethod: atStart ? "pending-reboot" : "immediate" };
  });
  return [...ours.filter(({ name }) => !Object.hasOwn(parameters, name)), ...own];
}

function immediate(name: string, value: string): RdsParameter {
  return { name, value, applyMethod: "immediate" };
}
