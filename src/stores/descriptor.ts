/** What the program has to know of a kind of managed store, in one place. */
import type { StoreKind, StoreService } from "../model/project";
import type { StoreType } from "./data-types";
import type { EngineName } from "./differences/row";

/** Inputs of a resource, or what AWS reports of it, as far as they are known. */
export type StoreInputs = Readonly<Record<string, unknown>>;

/** A key of the compose file from which an input of the store's resource comes. */
export interface StoreKey {
  /** Inputs of the resource under {@link StoreDescriptor.type}. */
  readonly inputs: RegExp;
  /** The key below the service: `image`, `environment.POSTGRES_DB`. */
  readonly key: string;
}

type KeyOf<T> = T extends unknown ? keyof T : never;

/** A property that a store of some kind has in the model. */
export type StoreProperty = KeyOf<StoreService>;

/** An option of the store's own key. */
export interface StoreOption {
  /** The property of the model that keeps it. */
  readonly property: StoreProperty;
  /** Inputs of the resource that come from it. @default none that AWS would refuse */
  readonly inputs?: RegExp;
}

/** A setting of `x-berth` that decides inputs of the store's resource. */
export interface StoreSetting {
  readonly inputs: RegExp;
  readonly settings: readonly string[];
}

/** One kind of managed store. A kind is a row of `stores`; what differs in its services is switched on by `kind`. */
export interface StoreDescriptor<K extends StoreKind = StoreKind> {
  readonly kind: K;
  /** Keys of a service that ask for it: Berth's own, then the published dialect's synonyms. */
  readonly keys: readonly [own: string, ...synonyms: string[]];
  /** What the coverage table says of the key. */
  readonly means: string;
  /** Pulumi's token of the resource that holds its data. */
  readonly type: StoreType;
  /** Pulumi's token of the component that declares it. */
  readonly component: string;
  /** AWS's names of its engines, and how people write them; at least one. */
  readonly engines: Readonly<Partial<Record<EngineName, string>>>;
  /** Whether AWS can stop it, and start it again with its data. */
  readonly stops: boolean;
  /** Where its password is: in the compose file, or in Parameter Store where it asks for one. */
  readonly password: "written" | "token";
  /** How many numbers of its version are the major one, which AWS changes where it is asked for it alone. */
  readonly majorNumbers: 1 | 2;
  /** The input by which a snapshot fills it. */
  readonly snapshotInput: "snapshotIdentifier" | "snapshotName";
  /** The last part of the names of images that it replaces. */
  readonly images: RegExp;
  /** By name, as the compose file has them. */
  readonly options: Readonly<Record<string, StoreOption>>;
  readonly sources: readonly StoreKey[];
  readonly settings: readonly StoreSetting[];
  /** The setting of `x-berth` by which AWS refuses to delete it, where there is one. */
  readonly deletionProtection?: "postgresDeletionProtection" | "mysqlDeletionProtection";
  /** `Postgres database "todo"`, `Valkey store`. */
  wordsOf(inputs: StoreInputs): string;
}
