/** What AWS, or the way to it, answered: classified once for every adapter, and reported in one line. */
import { BerthError, messageOf, type ErrorKind, type Problem } from "../errors";

/** The causes that are the same whichever call meets them. */
export type FaultCause =
  | "no credentials"
  | "unknown profile"
  | "expired login"
  | "expired credentials"
  | "invalid credentials"
  | "refused"
  | "no region"
  | "unreachable"
  | "throttled"
  | "other";

/** One failed call. */
export interface Fault {
  readonly cause: FaultCause;
  /** AWS's error code, or Node's (`ECONNREFUSED`). */
  readonly code: string;
  readonly message: string;
  /** HTTP status, where there was an answer. */
  readonly status?: number;
  /** The profile that the settings name (`AWS_PROFILE`), where the call was made with one. */
  readonly profile?: string;
}

/** The error with the profile that the call was made with. */
export function withProfile(error: unknown, profile: string | undefined): unknown {
  if (profile !== undefined && typeof error === "object" && error !== null) Object.assign(error, { profile });
  return error;
}

/** Codes by cause; services spell the same thing in several ways ("Common Errors" of each API reference). */
const codes: Readonly<Record<string, FaultCause>> = {
  CredentialsProviderError: "no credentials",
  TokenProviderError: "no credentials",
  ExpiredToken: "expired credentials",
  ExpiredTokenException: "expired credentials",
  RequestExpired: "expired credentials",
  InvalidAccessKeyId: "invalid credentials",
  InvalidClientTokenId: "invalid credentials",
  InvalidSignatureException: "invalid credentials",
  SignatureDoesNotMatch: "invalid credentials",
  UnrecognizedClientException: "invalid credentials",
  AccessDenied: "refused",
  AccessDeniedException: "refused",
  AllAccessDisabled: "refused",
  TimeoutError: "unreachable",
  ECONNREFUSED: "unreachable",
  ECONNRESET: "unreachable",
  EAI_AGAIN: "unreachable",
  EHOSTUNREACH: "unreachable",
  ENETUNREACH: "unreachable",
  ENOTFOUND: "unreachable",
  EPIPE: "unreachable",
  ETIMEDOUT: "unreachable",
  SlowDown: "throttled",
  Throttling: "throttled",
  ThrottlingException: "throttled",
  TooManyRequestsException: "throttled",
};

const told: Readonly<
  Record<Exclude<FaultCause, "other">, { readonly message: string; readonly hint: string }>
> = {
  "no credentials": {
    message: "no AWS credentials were found",
    hint: "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run with a task role",
  },
  "unknown profile": {
    message: "there is no such profile of AWS",
    hint: "aws configure list-profiles shows those that exist; set AWS_PROFILE to one of them",
  },
  "expired login": {
    message: "the login of AWS IAM Identity Center has expired",
    hint: "aws sso login",
  },
  "expired credentials": {
    message: "the AWS credentials have expired",
    hint: "get new ones from where they came from: another session token, or a new login",
  },
  "invalid credentials": {
    message: "AWS does not accept the credentials",
    hint: "check the access key, its secret and the machine's clock",
  },
  refused: {
    message: "AWS refused access",
    hint: "the role of this run needs a permission for it, and no policy that denies it; berth doctor looks at all of them",
  },
  "no region": {
    message: "no AWS region is set",
    hint: "set AWS_REGION, or a region in the profile",
  },
  unreachable: {
    message: "the endpoint can't be reached",
    hint: "check the network, the region, AWS_ENDPOINT_URL and HTTPS_PROXY",
  },
  throttled: {
    message: "AWS goes on throttling the call",
    hint: "run again in a minute",
  },
};

/** Reads whatever the SDK or Node threw. */
export function faultOf(error: unknown): Fault {
  const { name, code, profile, $metadata } = (typeof error === "object" && error !== null ? error : {}) as {
    name?: unknown;
    code?: unknown;
    profile?: unknown;
    $metadata?: { httpStatusCode?: number };
  };
  const message = messageOf(error);
  const status = $metadata?.httpStatusCode;
  const word = [code, name === "Error" ? nodeCode.exec(message)?.[0] : name].find(isWord) ?? "Error";
  return {
    cause: causeOf(typeof name === "string" ? name : "", word, message, status),
    code: word,
    message,
    ...(status === undefined ? {} : { status }),
    ...(typeof profile === "string" ? { profile } : {}),
  };
}

/** A code of libuv in a text: where the SDK wraps an error that it does not know, the code is only there. */
const nodeCode = /\b(EAI_AGAIN|E[A-Z]{4,})\b/;

const ssoLogin = /SSO session|run '?aws sso login/;
const unknownProfile =
  /Could not resolve credentials using profile: \[|^Profile (\S+) (?:was not found|could not be found)/;

function isWord(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function causeOf(name: string, code: string, message: string, status: number | undefined): FaultCause {
  // The second is what an empty AWS_REGION comes to: in CI, a variable that nobody has set.
  if (/^Region (is missing|not accepted: region="")/.test(message)) return "no region";
  // The SDK has one name for all that keeps a profile from giving credentials (@aws-sdk/credential-provider-ini and -sso).
  if (ssoLogin.test(message)) return "expired login";
  if (unknownProfile.test(message)) return "unknown profile";
  const known = codes[name] ?? codes[code];
  if (known !== undefined) return known;
  if (status === 403 || status === 401) return "refused";
  return status === 429 ? "throttled" : "other";
}

/** The problem as one line: the common causes in our words, anything else in AWS's. */
export function problemOf(path: string, error: unknown): Problem {
  const fault = faultOf(error);
  const quote = fault.message.split("\n", 1)[0] ?? "";
  if (fault.cause === "other") {
    const status = fault.status === undefined ? "" : `, HTTP ${fault.status}`;
    return { path, message: `${fault.code}${status}: ${quote}` };
  }
  const { message, hint } = told[fault.cause];
  if (fault.profile !== undefined && (fault.cause === "no region" || fault.cause === "no credentials"))
    return ofProfile(fault.profile, message);
  if (fault.cause === "no region") return { path, message, hint };
  // The SDK's own sentence ends in a fix of its own.
  if (fault.cause === "expired login")
    return { path, message, hint: `${hint}${profileOption(fault.message)}` };
  // AWS's own words name the action that was refused; the SDK's name the profile that it could not read.
  const words = quote === "" ? fault.code : quote;
  return { path, message: `${message}: ${words}`, hint };
}

/** What a profile should have given: most often there is none of that name. */
function ofProfile(profile: string, message: string): Problem {
  return {
    path: "AWS_PROFILE",
    message: `${message} for the profile ${JSON.stringify(profile)}`,
    hint: told["unknown profile"].hint,
  };
}

/** The option of the AWS CLI for the profile that a message names. */
function profileOption(message: string): string {
  const profile = /profile=([\w.@-]+)/.exec(message)?.[1];
  return profile === undefined
    ? " (with --profile NAME where it isn't the default one)"
    : ` --profile ${profile}`;
}

/** Causes that lie in the settings of whoever calls, whatever the call was for. */
const ofTheSettings: readonly FaultCause[] = [
  "no credentials",
  "unknown profile",
  "expired login",
  "no region",
];

/** The variable to look at, in place of what the call was for. */
function settingOf(cause: FaultCause): string | undefined {
  if (cause === "no region") return "AWS_REGION";
  return cause === "unknown profile" ? "AWS_PROFILE" : undefined;
}

/** An error of this kind for a call that failed, of the kind usage where nobody can call; a BerthError passes through. */
export function awsError(kind: ErrorKind, path: string, error: unknown): BerthError {
  if (error instanceof BerthError) return error;
  const { cause } = faultOf(error);
  const told = ofTheSettings.includes(cause) ? "usage" : kind;
  return new BerthError(told, problemOf(settingOf(cause) ?? path, error), { cause: error });
}

/** Whether the same call may succeed later with nothing changed: a lost connection, throttling, a server's failure. */
export function isTransient(error: unknown): boolean {
  const { cause, status = 0 } = faultOf(error instanceof BerthError ? error.cause : error);
  return cause === "unreachable" || cause === "throttled" || status >= 500;
}
