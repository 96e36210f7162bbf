/** Texts with the marks of unset variables in them, as messages show them. */
import { hasSecret, readable } from "./secret-marker";

/** Whether a variable that is not set is in the text. */
export function hasMarker(text: string): boolean {
  return hasSecret(text);
}

/** The text with its marks as they were written: `${NAME}`. */
export function shown(text: string): string {
  const written = readable(text);
  return written.length > 120 ? `${written.slice(0, 120)}…` : written;
}
