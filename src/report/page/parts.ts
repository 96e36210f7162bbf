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

/** `0.4 s`, `12 s`, `6 min 1 s`. */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1_000;
  if (seconds < 10) return `${Math.round(seconds * 10) / 10} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** A link where it is a web address, else its text. */
export function link(url: string, text = url): Html | string {
  return /^https?:\/\//.test(url) ? tag("a", { href: url }, [text]) : text;
}
