/** How a refusal for the sake of data is reported, by whichever engine. */

/** What to do about a protected resource that a run would delete or replace. */
export const protectionHint =
  "it holds data: --allow-data-loss with its service's name, volumes, access-logs or its URN allows its deletion";

/** A resource would go, or would have to be replaced, and is protected. */
export class ProtectionError extends Error {
  override readonly name = "ProtectionError";
}

/** Pulumi's own advice on protection, which speaks of programs that nobody here has written. */
const advice = /\s*(because it is protected|as it is currently marked for protection)\.[\s\S]*$/;

/** Whether a message of Pulumi's refuses something for the sake of protection; without its advice. */
export function protectionMessage(message: string): string | undefined {
  return advice.test(message) ? `${message.replace(advice, "")}: it is protected` : undefined;
}
