/** Which names share a certificate. Pure. */
import type { Problem } from "../../errors";
import { provenBase } from "../../model/deployed-certificates";
import { isWithin } from "../../model/naming";

/** A name that needs a certificate. */
export interface NeededName {
  readonly name: string;
  /** The domain of the zone that takes its record. @default the zone is elsewhere: somebody sets the record there */
  readonly within?: string | undefined;
}

/** The names of one certificate. */
export interface CertificateGroup<T extends NeededName> {
  /** Its names that were asked for, at least one. */
  readonly names: readonly [T, ...T[]];
  /** A name that nobody asked for, since the certificate's first one has to be short. @default the first of the others is */
  readonly first?: string;
}

/**
 * Names of one certificate (AWS Certificate Manager User Guide, Quotas, Number of domain names per ACM certificate: 10 by
 * default, 100 where AWS has been asked for more).
 */
export const mostNames = 10;

/** ACM API, RequestCertificate, DomainName: at most 64 octets; a further name has 253. */
export const commonNameLength = 64;

/**
 * The certificates of some names. What has one keeps it, so that nothing of a stack is replaced when names come; new names
 * share certificates, a name and its wildcard the same one. A name whose record somebody else sets has its own: its
 * neighbours are not to wait for that.
 *
 * @param needed - each name once
 * @param deployed - the names of the certificates that exist, a listener's default one first
 * @returns those that exist first, then the others in the order of `needed`
 * @throws RangeError for what {@link tooLong} lists
 */
export function certificateGroups<T extends NeededName>(
  needed: readonly T[],
  deployed: readonly (readonly string[])[],
): readonly CertificateGroup<T>[] {
  const left = new Map(needed.map((each) => [each.name, each]));
  const take = (name: string): T[] => {
    const found = left.get(name);
    left.delete(name);
    return found === undefined ? [] : [found];
  };
  const own = (names: readonly T[]): readonly (readonly T[])[] => {
    const elsewhere = names.filter(({ within }) => within === undefined);
    return [names.filter(({ within }) => within !== undefined), ...byBase(elsewhere)];
  };
  const kept = deployed.flatMap((names) => own(names.flatMap(take)));
  const fresh = [...left.values()];
  const packed = pack(byBase(fresh.filter(({ within }) => within !== undefined)));
  const elsewhere = byBase(fresh.filter(({ within }) => within === undefined));
  const place = (names: readonly T[]): number => Math.min(...names.map((each) => needed.indexOf(each)));
  const added = [...packed, ...elsewhere].sort((a, b) => place(a) - place(b));
  return [...kept.filter((names) => names.length > 0), ...added].map(withFirst);
}

/** Names that no certificate of ACM's can have: longer than a first name, without a shorter one that their zone proves. */
export function tooLong<T extends NeededName>(needed: readonly T[]): readonly T[] {
  return needed.filter((each) => !isShort(each) && shortParent(each) === undefined);
}

/** That no certificate can begin with a name. @param from - what says it. @default `BERTH_DOMAIN` */
export function longName(
  { name, from }: { readonly name: string; readonly from?: string },
  hint: string,
): Problem {
  return {
    path: from ?? "BERTH_DOMAIN",
    message: `a certificate begins with a name of at most ${commonNameLength} characters, and ${name} has ${name.length}`,
    hint,
  };
}

/** Whether a certificate can begin with it. */
export function isShort({ name }: Pick<NeededName, "name">): boolean {
  return name.length <= commonNameLength;
}

/** The nearest domain above a name that a certificate can begin with, as far as the zone of the name has it. */
function shortParent({ name, within }: NeededName): string | undefined {
  let parent = provenBase(name);
  while (parent.length > commonNameLength) parent = parent.slice(parent.indexOf(".") + 1);
  return within !== undefined && isWithin(parent, within) ? parent : undefined;
}

/** `example.com` and `*.example.com` share the record that proves them, so they share a certificate. */
function byBase<T extends NeededName>(names: readonly T[]): readonly (readonly T[])[] {
  const groups = Map.groupBy(names, ({ name }) => provenBase(name));
  return [...groups.values()].map((group) => group.sort((a, b) => b.name.length - a.name.length));
}

/** Each certificate up to its limit, then the next; those with a short name first, which the long ones can follow. */
function pack<T extends NeededName>(bases: readonly (readonly T[])[]): readonly (readonly T[])[] {
  const short = bases.filter((names) => names.some(isShort));
  const groups: T[][] = [];
  for (const names of [...short, ...bases.filter((each) => !short.includes(each))]) {
    const fits = (group: readonly T[]): boolean => {
      const all = [...group, ...names];
      return all.length + (all.some(isShort) ? 0 : 1) <= mostNames;
    };
    const found = groups.find(fits);
    if (found === undefined) groups.push([...names]);
    else found.push(...names);
  }
  return groups;
}

function withFirst<T extends NeededName>(names: readonly T[]): CertificateGroup<T> {
  const first = names.find(isShort);
  const [head, ...others] = first === undefined ? names : [first, ...names.filter((each) => each !== first)];
  if (head === undefined) throw new RangeError("A certificate has a name.");
  if (first !== undefined) return { names: [head, ...others] };
  const parent = shortParent(head);
  if (parent === undefined) throw new RangeError(`No certificate can begin with ${head.name}.`);
  return { names: [head, ...others], first: parent };
}
