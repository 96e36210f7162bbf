/** The estate by its components: what is asked from outside, what runs, what holds data, and who uses what. */
import type { OutlineRow } from "../../ports";
import { element as tag, type Html } from "./html";
import { section } from "./parts";

/** @param rows - of the run's outline. @returns nothing where it has none */
export function estate(rows: readonly OutlineRow[]): readonly Html[] {
  const services = rows.filter(({ kind }) => kind === "service");
  const stores = rows.filter(({ kind }) => kind === "store");
  if (services.length + stores.length === 0) return [];
  const open = services.filter(({ after }) => after.includes("entry/entry"));
  const columns = [
    column(
      "From outside",
      open.length === 0
        ? []
        : [
            box(
              "entry",
              "load balancer and addresses",
              open.map(({ name }) => name),
            ),
          ],
    ),
    column(
      "Services",
      services.map((row) => box(row.name, "tasks on ECS", uses(row))),
    ),
    column(
      "Stores",
      stores.map(({ name }) => box(name, "holds data", [])),
    ),
  ];
  return [section("The estate", [tag("div", { class: "estate" }, columns.flat())])];
}

function column(title: string, boxes: readonly Html[]): readonly Html[] {
  return boxes.length === 0
    ? []
    : [tag("div", { class: "column" }, [tag("h3", {}, [title]), tag("ul", {}, boxes)])];
}

function uses({ after }: OutlineRow): readonly string[] {
  return after.filter((key) => /^(service|store)\//.test(key)).map((key) => key.slice(key.indexOf("/") + 1));
}

function box(name: string, what: string, others: readonly string[]): Html {
  return tag("li", {}, [
    tag("strong", {}, [name]),
    tag("span", { class: "quiet" }, [what]),
    ...(others.length === 0 ? [] : [tag("span", { class: "to" }, [`→ ${others.join(", ")}`])]),
  ]);
}
