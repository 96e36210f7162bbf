/** How ECS says that it can't start a task now, though the same call succeeds later with nothing changed. */

/**
 * ECS's words: in RunTask's failures and in a task's stopped reason ("API failure messages" and "Stopped task error
 * messages", ECS developer guide), and in a service's events ("Service event messages").
 */
export const capacityShort = /capacity is unavailable/i;

/**
 * Why a task did not begin:
 * - `capacity`: AWS has no room of its kind;
 * - `limit`: a quota of the account is used up, which a task that ends gives back;
 * - `role`: its role is seconds old and not known everywhere ("Changes that I make are not always immediately visible",
 *   IAM user guide; pulumi-awsx #927 has it from ECS);
 * - `way out`: a registry or an endpoint could not be reached, or did not know the role yet.
 */
export type StartFault = "capacity" | "limit" | "role" | "way out";

/** The first that fits counts: the words of a pull hold those of what kept it from its end. */
const words: readonly (readonly [RegExp, StartFault])[] = [
  [capacityShort, "capacity"],
  // "You've reached the limit on the number of vCPUs (tasks) you can run concurrently" (ECS developer guide,
  // Troubleshooting Fargate quota errors; "API failure messages" has it in RunTask's answer as well).
  [/reached the limit on the number of (vCPUs|tasks)/i, "limit"],
  [/unable to assume the role/i, "role"],
  [
    // "CannotPullContainer task errors" and "ResourceInitializationError errors" of the ECS developer guide: what the
    // network answers, in the words of containerd and of the SDK inside of Fargate's agent.
    /(CannotPullContainer|ResourceInitialization)Error.*(i\/o timeout|TLS handshake timeout|dial tcp|connection (refused|reset)|deadline exceeded|request canceled|no route to host|network is unreachable|no such host|connection issue|context canceled|RequestCanceled|send request failed|temporary failure)/is,
    "way out",
  ],
  [
    // The execution role's policy, seconds old. A policy that lacks the action answers the same, to the last try.
    /(CannotPullContainer|ResourceInitialization)Error.*(AccessDenied|is not authorized to perform)/is,
    "role",
  ],
];

/** @returns `undefined` where another try comes to the same */
export function startFaultOf(reason: string): StartFault | undefined {
  return words.find(([pattern]) => pattern.test(reason))?.[1];
}
