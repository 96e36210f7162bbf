/** The words of progress: spans of time, what an operation does and has done, and what a row is called. */
import type { Component } from "../../model/components";

/** What a component goes through. */
export type Verb = "create" | "update" | "replace" | "delete" | "build" | "run" | "watch";

export const doing: Readonly<Record<Verb, string>> = {
  create: "creating",
  update: "updating",
  replace: "replacing",
  delete: "deleting",
  build: "building",
  run: "running",
  watch: "waiting for its tasks",
};

export const done: Readonly<Record<Verb, string>> = {
  create: "created",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
  build: "built",
  run: "ended",
  watch: "steady",
};

/** `network`, `web`, `image of web`. */
export function titleOf({ kind, name }: Component): string {
  return kind === "image" ? `image of ${name}` : name;
}

/**
 * How long a component usually takes, in seconds: what its slowest resource does on AWS, as the simulated AWS has it
 * (`src/simulator/services`), and what is around it.
 */
const typical: Readonly<Record<string, { readonly create?: number; readonly delete?: number }>> = {
  network: { create: 150, delete: 240 },
  entry: { create: 150, delete: 60 },
  "aws:cloudfront/distribution:Distribution": { create: 380, delete: 320 },
  "berth:aws:Postgres": { create: 400, delete: 330 },
  "berth:aws:Mysql": { create: 400, delete: 330 },
  "berth:aws:Redis": { create: 330, delete: 240 },
  image: { create: 90 },
};

/** Shorter than this is not worth a figure: milliseconds. */
export const slow = 5_000;

/**
 * Milliseconds that it takes in any stack; `undefined` where nobody knows.
 *
 * @param slowest - the type of a resource in it that takes longer than the rest. @default none does
 */
export function typicalTime({ kind, type }: Component, verb: Verb, slowest?: string): number | undefined {
  const row = typical[slowest ?? ""] ?? typical[type ?? ""] ?? typical[kind];
  const seconds =
    verb === "delete" ? row?.delete : verb === "create" || verb === "build" ? row?.create : undefined;
  return seconds === undefined ? undefined : seconds * 1_000;
}

/** A text of such characters alone, as most are, needs no other look: the classes of Unicode take a millisecond to make. */
const printable = /^[ -~]*$/;

/** Text of others as one line of a terminal may show it: what a terminal would obey is written out (`\u001b`). */
export function harmless(text: string): string {
  if (printable.test(text)) return text;
  return text.replaceAll(/[\p{Cc}\p{Bidi_Control}\p{Cs}\u2028\u2029]/gu, (character) =>
    character === "\n" || character === "\t"
      ? " "
      : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** As {@link harmless}, of a text that may have several lines. */
export function harmlessLines(text: string): string {
  return text.split("\n").map(harmless).join("\n");
}
