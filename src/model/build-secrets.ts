/** How a secret of a build reaches the executor: in a variable of its task. */

/** The variable of a secret: `BERTH_SECRET_npm__token` for the id `npm_token`, any other sign as its code. */
export function secretVariable(id: string): string {
  const name = id.replace(/[^A-Za-z0-9]/gu, (sign) =>
    sign === "_" ? "__" : `_${sign.codePointAt(0)?.toString(16) ?? ""}_`,
  );
  return `BERTH_SECRET_${name}`;
}
