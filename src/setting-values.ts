/** The forms that the variables of the environment take (`settings.ts`). */
import { z } from "zod";
import { serviceFaults, type ServiceFault } from "./ports/rehearsal";
import { parseDuration } from "./project/load/units";

/** Pulumi's stack names: letters, digits, `-`, `_`, `.`; Berth keeps to what every AWS name takes. */
export const name = z
  .string()
  .max(40, "must have at most 40 characters")
  .regex(
    /^[a-z0-9][a-z0-9-]*$/,
    "must be lower case letters, digits and hyphens, beginning with a letter or digit",
  );

export const hostname = z
  .string()
  .max(253)
  .regex(
    /^(?=.*\.)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/,
    "must be a domain name",
  );

export const url = z
  .string()
  .refine((text) => URL.canParse(text) && /^https?:/.test(text), "must be an http(s) URL");

/** Milliseconds that Node's timers can wait (setTimeout: 2³¹ - 1). */
const longestTimer = 2_147_483_647;

/** A duration as Compose writes it, as milliseconds and as written. */
export const timeLimit = z.string().transform((text, context) => {
  const milliseconds = Number((parseDuration(text) ?? 0n) / 1_000_000n);
  if (milliseconds < 1 || milliseconds > longestTimer) {
    context.addIssue({ code: "custom", message: "must be a duration of up to 24 days, such as 90m or 2h" });
  }
  return { milliseconds, text };
});

/** ECR API reference, CreatePullThroughCacheRule: `ecrRepositoryPrefix`. */
export const repositoryPrefix = z
  .string()
  .regex(
    /^[a-z0-9]+([._-][a-z0-9]+)*(\/[a-z0-9]+([._-][a-z0-9]+)*)*$/,
    "must be the prefix of a pull-through cache's repositories, such as docker-hub",
  );

export const levels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

/** `web=crash-loop,worker=secret` */
export const rehearsedFaults = z
  .string()
  .transform((text, context): Readonly<Record<string, ServiceFault>> => {
    const faults: [string, ServiceFault][] = [];
    for (const item of text.split(",")) {
      const [service = "", wanted] = item.trim().split("=");
      const fault = serviceFaults.find((known) => known === wanted);
      if (service !== "" && fault !== undefined) faults.push([service, fault]);
      else context.addIssue({ code: "custom", message: `"${item}" is not SERVICE=FAILURE` });
    }
    return Object.fromEntries(faults);
  });
