/** Parts that several sections of the page are made of. */
import { element as tag, type Html } from "./html";

export function section(title: string, content: readonly (Html | string)[]): Html {
  return tag("section", {}, [tag("h2", {}, [title]), ...content]);
}

/** A table that scrolls by itself where a phone is too narrow, also by the keyboard. @param name - for who can't see it */
export function table(
  name: string,
  head: readonly string[],
  rows: readonly (readonly (Html | string)[])[],
): Html {
  const top = tag(
    "tr",
    {},
    head.map((cell) => tag("th", { scope: "col" }, [cell])),
  );
  const body = rows.map((row) =>
    tag(
      "tr",
      {},
      row.map((cell) => tag("td", {}, [cell])),
    ),
  );
  return tag("div", { class: "wide", tabindex: "0", role: "region", "aria-label": name }, [
    tag("table", {}, [tag("thead", {}, [top]), tag("tbody", {}, body)]),
  ]);
}

/** A link where it is a web address, else its text. */
export function link(url: string, text = url): Html | string {
  return /^https?:\/\//.test(url) ? tag("a", { href: url }, [text]) : text;
}
