/** What random plays are made of: a version to begin with, its keys that change, and how a run of them ends. */
import { join } from "node:path";
import fc from "fast-check";
import { runProgram } from "../bundle";
import type { Play, Played } from "./play";
import type { Ending, Version } from "./stack";

/** Each play in a world of its own, one after the other. */
export async function plays(all: readonly Play[]): Promise<readonly (readonly Played[])[]> {
  const { stdout } = await runProgram(join(__dirname, "play.ts"), JSON.stringify(all));
  return JSON.parse(stdout) as readonly (readonly Played[])[];
}

export async function play(one: Play): Promise<readonly Played[]> {
  return (await plays([one]))[0] ?? [];
}

export const first: Version = {
  image: "ghcr.io/example/web:1",
  port: 80,
  version: "HTTP1",
  healthPath: "/old",
  interval: 15,
  memory: "512M",
  domains: [],
};

/** The keys of a version that change, each with its values; their order decides what a seed makes of them. */
export const changing = {
  port: fc.constantFrom(80, 3000, 8080),
  version: fc.constantFrom("HTTP1", "HTTP2", "GRPC"),
  healthPath: fc.constantFrom("/old", "/new", "/up"),
  interval: fc.constantFrom(15, 30),
  memory: fc.constantFrom("512M", "1G"),
  domains: fc.constantFrom([], ["www.shop.com"], ["www.shop.com", "shop.com"]),
};

/** How a run ends. @param most - changes of the cloud, after the last of which a run is cut off */
export const endings = (most: number): fc.Arbitrary<Ending> =>
  fc.oneof(
    fc.constant<Ending>({ kind: "success" }),
    fc
      .constantFrom("rollback", "crash-loop", "alarm", "late-alarm")
      .map((fault): Ending => ({ kind: "failure", fault })),
    fc.record({
      kind: fc.constantFrom("cancel" as const, "kill" as const),
      at: fc.integer({ min: 1, max: most }),
    }),
  );
