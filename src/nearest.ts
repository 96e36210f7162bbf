/** What somebody meant who wrote a word that is not known. */

/** The word that differs from the given one least: by two letters at most, and not by half of it. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  const most = Math.min(2, Math.floor(word.length / 2));
  let best: string | undefined;
  let least = most + 1;
  for (const candidate of words) {
    if (Math.abs(candidate.length - word.length) > most) continue;
    const distance = editDistance(plain(word), plain(candidate));
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/**
 * The hint about a word that is not known.
 *
 * @param otherwise - what it says where none of the known words is near
 * @param shown - how a known word is shown
 */
export function didYouMean<T extends string | undefined>(
  word: string,
  words: readonly string[],
  otherwise: T,
  shown = (near: string): string => near,
): string | T {
  const near = nearest(word, words);
  return near === undefined ? otherwise : `did you mean ${shown(near)}?`;
}

/** Letters left out, put in, changed, or swapped with their neighbour (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let above: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swaps = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = swaps ? (above[j - 2] ?? 0) + 1 : Infinity;
      next.push(Math.min(replaced, swapped, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    [above, row] = [row, next];
  }
  return row[b.length] ?? 0;
}

/** Case, and the hyphen where others write an underscore, make no other word. */
function plain(word: string): string {
  return word.toLowerCase().replaceAll("-", "_");
}
