/** What a run has changed, or would, and what that costs: in the words of the compose file. */
import type { ComponentChange } from "../../ports";
import type { MonthlyCost } from "../../ports/cost";
import { dollars, reasonText } from "../summary/text";
import { element as tag, type Html } from "./html";
import { section, table } from "./parts";

/** A row for each component that changes. */
export function changed(summary: readonly ComponentChange[], planned: boolean): readonly Html[] {
  const some = summary.filter(({ change }) => change !== "none");
  if (some.length === 0) return [];
  const rows = some.map(({ service, change, reasons, dataLoss, downtime }) => [
    tag("strong", {}, [service]),
    tag("span", { class: `chip ${colours[change]}` }, [change]),
    tag("div", {}, [
      ...(dataLoss === undefined ? [] : [tag("p", { class: "loss" }, [`Data loss: ${dataLoss}`])]),
      ...(downtime === undefined ? [] : [tag("p", { class: "loss" }, [`Downtime: ${downtime}`])]),
      ...reasons.map((reason) => tag("p", {}, [reasonText(reason, service)])),
    ]),
  ]);
  const title = planned ? "What would be changed" : "What was changed";
  return [section(title, [table(title, ["Component", "Change", "For"], rows)])];
}

const colours: Readonly<Record<ComponentChange["change"], string>> = {
  create: "create",
  update: "update",
  restart: "update",
  replace: "replace",
  delete: "delete",
  none: "same",
};

/** By component with its change, and line by line behind a fold. */
export function price(cost: MonthlyCost | undefined, summary: readonly ComponentChange[]): readonly Html[] {
  if (cost === undefined) return [];
  const lines = cost.lines.map(({ name, what, usd, note }) => [name, what, dollars(usd), note ?? ""]);
  const unknown = cost.unknown.map(({ name, what, note }) => [name, what, "unknown", note ?? ""]);
  const components = summary.flatMap(({ service, monthlyCost }) => {
    if (monthlyCost === undefined) return [];
    const change = monthlyCost.after - monthlyCost.before;
    const told = Math.abs(change) < 0.005 ? "" : `${change > 0 ? "+" : "−"}${dollars(Math.abs(change))}`;
    return [[service, dollars(monthlyCost.after), told]];
  });
  const each = table("Cost by resource", ["Resource", "What", "A month", "Note"], [...lines, ...unknown]);
  return [
    section(`About ${dollars(cost.total)} a month before anybody uses it`, [
      ...(components.length === 0
        ? [each]
        : [
            table("Cost by component", ["Component", "A month", "Change"], components),
            tag("details", {}, [tag("summary", {}, ["By resource"]), each]),
          ]),
      tag("p", { class: "quiet" }, [
        `List prices of ${cost.prices.region}, ${cost.prices.asOf}. Not counted: ${cost.notCounted.join("; ")}.`,
      ]),
    ]),
  ];
}
