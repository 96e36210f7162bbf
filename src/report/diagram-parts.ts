/** The parts of a Mermaid flowchart: boxes, groups of them, and their words. */

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

export function plural(count: number, one: string): string {
  return count === 1 ? `1 ${one}` : `${count} ${one}s`;
}
