/** What random plays are made of: a version to begin with, its keys that change, and how a run of them ends. */
import fc from "fast-check";
import type { Play, Played } from "./play";
import type { Ending, Version } from "./stack";

export const first: Version = {
  image: "ghcr.io/example/web:1",
  port: 80,
  version: "HTTP1",
  healthPath: "/old",
  interval: 15,
  memory: "512M",
  domains: [],
};

/** More than the one rule has room for that ECS moves. */
const many = ["www.shop.com", "shop.com", "a.shop.com", "b.shop.com", "c.shop.com"];

const bake = fc.constantFrom("1m", "5m", "1h");

/** Another version: some of its keys change, and its image where the program in it answers otherwise. */
const change = fc.record(
  {
    port: fc.constantFrom(80, 3000, 8080),
    version: fc.constantFrom("HTTP1", "HTTP2", "GRPC"),
    healthPath: fc.constantFrom("/old", "/new", "/up"),
    interval: fc.constantFrom(15, 30),
    memory: fc.constantFrom("512M", "1G"),
    domains: fc.constantFrom([], ["www.shop.com"], ["www.shop.com", "shop.com"], many),
    strategy: fc.oneof(
      fc.constantFrom("rolling" as const, "canary" as const, "blue-green" as const),
      fc.record({ strategy: fc.constant("blue-green" as const), bake }),
      fc.record({ strategy: fc.constant("canary" as const), percent: fc.integer({ min: 1, max: 99 }), bake }),
    ),
  },
  { requiredKeys: [] },
);

/** Changes of the cloud in a run: after so many it may be cut off. */
const most = 30;

const ending: fc.Arbitrary<Ending> = fc.oneof(
  fc.constant<Ending>({ kind: "success" }),
  fc
    .constantFrom("rollback", "crash-loop", "alarm", "late-alarm")
    .map((fault): Ending => ({ kind: "failure", fault })),
  fc.record({
    kind: fc.constantFrom("cancel" as const, "kill" as const),
    at: fc.integer({ min: 1, max: most }),
  }),
);

/** A check, or a protocol, that takes another target group, by rolling, of a service with several rules. */
const severalRules = fc
  .record({
    version: fc.constantFrom("HTTP1", "HTTP2"),
    healthPath: fc.constantFrom("/old", "/new", "/up"),
    interval: fc.constantFrom(15, 30),
  })
  .map((own) => ({ ...own, domains: ["www.shop.com", "shop.com"], strategy: "rolling" as const }));

/** In the last one a task may stop before another one is there. */
const mode = fc.constantFrom("balanced", "balanced", "high-availability", "affordable");

/** Changes of one stack: more of them cost a stack less, and fewer of them are easier to look at. */
const longest = 10;

/** One random change: what becomes of a version, whether its image stays where it can, and how the run ends. */
const step = fc.record({ change, keeps: fc.boolean(), ending });

/** A run that is cut off between the rules of a port, and whatever comes after it. */
const between = fc
  .tuple(severalRules, fc.constantFrom("cancel" as const, "kill" as const))
  .map(([own, kind]) => ({ change: own, keeps: false, ending: { kind, at: "between" as const } }));

const steps = (size: number) =>
  fc.array(fc.oneof({ weight: 6, arbitrary: step }, { weight: 2, arbitrary: between }), {
    minLength: size,
    maxLength: size,
  });

/**
 * Random changes, in stacks of ten at most; each stack begins with a first version and ends with a change that succeeds.
 *
 * @param seed - the same one makes the same plays
 */
export function randomPlays(seed: number, changes: number): readonly Play[] {
  const sizes = Array.from({ length: Math.ceil(changes / longest) }, (_, at) =>
    Math.min(longest, changes - at * longest),
  );
  const begin = fc.record({ mode, change });
  return sizes.map((size, at) => {
    const options = { seed: seed + at, numRuns: 1 };
    const [made] = fc.sample(fc.tuple(begin, steps(size)), options);
    if (made === undefined) throw new Error("fast-check made nothing.");
    const [{ mode: given, change: own }, changed] = made;
    const played: { version: Version; ending?: Ending }[] = [{ version: { ...first, ...own } }];
    for (const each of changed)
      played.push({ version: after(played.at(-1)?.version ?? first, each), ending: each.ending });
    played.push({ version: { ...first, image: `ghcr.io/example/web:${size + 2}` } });
    return { options: { domain: "example.com", mode: given }, steps: played };
  });
}

/** A program answers as it does: only where it stays the same, its image may. */
function after(
  before: Version,
  { change: own, keeps }: { change: Partial<Version>; keeps: boolean },
): Version {
  const next = { ...first, ...own };
  const isSame =
    next.port === before.port && next.version === before.version && next.healthPath === before.healthPath;
  const [name = "", tag = ""] = before.image.split(":");
  return { ...next, image: keeps && isSame ? before.image : `${name}:${Number(tag) + 1}` };
}

/**
 * What is wrong in a play in which no request may be lost but in an outage that the preview names; each line says in which
 * step.
 */
export function findingsOf({ options, steps }: Play, played: readonly Played[]): readonly string[] {
  const bears = options?.mode === "affordable";
  return played.flatMap(({ code, lost, met, outage, stderr }, index) => {
    const { ending: how = { kind: "success" } } = steps[index] ?? {};
    const borne = bears && outage !== "";
    const found = borne ? [] : [...new Set(lost)].map((why) => `lost ${why}`);
    if (borne && outage !== undefined && lost.length === 0 && how.kind === "success" && index > 0)
      found.push(`there was no outage, though the preview says: ${outage}`);
    for (const one of met)
      if (one.revisions.length !== 1) found.push(`an address leads to ${JSON.stringify(one)}`);
    const revisions = new Set(met.flatMap((one) => one.revisions));
    if (!("at" in how) && revisions.size > 1) found.push(`addresses lead to ${[...revisions].join(" and ")}`);
    if (how.kind === "success" && code !== 0) found.push(`ended with ${code}: ${stderr}`);
    return found.map((what) => `step ${index}: ${what}`);
  });
}
