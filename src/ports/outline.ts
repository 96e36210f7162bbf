/** What a run is about, in the words of the compose file: reported before the engine comes to it. */
import type { Component } from "../model/components";

/** A component that the run may work on. */
export interface OutlineRow extends Component {
  /** Keys (`service/db`) of what has to exist before it. */
  readonly after: readonly string[];
}

/** Milliseconds that components took, by key and what was done: `{"service/web update": 95000}`. */
export type ComponentTimes = Readonly<Record<string, number>>;

/** A part of what a run's end had to wait for: `{component: "image of web", seconds: 93}`. */
export interface PathStep {
  readonly component: string;
  /** Between the end of the part before it, or the run's first change, and its own. */
  readonly seconds: number;
}

/** Rows in the order in which people read them, and the resources of each as they become known. */
export interface Outline {
  /** @default those that were reported before */
  readonly rows?: readonly OutlineRow[];
  /** What they took in the stack's runs before. @default nobody knows */
  readonly times?: ComponentTimes;
  /** Resources that the engine will come to, each with its component. */
  readonly resources?: readonly { readonly urn: string; readonly component: Component }[];
}
