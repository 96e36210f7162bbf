/** Where AWS is, and who calls it. */

/** An access key of a user, or of a session where it has a token. */
export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Where AWS is and who calls it. What is left out, the SDK's own default chain decides. */
export interface AwsConfig {
  /** @default `AWS_REGION`, else the region of the profile in `~/.aws/config` */
  readonly region?: string;
  /** @default `AWS_PROFILE`, else `default` */
  readonly profile?: string;
  /** Another endpoint, for every client: an emulator. @default AWS's own */
  readonly endpointUrl?: string;
  /** Keys to sign with, in place of whatever the SDK's chain would find. @default the chain's */
  readonly credentials?: AwsKeys;
  /** Berth's version, for the user agent `berth/<version>`, by which CloudTrail distinguishes its calls. */
  readonly version: string;
  /**
   * Attempts of a call, the first one counted, on throttling, 5xx, and cut or refused connections.
   * The wait before attempt n+1 is a random part of min(20 s, 100 ms × 2ⁿ⁻¹), throttling from 500 ms
   * (SDK reference guide, "Retry behavior", standard mode).
   * @default 6
   */
  readonly maxAttempts?: number;
  /** Calls go through the proxy that the process's own agents use (`src/wiring/proxies.ts`). @default false */
  readonly proxied?: boolean;
}
