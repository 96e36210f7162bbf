/** Names of AWS's regions, as far as a typing error can be seen without asking AWS. */
import { nearest } from "../nearest";

/** The areas of AWS's regions, without their number ("Regions and Availability Zones", AWS global infrastructure, 2026-11). */
const areas: readonly string[] = [
  ...["us-east", "us-west", "ca-central", "ca-west", "mx-central", "sa-east", "af-south", "il-central"],
  ...["eu-west", "eu-central", "eu-north", "eu-south", "me-south", "me-central"],
  ...["ap-east", "ap-south", "ap-northeast", "ap-southeast", "cn-north", "cn-northwest"],
  ...["us-gov-east", "us-gov-west", "us-iso-east", "us-iso-west", "us-isob-east", "eusc-de-east"],
];

function letters(text: string): string {
  return Array.from(text).sort().join("");
}

/**
 * The region that somebody meant who swapped, lost or doubled a letter: `us-esat-1`. A region of an area that is new is
 * let pass: AWS says whether there is one.
 */
export function regionMeant(region: string): string | undefined {
  const [, area = "", number = ""] = /^(.*)(-\d+)$/.exec(region) ?? [];
  if (areas.includes(area)) return undefined;
  const near = nearest(area, areas);
  if (near === undefined) return undefined;
  const slip = letters(near) === letters(area) || Math.abs(near.length - area.length) === 1;
  return slip ? `${near}${number}` : undefined;
}
