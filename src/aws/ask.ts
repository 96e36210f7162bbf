/** One call of AWS, whose failure is a BerthError with the path that it was for. */
import type { ErrorKind } from "../errors";
import { awsError, faultOf } from "./faults";

/**
 * @param kind - of the error, where it isn't the settings that keep everybody from calling
 * @param path - what the call is for: a service, a file's URL, a resource's name
 * @throws BerthError
 */
export async function ask<T>(kind: ErrorKind, path: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw awsError(kind, path, error);
  }
}

/**
 * The same for what may not be there.
 *
 * @param absent - AWS's error codes that say so
 * @returns `undefined` for these
 */
export function askIfThere<T>(
  kind: ErrorKind,
  path: string,
  absent: readonly string[],
  call: () => Promise<T>,
): Promise<T | undefined> {
  return ask(kind, path, async () => {
    try {
      return await call();
    } catch (error) {
      if (absent.includes(faultOf(error).code)) return undefined;
      throw error;
    }
  });
}
