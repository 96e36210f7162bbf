/** The forms that the variables of the environment take (`settings.ts`). */
import {
  buildFaults,
  serviceFaults,
  startFaults,
  entryFault,
  zoneFault,
  natFaults,
  type NatFault,
  type BuildFault,
  type RehearsedStartFault,
  type ServiceFault,
} from "../ports/rehearsal";
import { secondsOf } from "../model/duration";
import { isTimeToLive } from "../model/time-to-live";
import { matching, Wrong, wrong, type Form } from "./forms";

/** Pulumi's stack names: letters, digits, `-`, `_`, `.`; Berth keeps to what every AWS name takes. */
export const name: Form<string> = (text) => {
  const problems = [
    ...(text.length > 40 ? ["must have at most 40 characters"] : []),
    ...(/^[a-z0-9][a-z0-9-]*$/.test(text)
      ? []
      : ["must be lower case letters, digits and hyphens, beginning with a letter or digit"]),
  ];
  return problems.length === 0 ? text : new Wrong(problems);
};

/** RFC 1035, section 2.3.4: 255 octets with those of the lengths, which are 253 characters. */
export const hostname = matching(
  /^(?=.*\.)(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/,
  "must be a domain name",
);

export const url: Form<string> = (text) =>
  URL.canParse(text) && /^https?:/.test(text) ? text : wrong("must be an http(s) URL");

/** Milliseconds that Node's timers can wait (setTimeout: 2³¹ - 1). */
const longestTimer = 2_147_483_647;

/** A duration as Compose writes it, as milliseconds and as written. */
export const timeLimit: Form<{ readonly milliseconds: number; readonly text: string }> = (text) => {
  const milliseconds = Math.floor((secondsOf(text) ?? 0) * 1_000);
  if (milliseconds < 1 || milliseconds > longestTimer)
    return wrong("must be a duration of up to 24 days, such as 90m or 2h");
  return { milliseconds, text };
};

/** How long a stack lives, `never` for as long as nobody takes it down. */
export const timeToLive: Form<string> = (text) =>
  text === "never" || isTimeToLive(text)
    ? text
    : wrong("must be a time from ten minutes to a year, such as 90m, 12h or 7d, or never");

/** ECR API reference, CreatePullThroughCacheRule: `ecrRepositoryPrefix`. */
export const repositoryPrefix = matching(
  /^[a-z0-9]+([._-][a-z0-9]+)*(\/[a-z0-9]+([._-][a-z0-9]+)*)*$/,
  "must be the prefix of a pull-through cache's repositories, such as docker-hub",
);

export const levels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

/** What a rehearsal plays, by compose service. */
export interface RehearsedFaults {
  readonly services: Readonly<Record<string, ServiceFault>>;
  readonly builds: Readonly<Record<string, BuildFault>>;
  readonly starts: Readonly<Record<string, RehearsedStartFault>>;
  /** Of `network`. */
  readonly nat?: NatFault;
  /** Of `entry`: CloudFront refuses the account. */
  readonly unverified: boolean;
  /** Of `zone`: roles of other accounts don't let the run take them. */
  readonly untrusted: boolean;
}

/** `web=crash-loop,worker=secret,api=build` */
export const rehearsedFaults: Form<RehearsedFaults> = (text) => {
  const problems: string[] = [];
  const services: [string, ServiceFault][] = [];
  const builds: [string, BuildFault][] = [];
  let nat: NatFault | undefined;
  let unverified = false;
  let untrusted = false;
  const starts: [string, RehearsedStartFault][] = [];
  for (const item of text.split(",")) {
    const [service = "", wanted] = item.trim().split("=");
    const fault = serviceFaults.find((known) => known === wanted);
    const built = buildFaults.find((known) => known === wanted);
    const natFault = natFaults.find((known) => known === wanted);
    const start = startFaults.find((known) => known === wanted);
    if (service !== "" && fault !== undefined) services.push([service, fault]);
    else if (service !== "" && built !== undefined) builds.push([service, built]);
    else if (service !== "" && start !== undefined) starts.push([service, start]);
    else if (service === "network" && natFault !== undefined) nat = natFault;
    else if (service === "entry" && wanted === entryFault) unverified = true;
    else if (service === "zone" && wanted === zoneFault) untrusted = true;
    else problems.push(`"${item}" is not SERVICE=FAILURE`);
  }
  if (problems.length > 0) return new Wrong(problems);
  return {
    services: Object.fromEntries(services),
    builds: Object.fromEntries(builds),
    starts: Object.fromEntries(starts),
    ...(nat === undefined ? {} : { nat }),
    ...{ unverified, untrusted },
  };
};
