/** The state of a stack while a run changes it: what the run has settled, what waits, what is to go. Saved as it goes. */
import type { Properties } from "../cloud/cloud";
import type { JsonFile } from "../cloud/json-file";
import type { PendingOperation, StackState, StateResource } from "../state/state";

export class WorkingState {
  private readonly settled = new Map<string, StateResource>();
  private readonly pending: Map<string, StateResource>;
  private readonly claimed = new Set<string>();
  private readonly doomed = new Set<StateResource>();
  /** Operations under way, by the resource that they are about. */
  private readonly begun = new Map<string, PendingOperation>();
  private isClosed = false;
  private stackOutputs: Properties;

  /** @param file - where each change is saved; `undefined` in a preview, which writes nothing */
  constructor(
    private readonly before: StackState,
    private readonly file: JsonFile<StackState> | undefined,
  ) {
    const [doomed, alive] = [true, false].map((gone) =>
      before.resources.filter((item) => (item.delete === true) === gone),
    );
    this.pending = new Map((alive ?? []).map((item) => [item.urn, item]));
    for (const item of doomed ?? []) this.doomed.add(item);
    this.stackOutputs = before.outputs;
  }

  /**
   * The resource that the state knows by the URN or by one of its aliases, whose entry then takes the URN.
   *
   * @throws Error on the second claim of a URN
   */
  claim(urn: string, aliases: readonly string[]): StateResource | undefined {
    if (this.claimed.has(urn)) throw new Error("the program has two resources of this type and name");
    this.claimed.add(urn);
    const known = [urn, ...aliases].find((name) => this.pending.has(name));
    const found = known === undefined ? undefined : this.pending.get(known);
    if (known === undefined || found === undefined || known === urn) return found;
    this.pending.delete(known);
    const renamed = { ...found, urn };
    this.pending.set(urn, renamed);
    return renamed;
  }

  get(urn: string): StateResource | undefined {
    return this.settled.get(urn) ?? this.pending.get(urn);
  }

  /** What the run hasn't come to, in the state's order. */
  waiting(): readonly StateResource[] {
    return [...this.pending.values()];
  }

  /** The old halves of replacements, those that an earlier run left included. */
  superseded(): readonly StateResource[] {
    return [...this.doomed];
  }

  all(): readonly StateResource[] {
    return [...this.settled.values(), ...this.pending.values(), ...this.doomed];
  }

  /** Says what is about to reach the cloud; a later `put`, `drop` or `giveUp` of the resource says that it did. */
  async begin(op: PendingOperation["op"], resource: StateResource): Promise<void> {
    this.begun.set(beginningOf(op, resource), { op, resource });
    await this.save();
  }

  /** The operation was refused: nothing of it reached the cloud. */
  async giveUp(op: PendingOperation["op"], resource: StateResource): Promise<void> {
    this.begun.delete(beginningOf(op, resource));
    await this.save();
  }

  /** Nothing is saved any more: what is still under way is for the next run to settle. */
  close(): void {
    this.isClosed = true;
  }

  async put(resource: StateResource): Promise<void> {
    this.begun.delete(beginningOf("creating", resource));
    this.begun.delete(beginningOf("updating", resource));
    this.pending.delete(resource.urn);
    this.settled.set(resource.urn, resource);
    await this.save();
  }

  supersede(old: StateResource): void {
    this.doomed.add({ ...old, delete: true });
  }

  async drop(resource: StateResource): Promise<void> {
    this.begun.delete(beginningOf("deleting", resource));
    if (!this.doomed.delete(resource)) {
      this.pending.delete(resource.urn);
      this.settled.delete(resource.urn);
    }
    await this.save();
  }

  async setOutputs(urn: string, outputs: Properties, ofStack: boolean): Promise<void> {
    const resource = this.settled.get(urn);
    if (resource !== undefined) this.settled.set(urn, { ...resource, outputs });
    if (ofStack) this.stackOutputs = outputs;
    await this.save();
  }

  get outputs(): Properties {
    return this.stackOutputs;
  }

  /** @param lastUpdate - ISO 8601, at the end of a run */
  async save(lastUpdate?: string): Promise<void> {
    if (this.file === undefined || this.isClosed) return;
    const updated = lastUpdate ?? this.before.lastUpdate;
    const { pending: _before, ...before } = this.before;
    const pending = [...this.begun.values()];
    await this.file.write({
      ...before,
      ...(updated === undefined ? {} : { lastUpdate: updated }),
      resources: this.all(),
      outputs: this.stackOutputs,
      ...(pending.length === 0 ? {} : { pending }),
    });
  }
}

/** The two halves of a replacement share a URN; a resource that is deleted has an id of its own. */
function beginningOf(op: PendingOperation["op"], { urn, id }: StateResource): string {
  return op === "deleting" ? `deleting ${urn} ${id ?? ""}` : `${op} ${urn}`;
}
