/** An address asked over HTTP. */
import type { AskAddress } from "../ports";

/** Milliseconds in which an answer counts: it is asked for at the end of a run, which it is not to hold up. */
const patience = 3_000;

/** @param request - `fetch`, with what the environment says of certificates and proxies */
export function askAddress(request: typeof fetch): AskAddress {
  return async (url) => {
    try {
      const signal = AbortSignal.timeout(patience);
      const answer = await request(url, { redirect: "manual", signal });
      await answer.body?.cancel();
      const location = answer.headers.get("location");
      const setsCookie = answer.headers.has("set-cookie");
      return { status: answer.status, setsCookie, ...(location === null ? {} : { location }) };
    } catch {
      // No name yet, no answer yet: a distribution takes minutes to be everywhere.
      return undefined;
    }
  };
}
