/** A cloud that takes everything and keeps it in memory; tests script what one resource does by its name. */
import {
  unknown,
  type CloudResource,
  type Properties,
  type SimulatedCloud,
} from "../../src/simulator/cloud/cloud";

/** What happens before a resource of this name is created, updated or deleted. */
export type Script = (verb: "create" | "update" | "delete") => Promise<void> | void;

/** Inputs that can't change in place, as far as the tests use them. */
const replacing = new Set(["cidrBlock", "bucket"]);

export class MemoryCloud implements SimulatedCloud {
  readonly resources = new Map<string, CloudResource & { readonly type: string; readonly name: string }>();
  readonly scripts = new Map<string, Script>();
  #count = 0;

  check(_type: string, _urn: string, inputs: Properties): ReturnType<SimulatedCloud["check"]> {
    const refusals =
      inputs["cidrBlock"] === "nonsense"
        ? [{ property: "cidrBlock", message: "not a range", rule: "ranges", hint: "use a range" }]
        : [];
    return { inputs, refusals };
  }

  diff(_type: string, oldInputs: Properties, newInputs: Properties): ReturnType<SimulatedCloud["diff"]> {
    const keys = [...new Set([...Object.keys(oldInputs), ...Object.keys(newInputs)])];
    const changed = keys.filter((key) => canonical(oldInputs[key]) !== canonical(newInputs[key]));
    const replaces = changed.filter((key) => replacing.has(key));
    return { changed, replaces, deleteBeforeReplace: changed.includes("bucket") };
  }

  async create(type: string, urn: string, inputs: Properties): Promise<CloudResource> {
    const name = urn.split("::").at(-1) ?? "";
    await this.scripts.get(name)?.("create");
    this.#count += 1;
    const id = `${name}-${this.#count}`;
    const made = { id, type, name, outputs: { ...inputs, arn: `arn:aws:test:::${id}` } };
    this.resources.set(id, made);
    return made;
  }

  preview(_type: string, _urn: string, inputs: Properties, old?: Properties): Properties {
    return { ...inputs, arn: old?.["arn"] ?? unknown };
  }

  async update(_type: string, id: string, oldOutputs: Properties, inputs: Properties): Promise<Properties> {
    const found = this.resources.get(id);
    if (found === undefined) throw new Error(`no ${id}`);
    await this.scripts.get(found.name)?.("update");
    const outputs = { ...oldOutputs, ...inputs };
    this.resources.set(id, { ...found, outputs });
    return outputs;
  }

  read(_type: string, id: string): Promise<CloudResource | undefined> {
    return Promise.resolve(this.resources.get(id));
  }

  async delete(_type: string, id: string): Promise<void> {
    const found = this.resources.get(id);
    if (found !== undefined) await this.scripts.get(found.name)?.("delete");
    this.resources.delete(id);
  }

  invoke(token: string, args: Properties): Promise<Properties> {
    if (token !== "aws:index/getRegion:getRegion")
      return Promise.reject(new Error(`unknown function ${token}`));
    return Promise.resolve({ ...args, name: "us-east-1", id: "us-east-1" });
  }
}

function canonical(value: unknown): string {
  return value === unknown ? "unknown" : JSON.stringify(value);
}
