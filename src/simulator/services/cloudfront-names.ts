/** Names of distributions: their certificate, and that one distribution has a name. */
import type { Properties, Refusal } from "../cloud/cloud";
import type { World } from "../cloud/resource-type";
import { cloudFrontRules as rules } from "../rules/cloudfront";
import { listOf, recordOf, textOf } from "../cloud/values";
import { certificateStatus, domainsOf } from "./acm";
import { tokens } from "./common";

const property = "viewerCertificate.acmCertificateArn";

function certificateOf(inputs: Properties): unknown {
  return recordOf(inputs["viewerCertificate"])["acmCertificateArn"];
}

export function checkCertificateRegion(inputs: Properties): readonly Refusal[] {
  const arn = certificateOf(inputs);
  const region = typeof arn === "string" ? arn.split(":")[3] : undefined;
  return rules.certificateRegion.unless(region === undefined || region === "us-east-1", property, () => {
    return `the certificate is in ${region ?? ""} (InvalidViewerCertificate)`;
  });
}

function namesOf({ aliases }: Properties): readonly string[] {
  return listOf(aliases).flatMap((name) => (typeof name === "string" ? [name.toLowerCase()] : []));
}

/** @param type - of distributions */
export function nameConflicts(type: string) {
  return (inputs: Properties, world: World, self: string | undefined): readonly Refusal[] => {
    const others = world.all(type).filter(({ id }) => id !== self);
    return [
      ...certificateConflicts(inputs, world),
      ...namesOf(inputs).flatMap((name, index) => {
        const twin = others.find(({ outputs }) => namesOf(outputs).includes(name));
        return rules.aliasTaken.unless(twin === undefined, `aliases[${index}]`, () => {
          return `'${name}' is already associated with the distribution ${twin?.id ?? ""} (CNAMEAlreadyExists)`;
        });
      }),
    ];
  };
}

function certificateConflicts(inputs: Properties, world: World): readonly Refusal[] {
  const arn = certificateOf(inputs);
  const found = typeof arn === "string" ? world.find(tokens.certificate, arn) : undefined;
  // One that the stack has not made is taken at its word.
  if (found === undefined) return [];
  const domains = domainsOf(found.outputs).map((domain) => domain.toLowerCase());
  return [
    ...rules.certificateIssued.unless(certificateStatus(found.outputs, world) === "ISSUED", property, () => {
      return `the certificate of ${textOf(found.outputs["domainName"])} has not been issued (InvalidViewerCertificate)`;
    }),
    ...namesOf(inputs).flatMap((name, index) =>
      rules.aliasCovered.unless(
        domains.some((domain) => covers(domain, name)),
        `aliases[${index}]`,
        () => {
          return `'${name}' is not among ${domains.join(", ")} (InvalidViewerCertificate)`;
        },
      ),
    ),
  ];
}

/** A wildcard matches one label. */
function covers(domain: string, name: string): boolean {
  if (domain === name) return true;
  return domain.startsWith("*.") && name.slice(name.indexOf(".") + 1) === domain.slice(2);
}
