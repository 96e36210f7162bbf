/** The port of whoever asks the addresses that a stack is published under. */

/** What an address answers. */
export interface AddressAnswer {
  readonly status: number;
  /** Where it redirects to, as it is written. @default nowhere */
  readonly location?: string;
  /** Whether it sets a cookie: the next request is then another one. */
  readonly setsCookie: boolean;
}

/**
 * Asks an address once (GET), and follows no redirect.
 *
 * @returns `undefined` where nothing answers within seconds: a name that is new may not be known yet
 */
export type AskAddress = (url: string) => Promise<AddressAnswer | undefined>;
