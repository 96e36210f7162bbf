/** CAA records: whether a domain's owner lets Amazon issue certificates for its names (RFC 8659). */
import type { Finding } from "./findings";

/** One record, as Node's resolver gives it. */
export interface CaaRecord {
  readonly issue?: string | undefined;
  readonly issuewild?: string | undefined;
}

/** The records at exactly this name; empty where there are none. */
export type ResolveCaa = (name: string) => Promise<readonly CaaRecord[]>;

/** AWS Certificate Manager User Guide, "Configure a CAA record": any of them will do. */
const amazon = ["amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com"];

/**
 * A finding for each domain whose records keep ACM from issuing a certificate for a name below it.
 *
 * @param names - `www.example.com`, `*.todo.example.com`
 */
export async function caaFindings(
  names: readonly string[],
  resolveCaa: ResolveCaa,
): Promise<readonly Finding[]> {
  const known = new Map<string, Promise<readonly CaaRecord[]>>();
  const ask: ResolveCaa = (name) => {
    const asked = known.get(name) ?? resolveCaa(name);
    known.set(name, asked);
    return asked;
  };
  const found = await Promise.all([...new Set(names)].map((name) => caaFinding(name, ask)));
  return found.flat();
}

async function caaFinding(name: string, resolveCaa: ResolveCaa): Promise<readonly Finding[]> {
  const { at, records } = await relevant(name.replace(/^\*\./, ""), resolveCaa);
  const wild = records.flatMap(({ issuewild }) => issuewild ?? []);
  // RFC 8659, 4.3: for a wildcard issuewild counts alone, where there is any.
  const asWild = name.startsWith("*.") && wild.length > 0;
  const issuers = (asWild ? wild : records.flatMap(({ issue }) => issue ?? [])).map(issuerOf);
  if (issuers.length === 0 || issuers.some((issuer) => amazon.includes(issuer))) return [];
  const others = issuers.filter((issuer) => issuer !== "");
  return [
    {
      check: "certificate",
      status: "fail",
      message: `the CAA records of ${at} let ${others.length === 0 ? "nobody" : others.join(", ")} issue a certificate for ${name}, and not Amazon: ACM fails with CAA_ERROR`,
      fix: `add a record to the zone of ${at}: ${at}. CAA 0 ${asWild ? "issuewild" : "issue"} "amazon.com"`,
    },
  ];
}

/** The records of the name itself, or of the nearest name above it that has some (RFC 8659, 3). */
async function relevant(
  name: string,
  resolveCaa: ResolveCaa,
): Promise<{ readonly at: string; readonly records: readonly CaaRecord[] }> {
  const labels = name.split(".");
  for (let first = 0; first < labels.length; first++) {
    const at = labels.slice(first).join(".");
    const records = await resolveCaa(at);
    if (records.length > 0) return { at, records };
  }
  return { at: name, records: [] };
}

/** `amazon.com` of `amazon.com; accounturi=…`; empty where nobody may. */
function issuerOf(value: string): string {
  return (value.split(";")[0] ?? "").trim().toLowerCase();
}
