/** What the outputs of a stack say of its addresses. */
import type * as pulumi from "@pulumi/pulumi";
import type { MissingRecord } from "./public-entry";
import type { PublicHosts } from "./public-hosts";
import type { PublicRoute } from "./public-routes";

export interface AddressOutputs {
  /** What the user should know, in words. */
  readonly notices: readonly string[];
  /** What somebody has to set in zones outside of the account. */
  readonly dnsRecords: readonly pulumi.Output<MissingRecord>[];
  /** Domains whose certificates wait for such a record. */
  readonly pendingDomains: readonly string[];
}

interface Addresses {
  readonly routes: readonly PublicRoute[];
  readonly hosts: PublicHosts;
  readonly records: readonly pulumi.Output<MissingRecord>[];
  /** The domain that services are published under. */
  readonly domain: string | undefined;
}

export function addressOutputs({ routes, hosts, records, domain }: Addresses): AddressOutputs {
  const elsewhere = hosts.own.filter(({ zone }) => zone === undefined).map(({ name }) => name);
  const pending = hosts.own.filter(({ certificate }) => certificate === "pending").map(({ name }) => name);
  const notices: string[] = [];
  if (routes.length > 0 && domain === undefined) notices.push(noDomain(routes));
  if (elsewhere.length > 0) {
    notices.push(
      `No public zone of this account holds ${elsewhere.join(", ")}: the records below have to be set where the zone is.`,
    );
  }
  if (pending.length > 0) {
    notices.push(
      `The certificate of ${pending.join(", ")} waits for its record: until it is issued and up has run again, HTTP serves it.`,
    );
  }
  return { notices, dnsRecords: records, pendingDomains: pending };
}

function noDomain(routes: readonly PublicRoute[]): string {
  const paths = routes.flatMap(({ name, at }) =>
    "path" in at && at.path !== "/" ? [`${name} under ${at.path}`] : [],
  );
  const others = paths.length === 0 ? "" : `: ${paths.join(", ")}`;
  return `There is no domain (BERTH_DOMAIN): services answer over HTTP on the load balancer's own name${others}.`;
}
