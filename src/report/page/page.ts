/**
 * The page of a run: what it came to, in one HTML file that needs nothing beside it, for whoever was not there.
 * It has no script, and shows nothing that the Result and the event stream don't hold.
 */
import type { ComponentChange, Operation, ServiceFailure } from "../../ports";
import type { MonthlyCost } from "../../ports/cost";
import type { Result } from "../result";
import { shortImage } from "../terminal/images";
import { verboseLine } from "../terminal/progress";
import { changed, price } from "./changes";
import { chart } from "./chart";
import { byComponent, rowsOf } from "./critical";
import { estate } from "./diagram";
import { element as tag, page, type Html } from "./html";
import { durationText } from "../../model/duration";
import { link, section, table } from "./parts";
import { styles } from "./styles";
import { spansOf, type Span, type TimedEvent } from "./timeline";

/** What a page shows: the Result of the run (docs/design.md, Contracts), its events, and what else is known of it. */
export interface RunReport {
  readonly result: Omit<Result, "outputs">;
  readonly events: readonly TimedEvent[];
  readonly cost?: MonthlyCost;
  readonly summary?: readonly ComponentChange[];
  /** Milliseconds since the epoch. */
  readonly ended: number;
  /** Whom and what CI named. @default nobody did */
  readonly origin?: { readonly commit?: string; readonly repository?: string; readonly actor?: string };
  /** Places in AWS's console. @default none: it was simulated */
  readonly links?: readonly { readonly title: string; readonly url: string }[];
  /** Runs of the stack before this one, the newest first; `page` is the id under which `berth open --page` has theirs. */
  readonly earlier?: readonly { readonly title: string; readonly page: string | undefined }[];
}

/** The HTML document. */
export function reportPage(run: RunReport): string {
  const { result, events, cost, summary = [] } = run;
  const title = `${result.project} ${result.stack}`;
  const planned = result.command === "preview";
  const rows = rowsOf(events);
  return page(`${title}: ${result.command} ${result.outcome}`, styles, [
    head(title, run),
    tag("main", {}, [
      ...failure(result),
      ...addresses(result),
      counts(result),
      ...changed(summary, planned),
      ...(planned ? intended(spansOf(events)) : timeline(events)),
      ...estate(rows),
      ...builds(result),
      ...warnings(result),
      ...price(cost, summary),
      ...log(events),
      ...places(run),
    ]),
  ]);
}

function head(title: string, { result, ended, origin = {} }: RunReport): Html {
  const { commit, repository, actor } = origin;
  const [hash, changes = ""] = commit?.split(/(?=\+)/) ?? [];
  const short = hash === undefined ? undefined : hash.slice(0, 12) + changes;
  const of =
    short === undefined
      ? []
      : [" of commit ", repository === undefined ? short : link(`${repository}/commit/${hash ?? ""}`, short)];
  return tag("header", {}, [
    tag("h1", {}, [title, " ", tag("span", { class: `badge ${result.outcome}` }, [result.outcome])]),
    tag("p", { class: "quiet" }, [
      `${result.command} on ${result.engine}, ended ${new Date(ended).toISOString()} after ${durationText(result.seconds * 1_000, true)}`,
      ...of,
      ...(actor === undefined ? [] : [`, by ${actor}`]),
    ]),
  ]);
}

type RunResult = RunReport["result"];

function failure({ error }: RunResult): readonly Html[] {
  if (error === undefined) return [];
  const { kind, message, hint, services = [] } = error;
  // What failed with a service comes below it, its log too.
  const shown = services.length === 0 ? message : (message.split("\n")[0] ?? message);
  return [
    section(`Error: ${kind}`, [
      tag("pre", { class: "error", tabindex: "0" }, [shown]),
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
    ...(log.length === 0 ? [] : [tag("pre", { tabindex: "0" }, [log.join("\n")])]),
  ]);
}

function addresses({ endpoints }: RunResult): readonly Html[] {
  const rows = Object.entries(endpoints).map(([service, url]) => [service, link(url)]);
  return rows.length === 0 ? [] : [section("Addresses", [table("Addresses", ["Service", "URL"], rows)])];
}

const operations: readonly Operation[] = ["create", "update", "replace", "delete", "same"];

function counts({ changes }: RunResult): Html {
  const some = operations.filter((operation) => changes[operation] > 0);
  const chips = some.map((operation) =>
    tag("span", { class: `chip ${operation}` }, [`${changes[operation]} ${operation}`]),
  );
  return section("Resources", [tag("p", {}, chips.length === 0 ? ["none"] : chips)]);
}

/** What a preview would do; nothing of it took time. */
function intended(spans: readonly Span[]): readonly Html[] {
  const rows = spans.map(({ what, kind }) => [tag("span", { class: `chip ${kind}` }, [kind]), what]);
  const head = ["Operation", "Resource"];
  return rows.length === 0 ? [] : [section("What would be done", [table("What would be done", head, rows)])];
}

function timeline(events: readonly TimedEvent[]): readonly Html[] {
  const rows = byComponent(spansOf(events), rowsOf(events));
  if (rows.length === 0) return [];
  const { whole, html } = chart(rows);
  return [section(`Where the time went: ${durationText(whole, true)}`, html)];
}

function builds({ builds: done }: RunResult): readonly Html[] {
  if (done.length === 0) return [];
  const rows = done.map(({ service, platform, image, cached, seconds }) => [
    service,
    platform,
    cached ? "was there" : durationText(seconds * 1_000, true),
    tag("code", { title: image }, [shortImage(image)]),
  ]);
  return [section("Images", [table("Images", ["Service", "Platform", "Built in", "Image"], rows)])];
}

function warnings({ warnings: told }: RunResult): readonly Html[] {
  if (told.length === 0) return [];
  const rows = told.map(({ path, message }) => [tag("code", {}, [path]), message]);
  return [section("Warnings", [table("Warnings", ["Key", "What happens instead"], rows)])];
}

/** Lines that the page shows at most; the stream beside it has all. */
const mostLines = 1_000;

function log(events: readonly TimedEvent[]): readonly Html[] {
  const lines = events.flatMap(({ at, event }) => {
    const line = verboseLine(event);
    return line === undefined ? [] : [`${new Date(at).toISOString().slice(11, 19)} ${line.trim()}`];
  });
  if (lines.length === 0) return [];
  const shown = lines.slice(-mostLines);
  const text = tag("pre", { tabindex: "0" }, [shown.join("\n")]);
  return [section("Events", [tag("details", {}, [tag("summary", {}, [`${lines.length} lines`]), text])])];
}

function places({ links = [], earlier = [] }: RunReport): readonly Html[] {
  const before = earlier.map(({ title, page }) =>
    tag("li", {}, [
      title,
      ...(page === undefined ? [] : [" ", tag("code", {}, [`berth open --page ${page}`])]),
    ]),
  );
  const items = links.map(({ title, url }) => tag("li", {}, [link(url, title)]));
  return [
    ...(before.length === 0 ? [] : [section("Runs before", [tag("ul", {}, before)])]),
    ...(items.length === 0 ? [] : [section("In AWS's console", [tag("ul", {}, items)])]),
  ];
}
