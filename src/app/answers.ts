/** What the addresses of CloudFront answer after a run that has changed something (docs/edge.md). */
import { cloudFrontAddresses } from "../model/deployed";
import type { Warning } from "../model/project";
import type { AddressAnswer } from "../ports";
import type { Deps } from "./deps";

/**
 * Asked side by side, once. What does not answer yet is not reported.
 *
 * @param endpoints - the stack's output of this name: the URL of each service
 */
export async function lookAtAnswers(
  endpoints: unknown,
  { askAddress }: Pick<Deps, "askAddress">,
): Promise<readonly Warning[]> {
  if (askAddress === undefined) return [];
  // Services behind a name of CloudFront's own see `X-Forwarded-Proto: http`.
  const found = await Promise.all(
    cloudFrontAddresses({ endpoints }).map(async ({ service, url }) =>
      warningOf(service, url, await askAddress(url)),
    ),
  );
  return found.flat();
}

function warningOf(service: string, url: string, answer: AddressAnswer | undefined): readonly Warning[] {
  const path = `services.${service}`;
  if (answer === undefined) return [];
  if (isLoop(url, answer))
    return [
      {
        path,
        message: `${url} redirects to itself, for ever: it reads X-Forwarded-Proto, which is http behind CloudFront. It has to read CloudFront-Forwarded-Proto; docs/edge.md, "What a service sees", has what to write for Rails, Django, Laravel, WordPress, Express and others`,
      },
    ];
  // Of the load balancer, or of CloudFront: the service itself has not answered.
  if (![502, 503, 504].includes(answer.status)) return [];
  return [{ path, message: `${url} answers ${answer.status}: berth logs ${service} may say why` }];
}

/** Whether the next request would be the same one: one with a cookie more is not. */
function isLoop(url: string, { status, location, setsCookie }: AddressAnswer): boolean {
  if (status < 300 || status > 399 || location === undefined || setsCookie) return false;
  return URL.canParse(location, url) && new URL(location, url).href === new URL(url).href;
}
