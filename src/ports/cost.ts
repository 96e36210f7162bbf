/** What a plan says of its price (`monthlyCost`). */

/** One billed thing. */
export interface CostLine {
  readonly urn: string;
  readonly name: string;
  /** What is billed: `2 tasks of 0.25 vCPU and 0.5 GB (ARM64)`. */
  readonly what: string;
  /** US dollars for a month, rounded to cents. */
  readonly usd: number;
  /** Why it may come to something else: `at most: on Spot, …`. */
  readonly note?: string;
  /** It exists only while something needs it: not in the total. @default false */
  readonly passing?: boolean;
}

export interface MonthlyCost {
  readonly currency: "USD";
  /** The sum of the lines. */
  readonly total: number;
  readonly lines: readonly CostLine[];
  /** What is billed, and whose price is not known here: not in the total. */
  readonly unknown: readonly Omit<CostLine, "usd">[];
  /** What comes with use, and is in no line. */
  readonly notCounted: readonly string[];
  /** Where the stack is, and whose prices these are. */
  readonly region: string;
  readonly prices: { readonly region: string; readonly asOf: string; readonly source: string };
}
