/** What the names of distributions take in this account: certificates, and a name by which they ask the load balancer. */
import type { Problem } from "../../errors";
import { shortHash } from "../../model/naming";
import { provenBase } from "../../model/deployed-certificates";
import { noNames, type DeployedNames } from "../../model/deployed-names";
import { isShort, longName, mostNames } from "./certificate-groups";
import type { Door } from "./doors";
import type { OwnHost } from "./own-host";
import type { PlacedSite } from "./sites";
import type { Scope } from "../stack/scope";

/**
 * The name by which distributions ask the load balancer over HTTPS. CloudFront takes a certificate that has the origin's name
 * or the request's `Host` (CloudFront Developer Guide, HTTP 502 status code), and does not say which of the two it greets the
 * load balancer with. By the one it is answered with this name's certificate, by the other with the domain's: both will do.
 *
 * @param projectDomain - whose certificate is good for every name with one label below it
 * @returns `undefined` where no distribution has a name
 */
export function originHost(
  { project, stack }: Pick<Scope, "project" | "stack">,
  doors: readonly Door[],
  { own, projectDomain, within }: OwnNames,
): OwnHost | undefined {
  if (doors.length === 0) return undefined;
  const label = `origin-${shortHash([project, stack])}`;
  if (projectDomain !== undefined) {
    const name = `${label}.${projectDomain}`;
    return { name, within, from: "BERTH_DOMAIN", zone: "project", certificate: "covered" };
  }
  // A redirect's or a wildcard's zone will do as well.
  const first = own.find(({ zone }) => zone !== undefined);
  return first && { ...first, name: `${label}.${provenBase(first.name)}`, certificate: "validated" };
}

interface OwnNames {
  readonly own: readonly OwnHost[];
  readonly projectDomain: string | undefined;
  /** The domain of the project's zone. */
  readonly within: string | undefined;
}

/**
 * What keeps distributions from having their names.
 *
 * @param deployed - the distributions that have names already
 */
export function doorProblems(
  doors: readonly Door[],
  sites: readonly PlacedSite[],
  own: readonly OwnHost[],
  deployed: Pick<DeployedNames, "aliases"> = noNames,
): readonly Problem[] {
  const known = new Map(own.map((host) => [host.name, host]));
  const behind = doors.map(({ label, names }) => ({
    label,
    names: names.map((name) => ({ name, from: known.get(name)?.from ?? "BERTH_DOMAIN" })),
  }));
  const served = sites.map(({ label, names }) => ({
    label,
    names: names.map(({ name, from = "BERTH_DOMAIN" }) => ({ name, from })),
  }));
  const elsewhere = behind.flatMap(({ names }) =>
    names.filter(({ name }) => known.has(name) && known.get(name)?.zone === undefined),
  );
  return [
    ...elsewhere.map(({ name, from }) =>
      noZone(name, from, "write x-berth: {edge: balancer}, or remove the name"),
    ),
    ...[...behind, ...served].flatMap(({ label, names }) => tooMany(label, names)),
    ...behind.flatMap(({ names }) => allLong(names)),
    ...behind.flatMap((door) => handedOver(door, false, deployed)),
    ...served.flatMap((site) => handedOver(site, true, deployed)),
  ];
}

/** A name that a distribution of the stack has goes with the run's end, and no other one gets it before. */
function handedOver(
  { label, names }: { readonly label: string; readonly names: readonly Named[] },
  site: boolean,
  { aliases }: Pick<DeployedNames, "aliases">,
): readonly Problem[] {
  return names.flatMap(({ name, from }) => {
    const has = aliases.get(name.toLowerCase());
    if (has === undefined || (has.site === site && has.label === label)) return [];
    return {
      path: from,
      message: `${name} is a name of the distribution of ${has.label}${has.site ? ", a static site" : ""}, and CloudFront gives it to no other one while that is there`,
      hint:
        from === "BERTH_DOMAIN"
          ? "give one of the two services another name for a run, which takes the distribution down"
          : "deploy once without the name, then with it",
    };
  });
}

/** The record that proves the certificate, and the one that leads to the distribution, have to be made here. */
export function noZone(name: string, path: string, otherwise: string): Problem {
  return {
    path,
    message: `no public zone of this account contains ${name}, and CloudFront takes a name only with its certificate`,
    hint: `make a zone for it here (aws route53 create-hosted-zone --caller-reference 1 --name ${provenBase(name)}) and have the domain's zone delegate to it, name a role of the account that has it (zone-role), or ${otherwise}`,
  };
}

interface Named {
  readonly name: string;
  readonly from: string;
}

/** A distribution has one certificate. */
function tooMany(label: string, names: readonly Named[]): readonly Problem[] {
  if (names.length <= mostNames) return [];
  return [
    {
      path: names.at(-1)?.from ?? label,
      message: `the distribution of ${label} has ${names.length} names, and one certificate, which takes ${mostNames}`,
      hint: "name a wildcard (*.example.com) in the place of single domains, or publish some of them by another service",
    },
  ];
}

function allLong(names: readonly Named[]): readonly Problem[] {
  const [first] = names;
  if (first === undefined || names.some(isShort)) return [];
  return [longName(first, "name a shorter one beside it")];
}
