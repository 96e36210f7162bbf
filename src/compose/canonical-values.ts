/** The values that the canonical form is made of. */

/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Text values by name. */
export type TextMap = Readonly<Record<string, string>>;

/** Text values by name; null where the name was given without a value and none was found. */
export type OptionalTextMap = Readonly<Record<string, string | null>>;

/** Bytes as a decimal string: `"536870912"`; `"-1"` for no limit. */
export type Bytes = string;

/** A duration as Go prints it: `"1m30s"`, `"500ms"`. */
export type Duration = string;
