/**
 * The page of a run: what it came to, in one HTML file that needs nothing beside it, for whoever was not there.
 * It has no script, and shows nothing that the Result and the event stream don't hold.
 */
import type { Operation, ServiceFailure } from "../../ports";
import type { MonthlyCost } from "../../ports/cost";
import type { Result } from "../result";
import { element as tag, page, raw, type Html } from "./html";
import { spansOf, type Span, type TimedEvent } from "./timeline";

/** What a page shows: the Result of the run (docs/design.md, Contracts), its events, and what it costs where that is known. */
export interface RunReport {
  readonly result: Omit<Result, "outputs">;
  readonly events: readonly TimedEvent[];
  readonly cost?: MonthlyCost;
  /** Milliseconds since the epoch. */
  readonly ended: number;
}

/** The HTML document. */
export function reportPage(run: RunReport): string {
  const { result, events, cost, ended } = run;
  const title = `${result.project} ${result.stack}`;
  return page(`${title}: ${result.command} ${result.outcome}`, styles, [
    tag("header", {}, [
      tag("h1", {}, [title, " ", tag("span", { class: `badge ${result.outcome}` }, [result.outcome])]),
      tag("p", { class: "quiet" }, [
        `${result.command} on ${result.engine}, ended ${new Date(ended).toISOString()} after ${duration(result.seconds * 1_000)}`,
      ]),
    ]),
    ...failure(result),
    ...addresses(result),
    changes(result),
    ...(result.command === "preview" ? intended(spansOf(events)) : timeline(spansOf(events))),
    ...builds(result),
    ...warnings(result),
    ...price(cost),
  ]);
}

type RunResult = RunReport["result"];

function failure({ error }: RunResult): readonly Html[] {
  if (error === undefined) return [];
  const { kind, message, hint, services = [] } = error;
  return [
    section(`Error: ${kind}`, [
      tag("pre", { class: "error" }, [message]),
      ...(hint === "" ? [] : [tag("p", {}, [tag("strong", {}, ["Fix: "]), hint])]),
      ...services.map(failedService),
    ]),
  ];
}

function failedService({ service, message, hint, event, stoppedReason, health, log }: ServiceFailure): Html {
  const facts = { event, "stopped because": stoppedReason, "health check": health };
  return tag("article", {}, [
    tag("h3", {}, [service]),
    tag("p", {}, [message, hint === undefined ? "" : ` (${hint})`]),
    ...Object.entries(facts).flatMap(([name, text]) =>
      text === undefined ? [] : [tag("p", { class: "quiet" }, [`${name}: ${text}`])],
    ),
    ...(log.length === 0 ? [] : [tag("pre", {}, [log.join("\n")])]),
  ]);
}

function addresses({ endpoints }: RunResult): readonly Html[] {
  const rows = Object.entries(endpoints).map(([service, url]) => [
    service,
    /^https?:\/\//.test(url) ? tag("a", { href: url }, [url]) : url,
  ]);
  return rows.length === 0 ? [] : [section("Addresses", [table(["Service", "URL"], rows)])];
}

const operations: readonly Operation[] = ["create", "update", "replace", "delete", "same"];

function changes({ changes: counts }: RunResult): Html {
  const some = operations.filter((operation) => counts[operation] > 0);
  const chips = some.map((operation) =>
    tag("span", { class: `chip ${operation}` }, [`${counts[operation]} ${operation}`]),
  );
  return section("Changes", [tag("p", {}, chips.length === 0 ? ["none"] : chips)]);
}

/** What a preview would do; nothing of it took time. */
function intended(spans: readonly Span[]): readonly Html[] {
  const rows = spans.map(({ what, kind }) => [tag("span", { class: `chip ${kind}` }, [kind]), what]);
  return rows.length === 0 ? [] : [section("What would be done", [table(["Operation", "Resource"], rows)])];
}

/** Spans shorter than this share of the whole are as wide as it: percent. */
const thinnest = 0.4;

function timeline(spans: readonly Span[]): readonly Html[] {
  const [first] = spans;
  if (first === undefined) return [];
  const begin = first.from;
  const whole = Math.max(...spans.map(({ to }) => to)) - begin || 1;
  const percent = (milliseconds: number): number => Math.round((milliseconds / whole) * 10_000) / 100;
  const rows = spans.map(({ what, kind, outcome, from, to }) => {
    const width = Math.max(percent(to - from), thinnest);
    const left = Math.min(percent(from - begin), 100 - width);
    return tag("li", { class: outcome }, [
      tag("span", { class: "what" }, [what]),
      tag("span", { class: "track" }, [
        tag("span", { class: `bar ${kind}`, style: `left:${left}%;width:${width}%` }, []),
      ]),
      tag("span", { class: "took" }, [
        `${duration(to - from)}${outcome === "done" ? "" : ` ${words[outcome]}`}`,
      ]),
    ]);
  });
  return [section(`What took its time: ${duration(whole)}`, [tag("ol", { class: "timeline" }, rows)])];
}

const words = { failed: "failed", open: "did not end" } as const;

function builds({ builds: done }: RunResult): readonly Html[] {
  if (done.length === 0) return [];
  const rows = done.map(({ service, platform, image, cached, seconds }) => [
    service,
    platform,
    cached ? "was there" : duration(seconds * 1_000),
    tag("code", {}, [image]),
  ]);
  return [section("Images", [table(["Service", "Platform", "Built in", "Image"], rows)])];
}

function warnings({ warnings: told }: RunResult): readonly Html[] {
  if (told.length === 0) return [];
  const rows = told.map(({ path, message }) => [tag("code", {}, [path]), message]);
  return [section("Warnings", [table(["Key", "What happens instead"], rows)])];
}

function price(cost: MonthlyCost | undefined): readonly Html[] {
  if (cost === undefined) return [];
  const dollars = (usd: number): string => `$${usd.toFixed(2)}`;
  const lines = cost.lines.map(({ name, what, usd, note }) => [name, what, dollars(usd), note ?? ""]);
  const unknown = cost.unknown.map(({ name, what, note }) => [name, what, "unknown", note ?? ""]);
  return [
    section(`About ${dollars(cost.total)} a month before anybody uses it`, [
      table(["Resource", "What", "A month", "Note"], [...lines, ...unknown]),
      tag("p", { class: "quiet" }, [
        `List prices of ${cost.prices.region}, ${cost.prices.asOf}. Not counted: ${cost.notCounted.join("; ")}.`,
      ]),
    ]),
  ];
}

function section(title: string, content: readonly (Html | string)[]): Html {
  return tag("section", {}, [tag("h2", {}, [title]), ...content]);
}

function table(head: readonly string[], rows: readonly (readonly (Html | string)[])[]): Html {
  const cells = (kind: "th" | "td", row: readonly (Html | string)[]): Html =>
    tag(
      "tr",
      {},
      row.map((cell) => tag(kind, {}, [cell])),
    );
  const body = rows.map((row) => cells("td", row));
  return tag("div", { class: "wide" }, [
    tag("table", {}, [tag("thead", {}, [cells("th", head)]), tag("tbody", {}, body)]),
  ]);
}

/** `0.4 s`, `12 s`, `6 min 1 s`. */
function duration(milliseconds: number): string {
  const seconds = milliseconds / 1_000;
  if (seconds < 10) return `${Math.round(seconds * 10) / 10} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

const styles = raw(`
:root { color-scheme: light dark; --ground: #fff; --text: #1c2430; --quiet: #5b6675; --line: #dde2e9; --panel: #f5f7fa;
  --create: #1a7f4b; --update: #9a6700; --replace: #8250df; --delete: #c4343f; --build: #0b68c1; --task: #087f8c; --service: #5b6675; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #12161c; --text: #e4e9f0; --quiet: #9aa5b4; --line: #2c3440; --panel: #1a2029;
    --create: #3fb97a; --update: #d9a72c; --replace: #b48cf2; --delete: #f0727b; --build: #58a6f0; --task: #3fc1cf; --service: #9aa5b4; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 70rem; background: var(--ground); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.05rem; margin: 2rem 0 .6rem; } h3 { margin: 1rem 0 .2rem; font-size: 1rem; }
p { margin: .3rem 0; } .quiet { color: var(--quiet); }
.badge, .chip { display: inline-block; padding: .1rem .6rem; border-radius: 1rem; font-size: .85rem; font-weight: 600;
  border: 1px solid currentColor; vertical-align: middle; margin-right: .4rem; }
.succeeded, .unchanged, .chip.create { color: var(--create); } .failed, .chip.delete { color: var(--delete); }
.cancelled, .chip.update { color: var(--update); } .chip.replace { color: var(--replace); } .chip.same { color: var(--quiet); }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: .75rem; white-space: pre-wrap;
  overflow-wrap: anywhere; font-size: .85rem; }
pre.error { border-color: var(--delete); }
code { font-size: .85rem; overflow-wrap: anywhere; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); }
th { white-space: nowrap; color: var(--quiet); font-weight: 600; font-size: .85rem; }
.timeline { list-style: none; margin: 0; padding: 0; font-size: .85rem; }
.timeline li { display: grid; grid-template-columns: minmax(8rem, 20rem) 1fr 8rem; gap: .75rem; align-items: center; padding: .08rem 0; }
.what { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; color: var(--text); } .took { color: var(--quiet); }
li.failed .took { color: var(--delete); }
.track { position: relative; height: .8rem; background: var(--panel); border-radius: 3px; }
.bar { position: absolute; top: 0; bottom: 0; border-radius: 3px; background: currentColor; }
.bar.create { color: var(--create); } .bar.update { color: var(--update); } .bar.replace { color: var(--replace); }
.bar.delete { color: var(--delete); } .bar.build { color: var(--build); } .bar.task { color: var(--task); } .bar.service { color: var(--service); }
@media (max-width: 40rem) { .timeline li { grid-template-columns: 1fr 5rem; } .track { display: none; } }
`);
