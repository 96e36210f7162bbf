/** Answers of AWS that come in pages. */

/** @param page - asks for a page by its token, the first without one; the next one's, where there is one, may be empty */
export async function allPages<T>(
  page: (
    token: string | undefined,
  ) => Promise<readonly [items: readonly T[] | undefined, next: string | undefined]>,
): Promise<readonly T[]> {
  const found: T[] = [];
  let token: string | undefined;
  do {
    const [items = [], next] = await page(token);
    found.push(...items);
    token = next === "" ? undefined : next;
  } while (token !== undefined);
  return found;
}
