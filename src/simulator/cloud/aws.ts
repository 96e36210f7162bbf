/** The simulated AWS of one account and region: what exists, and the rules of `services/` by which it changes. */
import { definedOnly } from "../../defined";
import type { Clock } from "../../ports";
import { machineClock, type SimulatedAwsOptions } from "./options";
import { CloudError } from "./error";
import type { CloudResource, DiffResult, Properties, Refusal, SimulatedCloud } from "./cloud";
import {
  MemoryCloudStore,
  type CloudData,
  type CloudStore,
  type StoredImage,
  type StoredResource,
  type StoredRollout,
} from "./store";
import { diffOf } from "./diff";
import { callFunction } from "./functions";
import { fillName, nameHolder } from "./naming";
import { asSent, compose, foreseen, kept } from "./outputs";
import type { AssumingWorld } from "./outside";
import { Resources } from "./resources";
import { checkReferences, inUseCode, patientHolders, typeWords } from "./references";
import { deny } from "./denied";
import { Judgements } from "./judgements";
import { makingOf } from "./making";
import type { Latency, ResourceType } from "./resource-type";
import { generalRules } from "../rules/general";
import { resourceTypes } from "../services";
import { Snapshots } from "./snapshots";
import { typeOf } from "./type-of";
import { textOf } from "./values";

export { CloudError };
export type { SimulatedAwsOptions };

export class SimulatedAws implements SimulatedCloud, AssumingWorld {
  readonly region: string;
  readonly accountId: string;
  readonly verified: boolean;
  private readonly store: CloudStore;
  /** 1 takes as long as AWS does. */
  readonly latencyScale: number;
  private readonly clock: Pick<Clock, "sleep">;
  readonly onRefusal: SimulatedAwsOptions["onRefusal"];
  private readonly otherRegions: NonNullable<SimulatedAwsOptions["otherRegions"]>;
  private readonly resources: Resources;
  private readonly imageList: StoredImage[];
  private readonly rollouts = new Map<string, StoredRollout>();
  private readonly judgements = new Judgements();
  /** Things outside of the stack that the program named; not kept. */
  readonly assumed: StoredResource[] = [];
  /** What deleted resources have left. */
  readonly snapshots: Snapshots;
  private serial: number;
  /** The last serial of what existed before. */
  private readonly opened: number;

  constructor(options: SimulatedAwsOptions) {
    this.region = options.region;
    this.accountId = options.accountId ?? "123456789012";
    this.verified = options.verified ?? true;
    this.store = options.store ?? new MemoryCloudStore();
    this.latencyScale = options.latencyScale ?? 0;
    this.clock = options.clock ?? machineClock;
    this.onRefusal = options.onRefusal;
    this.otherRegions = options.otherRegions ?? (() => []);
    const data = this.store.load();
    this.serial = this.opened = data?.serial ?? 0;
    this.imageList = [...(data?.images ?? [])];
    for (const rollout of data?.rollouts ?? []) this.rollouts.set(rollout.service, rollout);
    this.snapshots = new Snapshots(data?.snapshots);
    this.resources = new Resources(data?.resources);
  }

  all(token: string): readonly StoredResource[] {
    return this.resources.all(token);
  }

  find(token: string, reference: unknown): StoredResource | undefined {
    if (typeof reference !== "string" || reference === "") return undefined;
    const outside = this.assumed.find(({ type, id }) => type === token && id === reference);
    const byId = this.resources.get(token, reference) ?? outside;
    if (byId !== undefined) return byId;
    const property = resourceTypes.get(token)?.name?.property ?? "name";
    return this.all(token).find(
      ({ outputs }) => outputs["arn"] === reference || outputs[property] === reference,
    );
  }

  isFresh({ seed }: StoredResource): boolean {
    return seed > this.opened;
  }

  images(repository: string): readonly StoredImage[] {
    return this.imageList.filter((image) => image.repository === repository);
  }

  /** Everything that exists, oldest first. */
  list(): readonly StoredResource[] {
    return this.resources.list();
  }

  /**
   * A copy of what exists, in which a run can be rehearsed: it is kept nowhere, and takes no time.
   *
   * @param onRefusal - receives everything that AWS would refuse. @default the first refusal ends a run, as on AWS
   */
  rehearsal(onRefusal?: (urn: string, refusal: Refusal) => void): SimulatedAws {
    const store: CloudStore = { load: () => this.data() };
    const { region, accountId, otherRegions } = this;
    const copy = new SimulatedAws({ region, accountId, otherRegions, store, ...definedOnly({ onRefusal }) });
    copy.assumed.push(...this.assumed);
    return copy;
  }

  /** A registry's push; a tag of an immutable repository is written once. */
  async pushImage(image: StoredImage): Promise<void> {
    const index = this.imageList.findIndex(
      ({ repository, tag }) => repository === image.repository && tag === image.tag,
    );
    if (index >= 0) this.imageList.splice(index, 1);
    this.imageList.push(image);
    await this.save();
  }

  /** How a service of ECS is being deployed, by its ARN. */
  rollout(service: string): StoredRollout | undefined {
    return this.rollouts.get(service);
  }

  /** A rollback changes the service itself, as a refresh sees. */
  async setRollout(rollout: StoredRollout, changed: Properties): Promise<void> {
    this.rollouts.set(rollout.service, rollout);
    await this.change("aws:ecs/service:Service", rollout.service, changed);
  }

  /** What another hand than the engine's does. */
  async change(token: string, id: string, outputs: Properties): Promise<void> {
    const resource = this.resources.get(token, id);
    if (resource === undefined) return;
    this.resources.set({ ...resource, outputs: { ...resource.outputs, ...outputs } });
    await this.save();
  }

  check(token: string, urn: string, inputs: Properties, old?: Properties) {
    const type = typeOf(token);
    const filled = fillName(type, urn, inputs, old, this);
    return { inputs: filled, refusals: this.judgements.of(type, filled).refusals };
  }

  diff(token: string, oldInputs: Properties, newInputs: Properties): DiffResult {
    return diffOf(typeOf(token), oldInputs, newInputs);
  }

  async create(token: string, urn: string, inputs: Properties): Promise<CloudResource> {
    const type = typeOf(token);
    this.refuse(`creating ${typeWords(token)}`, type, urn, inputs);
    const there = type.existing?.(this, inputs);
    if (there !== undefined) return there;
    const denied = type.refusesCreate?.(this, inputs);
    // Nothing else may come between the check and the creation.
    if (denied !== undefined) await deny(denied, this);
    const seed = (this.serial += 1);
    const making = makingOf(this, urn, inputs, seed);
    const id = type.id(making);
    if (this.resources.get(token, id) !== undefined && this.onRefusal === undefined) {
      throw new CloudError(`creating ${typeWords(token)}: '${id}' already exists`);
    }
    const resource: StoredResource = { type: token, id, urn, seed, outputs: compose(type, making, id) };
    this.resources.set(resource);
    await this.save();
    await this.wait(type.latency, "create");
    return resource;
  }

  preview(token: string, _urn: string, inputs: Properties, old?: Properties): Properties {
    typeOf(token);
    return foreseen(token, inputs, old);
  }

  async update(
    token: string,
    id: string,
    state: Properties,
    wanted: Properties,
    ignored: readonly string[] = [],
  ): Promise<Properties> {
    const type = typeOf(token);
    const before = this.resources.get(token, id);
    if (before === undefined) throw new CloudError(`updating ${typeWords(token)}: '${id}' does not exist`);
    const inputs = asSent(type, { state, now: before.outputs, inputs: wanted, ignored });
    this.refuse(`updating ${typeWords(token)} '${id}'`, type, before.urn, inputs, id);
    const reason = type.refusesUpdate?.(before.outputs, inputs);
    if (reason !== undefined) throw new CloudError(`updating ${typeWords(token)} '${id}': ${reason}`);
    const made = compose(type, makingOf(this, before.urn, inputs, before.seed), id);
    const whole = { ...made, ...kept(type, before.outputs, inputs) };
    const outputs = type.updated?.(whole, before.outputs) ?? whole;
    this.resources.set({ ...before, outputs });
    await this.save();
    await this.wait(type.latency, "update");
    return outputs;
  }

  read(token: string, id: string): Promise<CloudResource | undefined> {
    return Promise.resolve(this.resources.get(token, id) ?? this.imported(token, id));
  }

  async delete(token: string, id: string): Promise<void> {
    const type = typeOf(token);
    const resource = this.resources.get(token, id);
    if (resource === undefined) return;
    const holding = await patientHolders(resource, type, this, (other) => resourceTypes.get(other));
    if (holding.length > 0) {
      const by = holding.map((holder) => `${typeWords(holder.type)} '${holder.id}'`).join(", ");
      throw new CloudError(
        `deleting ${typeWords(token)} '${id}': ${inUseCode(token)}: it has dependencies and cannot be deleted: ${by}`,
      );
    }
    const reason = type.refusesDelete?.(resource, this);
    if (reason !== undefined) throw new CloudError(`deleting ${typeWords(token)} '${id}': ${reason}`);
    const taken = this.snapshots.refusal(type, resource);
    if (taken !== undefined) throw new CloudError(`deleting ${typeWords(token)} '${id}': ${taken}`);
    await this.wait(type.latency, "delete");
    this.snapshots.take(type, resource);
    this.resources.delete(token, id);
    for (const other of type.deletes?.(resource, this) ?? []) this.resources.delete(other.type, other.id);
    this.rollouts.delete(id);
    this.forgetImages(resource);
    await this.save();
  }

  async invoke(token: string, args: Properties): Promise<Properties> {
    return Promise.resolve(callFunction(token, args, this));
  }

  /** What an import finds by an ARN, a name, or an id of the provider's own. */
  private imported(token: string, id: string): StoredResource | undefined {
    const type = resourceTypes.get(token);
    const property = type?.name?.property ?? "name";
    return this.all(token).find(
      ({ outputs }) => outputs["arn"] === id || outputs[property] === id || type?.importId?.(outputs) === id,
    );
  }

  private refuse(doing: string, type: ResourceType, urn: string, inputs: Properties, self?: string): void {
    const { seen, refusals: own } = this.judgements.of(type, inputs);
    const refusals = [
      ...own,
      ...checkReferences(type, seen, this),
      ...this.takenName(type, seen, self),
      ...(type.conflicts?.(seen, this, self) ?? []),
    ];
    if (this.onRefusal !== undefined) {
      for (const refused of refusals) this.onRefusal(urn, refused);
      return;
    }
    if (refusals.length === 0) return;
    throw new CloudError(
      `${doing}: ${refusals.map(({ property, message }) => `${property}: ${message}`).join("; ")}`,
      refusals,
    );
  }

  private takenName(type: ResourceType, inputs: Properties, self: string | undefined): readonly Refusal[] {
    if (type.name === undefined) return [];
    const name = textOf(inputs[type.name.property]);
    if (name === "") return [];
    const holder = nameHolder(type, type.name, name, inputs, this, this.otherRegions());
    if (holder === undefined || holder.id === self) return [];
    return [generalRules.nameTaken.refuse(type.name.property, `'${name}' already exists`)];
  }

  private forgetImages(resource: StoredResource): void {
    if (resource.type !== "aws:ecr/repository:Repository") return;
    const kept = this.imageList.filter(({ repository }) => repository !== resource.outputs["name"]);
    this.imageList.splice(0, this.imageList.length, ...kept);
  }

  private async wait(latency: Latency | undefined, step: keyof Latency): Promise<void> {
    const milliseconds = (latency?.[step] ?? 0) * this.latencyScale * 1000;
    if (milliseconds > 0) await this.clock.sleep(milliseconds);
  }

  private async save(): Promise<void> {
    await this.store.save?.(this.data());
  }

  private data(): CloudData {
    const resources = this.resources.list();
    const rollouts = [...this.rollouts.values()];
    const [images, snapshots] = [[...this.imageList], this.snapshots.list()];
    return { version: 1, serial: this.serial, resources, images, rollouts, snapshots };
  }
}
