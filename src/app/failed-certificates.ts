/** Certificates of a stack that are never issued: the run asks for others in their place. */
import { certificateType } from "../model/deployed-certificates";
import type { StackIdentity, StackResource } from "../ports";
import { messageOf } from "../errors";
import type { Deps } from "./deps";

/**
 * @param stood - what the state holds
 * @returns URNs of the certificates that the run makes again; each is reported
 */
export async function failedCertificates(
  identity: StackIdentity,
  stood: readonly StackResource[],
  { certificates, progress: { note } }: Pick<Deps, "certificates" | "progress">,
): Promise<readonly string[]> {
  const asked = new Map(
    stood.flatMap(({ id, type, ...rest }) =>
      type === certificateType && id !== undefined ? [[id, rest]] : [],
    ),
  );
  if (asked.size === 0) return [];
  try {
    const failed = await (await certificates()).failed(identity, [...asked.keys()]);
    return failed.flatMap(({ arn, why }) => {
      const found = asked.get(arn);
      if (found === undefined) return [];
      note(`The certificate of ${found.name} is never issued (${why}): another one takes its place`);
      return [found.urn];
    });
  } catch (error) {
    // The run goes on with what the state says: only a certificate that has failed would be in its way.
    note(`warning: whether the certificates are issued can't be looked at: ${messageOf(error)}`);
    return [];
  }
}
