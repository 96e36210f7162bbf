/** The parts of a Mermaid flowchart: boxes, groups of them, and their words; and a plan to be looked into. */
import type { ResourceStep } from "../../src/ports";

export type Plan = readonly ResourceStep[];

export class Estate {
  readonly zones: number;
  private readonly byUrn: ReadonlyMap<string, ResourceStep>;

  constructor(readonly steps: Plan) {
    this.byUrn = new Map(steps.map((step) => [step.urn, step]));
    const subnets = this.ofType("aws:ec2/subnet:Subnet").filter(({ name }) => name.includes("-private-"));
    this.zones = subnets.length === 0 ? 2 : subnets.length;
  }

  ofType(type: string): Plan {
    return this.steps.filter((step) => step.type === type).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  has(type: string): boolean {
    return this.ofType(type).length > 0;
  }

  /** The nearest component of that type above a resource. */
  above(step: ResourceStep, type: string): ResourceStep | undefined {
    for (let at: ResourceStep | undefined = step; at !== undefined; at = this.byUrn.get(at.parent ?? "")) {
      if (at.type === type) return at;
    }
    return undefined;
  }

  /** What is below a component, at any depth. */
  below(component: ResourceStep, type: string): Plan {
    return this.ofType(type).filter((step) => this.above(step, component.type)?.urn === component.urn);
  }
}

export function group(id: string, title: string, content: readonly string[]): readonly string[] {
  if (content.length === 0) return [];
  return [`  subgraph ${id}["${title}"]`, ...content.map((line) => `  ${line}`), "  end"];
}

export function box(id: string, lines: readonly string[], shape: "box" | "store" | "round" = "box"): string {
  const text = `"${lines.filter((line) => line !== "").join("<br>")}"`;
  const [open, close] = { box: ["[", "]"], store: ["[(", ")]"], round: ["([", "])"] }[shape];
  return `  ${idOf(id)}${open ?? ""}${text}${close ?? ""}`;
}

/** Mermaid takes letters, digits and underscores everywhere. */
export function idOf(name: string): string {
  return name.replace(/[^A-Za-z0-9]/g, "_");
}

/** `2 × ` before what there is more than one of. */
export function counted(count: unknown): string {
  return typeof count === "number" && count > 1 ? `${count} × ` : "";
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return count === 1 ? `1 ${one}` : `${count} ${many}`;
}
