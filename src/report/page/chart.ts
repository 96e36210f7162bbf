/** The chart of a run: a row for each component that unfolds into its resources, over an axis of time. */
import { titleOf } from "../progress/words";
import type { ComponentSpan } from "./critical";
import { element as tag, type Html } from "./html";
import { durationText } from "../../model/duration";
import type { Span } from "./timeline";

/** Spans shorter than this share of the whole are as wide as it: percent. */
const thinnest = 0.4;
/** Seconds between two marks of the axis, of which the first that gives few enough is taken. */
const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1_800, 3_600];
const mostMarks = 6;

const words = { failed: "failed", open: "did not end" } as const;

/** @param rows - at least one */
export function chart(rows: readonly ComponentSpan[]): {
  readonly whole: number;
  readonly html: readonly Html[];
} {
  const begin = Math.min(...rows.map(({ from }) => from));
  const whole = Math.max(...rows.map(({ to }) => to)) - begin || 1;
  const place = (span: { readonly from: number; readonly to: number }): string => {
    const percent = (milliseconds: number): number => Math.round((milliseconds / whole) * 10_000) / 100;
    const width = Math.max(percent(span.to - span.from), thinnest);
    return `left:${Math.min(percent(span.from - begin), 100 - width)}%;width:${width}%`;
  };
  return {
    whole,
    html: [
      axis(whole),
      tag(
        "ol",
        { class: "chart" },
        rows.map((row) => tag("li", {}, [component(row, place)])),
      ),
    ],
  };
}

/** Decoration: each row says its time in words. */
function axis(whole: number): Html {
  const seconds = whole / 1_000;
  const step = steps.find((one) => seconds / one <= mostMarks) ?? 7_200;
  const marks = Array.from({ length: Math.floor(seconds / step) + 1 }, (_, index) => index * step);
  const track = marks.map((mark) => {
    const left = Math.round(((mark * 1_000) / whole) * 10_000) / 100;
    const edge = left > 92 ? " end" : "";
    return tag("span", { class: `mark${edge}`, style: `left:${left}%` }, [durationText(mark * 1_000, true)]);
  });
  return tag("div", { class: "axis line", "aria-hidden": "true" }, [
    tag("span", {}, []),
    tag("span", { class: "track" }, track),
    tag("span", {}, []),
  ]);
}

type Place = (span: { readonly from: number; readonly to: number }) => string;

function component(row: ComponentSpan, place: Place): Html {
  const { component: shown, spans, outcome, critical } = row;
  const name = [titleOf(shown), ...(critical ? [tag("span", { class: "critical" }, ["critical path"])] : [])];
  const kind = spans.length === 1 ? (spans[0]?.kind ?? "service") : kindOf(spans);
  const attributes = outcome === "failed" ? { open: "" } : {};
  return tag("details", { class: outcome, ...attributes }, [
    tag("summary", { class: "line" }, [
      tag("span", { class: "what" }, name),
      tag("span", { class: "track" }, [tag("span", { class: `bar ${kind}`, style: place(row) }, [])]),
      tag("span", { class: "took" }, [took(row)]),
    ]),
    tag(
      "ol",
      {},
      spans.map((span) => single(span, place)),
    ),
  ]);
}

function single(span: Span, place: Place): Html {
  const { what, kind, outcome } = span;
  return tag("li", { class: `line ${outcome}` }, [
    tag("span", { class: "what" }, [what]),
    tag("span", { class: "track" }, [tag("span", { class: `bar ${kind}`, style: place(span) }, [])]),
    tag("span", { class: "took" }, [took(span)]),
  ]);
}

function kindOf(spans: readonly Span[]): Span["kind"] {
  const kinds = new Set(
    spans.map(({ kind }) => kind).filter((kind) => kind !== "service" && kind !== "task"),
  );
  const [only] = kinds;
  if (kinds.size === 1 && only !== undefined) return only;
  return kinds.size === 0 ? "service" : "update";
}

function took({ from, to, outcome }: Pick<Span, "from" | "to" | "outcome">): string {
  return `${durationText(to - from, true)}${outcome === "done" ? "" : ` ${words[outcome]}`}`;
}
