/** The log: pino on stderr, with everything that could be a secret blacked out. */
import { destination, pino, type Logger as Pino } from "pino";

/** What the log receives; nobody sees `info` and `debug` unless `LOG_LEVEL` asks for them. */
export type Logger = Pick<Pino, "debug" | "info" | "isLevelEnabled">;

/** Keys whose values never reach a log, at the top and one level down. */
const secretKeys = ["password", "passphrase", "secret", "token", "authToken", "environment", "credentials"];

/**
 * A logger on stderr (file descriptor 2): stdout belongs to results. pino is loaded where a message would be seen.
 *
 * @param level - pino's level names, or `silent`
 */
export function makeLogger(level: string): Logger {
  if (level !== "info" && level !== "debug" && level !== "trace") return quiet;
  return pino(
    {
      level,
      base: null,
      redact: { paths: secretKeys.flatMap((key) => [key, `*.${key}`]), censor: "[secret]" },
    },
    destination({ fd: 2, sync: true }),
  );
}

/** Nothing that is logged is of a level above `info`. */
const quiet: Logger = {
  debug: () => undefined,
  info: () => undefined,
  isLevelEnabled: () => false,
};
