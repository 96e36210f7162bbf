/** HTML that is safe by its type: a string becomes text, and only {@link Html} is left as it is. */

/** Markup. */
export interface Html {
  readonly html: string;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** Our own constant text, a style sheet for one: never what came from outside. */
export function raw(html: string): Html {
  return { html };
}

/** An element with its attributes and its content. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string>>,
  content: readonly (Html | string)[],
): Html {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`);
  const inner = content.map((part) => (typeof part === "string" ? escaped(part) : part.html));
  return { html: `<${name}${written.join("")}>${inner.join("")}</${name}>` };
}

/** A whole document. */
export function page(title: string, styles: Html, content: readonly Html[]): string {
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">`;
  const body = content.map(({ html }) => html).join("\n");
  return `<!doctype html>
<html lang="en"><head>${head}<title>${escaped(title)}</title><style>${styles.html}</style></head>
<body>
${body}
</body></html>
`;
}
