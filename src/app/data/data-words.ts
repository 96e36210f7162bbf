/** How a resource that holds data is named in messages, and how the user releases it. */
import type { DataHolder } from "../../ports";
import { storeOfResource } from "../../stores";
import { dataTypes } from "../../stores/data-types";

/** The option by which the user names what may go. */
export const lossOption = "--allow-data-loss";

export const types = { ...dataTypes, bucket: "aws:s3/bucket:Bucket" } as const;

/** The name by which the user speaks of a resource that holds data. */
export function nameOfDataHolder({ type, name }: Pick<DataHolder, "type" | "name">): string {
  return type === types.bucket ? "access-logs" : name;
}

/** An input that is a text; empty where it is none. */
export function text(resource: DataHolder, input: string): string {
  const value = resource.inputs[input];
  return typeof value === "string" ? value : "";
}

/** `Postgres database "todo"`, `Redis store`. */
export function wordsOf({ type, inputs }: DataHolder): string {
  return storeOfResource(type, inputs)?.wordsOf(inputs) ?? "";
}

/** How to let it go, and what stays then. */
export function lettingGo(resource: DataHolder): string {
  const snapshot = text(resource, "finalSnapshotIdentifier");
  return `${lossOption} ${nameOfDataHolder(resource)} deletes it and leaves the snapshot ${snapshot}`;
}
