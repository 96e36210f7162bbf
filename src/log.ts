/** The log: pino on stderr, with everything that could be a secret blacked out. */
import { destination, pino, type Logger } from "pino";

export type { Logger };

/** Keys whose values never reach a log, at the top and one level down. */
const secretKeys = ["password", "passphrase", "secret", "token", "authToken", "environment", "credentials"];

/**
 * A logger on stderr (file descriptor 2): stdout belongs to results.
 *
 * @param level - pino's level names, or `silent`
 */
export function makeLogger(level: string): Logger {
  return pino(
    {
      level,
      base: null,
      redact: { paths: secretKeys.flatMap((key) => [key, `*.${key}`]), censor: "[secret]" },
    },
    destination({ fd: 2, sync: true }),
  );
}
