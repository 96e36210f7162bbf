/** Certificate Manager: certificates, and the wait until they are issued. */
import type { Properties, Refusal } from "../cloud/cloud";
import { hexOf } from "../cloud/naming";
import { ref, type DeniedBy, type Making, type ResourceType, type World } from "../cloud/resource-type";
import { listOf, recordOf, textOf } from "../cloud/values";
import { edgeRules as rules } from "../rules/edge";
import { arnOf, tokens } from "./common";
import { record, trimDot } from "./dns";

const domain = /^(\*\.)?((?!-)[a-z0-9_-]{0,62}[a-z0-9_]\.)+(?!-)[a-z0-9-]{1,62}[a-z0-9]$/i;
/** ACM: "The first domain name can't exceed 64 octets"; a name of DNS has 253 at most, its labels 63. */
const commonNameLimit = 64;
const dnsLimit = 253;

export function domainsOf(inputs: Properties): readonly string[] {
  return [inputs["domainName"], ...listOf(inputs["subjectAlternativeNames"])].filter(
    (name) => typeof name === "string",
  );
}

function checkCertificate(inputs: Properties): readonly Refusal[] {
  const domains = domainsOf(inputs);
  const first = textOf(inputs["domainName"]);
  const count = new Set(domains).size;
  return [
    ...rules.validation.check(inputs, "validationMethod"),
    ...rules.commonName.unless(first.length <= commonNameLimit, "domainName", () => {
      return `'${first}' has ${first.length} characters, more than ${commonNameLimit}`;
    }),
    ...domains.flatMap((name, index) =>
      rules.domain.unless(
        domain.test(name) && name.length <= dnsLimit,
        index === 0 ? "domainName" : `subjectAlternativeNames[${index - 1}]`,
        () => `'${name}' is no domain that a certificate can be issued for`,
      ),
    ),
    ...rules.domains.unless(count <= rules.domains.maximum, "subjectAlternativeNames", () => {
      return `${count} domains, of which a certificate accepts ${rules.domains.maximum} (LimitExceededException)`;
    }),
  ];
}

/**
 * One record for each base domain: `*.x` and `x` share theirs, and every certificate of the account has the same one (AWS
 * Certificate Manager User Guide, DNS validation).
 */
function validationOptions(making: Making): readonly Properties[] {
  const { accountId } = making.world;
  return [...new Set(domainsOf(making.inputs))].map((name) => {
    const base = name.replace(/^\*\./, "");
    return {
      domainName: name,
      resourceRecordName: `_${hexOf(32, `${accountId} ${base}`)}.${base}.`,
      resourceRecordType: "CNAME",
      resourceRecordValue: `_${hexOf(32, `${accountId} value ${base}`)}.acm-validations.aws.`,
    };
  });
}

/** The validation options of a certificate whose records nobody has set. */
function unproved(certificate: Properties, world: World): readonly Properties[] {
  const records = world.all(record).map(({ outputs }) => trimDot(textOf(outputs["fqdn"])));
  return listOf(certificate["domainValidationOptions"])
    .map(recordOf)
    .filter((option) => !records.includes(trimDot(textOf(option["resourceRecordName"]))));
}

type Status = "ISSUED" | "PENDING_VALIDATION" | "FAILED" | "VALIDATION_TIMED_OUT";

/**
 * ACM issues a certificate soon after its records can be seen, whether anybody waits for it or not. One that has failed,
 * or was not proved within 72 hours, is never issued (ACM User Guide, Troubleshoot certificate requests).
 */
export function certificateStatus(certificate: Properties, world: World): Status {
  const ended = certificate["status"];
  if (ended === "FAILED" || ended === "VALIDATION_TIMED_OUT") return ended;
  const waits = certificate["validationMethod"] === "DNS" && unproved(certificate, world).length > 0;
  return waits ? "PENDING_VALIDATION" : "ISSUED";
}

/** Why a certificate is never issued, in ACM's words. */
export function certificateFailure(certificate: Properties): string | undefined {
  const { status, failureReason: reason } = certificate;
  if (status === "VALIDATION_TIMED_OUT") return status;
  return status === "FAILED" ? `FAILED: ${textOf(reason)}` : undefined;
}

/** What the provider says where it waits for a certificate in vain (aws_acm_certificate_validation). */
function neverIssued(world: World, { certificateArn: arn }: Properties): ReturnType<DeniedBy> {
  // What only the attempt shows, no rehearsal does.
  if (world.onRefusal !== undefined) return undefined;
  const found = world.find(tokens.certificate, arn);
  const status = found?.outputs["status"];
  if (status === "VALIDATION_TIMED_OUT") return `reading ACM Certificate (${textOf(arn)}): ${status}`;
  const forbidden = domainsOf(found?.outputs ?? {}).some((name) => caaForbids(name, world));
  if (found === undefined || (status !== "FAILED" && !forbidden)) return undefined;
  return {
    words: `waiting for ACM Certificate (${textOf(arn)}) to be issued: unexpected state 'FAILED', wanted target 'ISSUED'. last error: CAA_ERROR`,
    changed: {
      type: tokens.certificate,
      id: found.id,
      outputs: { status: "FAILED", failureReason: "CAA_ERROR" },
    },
  };
}

/** AWS Certificate Manager User Guide, Configure a CAA record: any of them will do. */
const amazon = /"(amazon\.com|amazontrust\.com|awstrust\.com|amazonaws\.com)[";]/;

/** Whether the records of the name, or of the nearest one above it that has some, let others issue alone (RFC 8659). */
function caaForbids(name: string, world: World): boolean {
  const records = world.all(record).filter(({ outputs }) => outputs["type"] === "CAA");
  let at = name.replace(/^\*\./, "");
  for (; at.includes("."); at = at.slice(at.indexOf(".") + 1)) {
    const here = records.filter(({ outputs }) => trimDot(textOf(outputs["fqdn"])) === at);
    const values = here.flatMap(({ outputs }) => listOf(outputs["records"]).map(textOf));
    if (values.length === 0) continue;
    const wild = values.filter((value) => / issuewild /.test(value));
    const counting =
      name.startsWith("*.") && wild.length > 0 ? wild : values.filter((value) => / issue /.test(value));
    return counting.length > 0 && !counting.some((value) => amazon.test(value));
  }
  return false;
}

/** AWS would wait for these records for ever; say at once which is missing. */
function missingRecords(inputs: Properties, world: World): readonly Refusal[] {
  const certificate = world.find(tokens.certificate, inputs["certificateArn"]);
  return unproved(certificate?.outputs ?? {}, world).map((option) =>
    rules.proof.refuse(
      "certificateArn",
      `the record ${textOf(option["resourceRecordName"])} that proves ${textOf(option["domainName"])} is missing`,
    ),
  );
}

export const acm: readonly ResourceType[] = [
  {
    token: tokens.certificate,
    replaces: [
      "domainName",
      "subjectAlternativeNames",
      "validationMethod",
      "keyAlgorithm",
      "certificateAuthorityArn",
    ],
    id: (making) => {
      const digits = making.hex(32);
      const parts = [0, 8, 12, 16, 20, 32];
      return arnOf(
        making,
        "acm",
        `certificate/${parts
          .slice(1)
          .map((end, n) => digits.slice(parts[n], end))
          .join("-")}`,
      );
    },
    check: checkCertificate,
    usedBy: [
      "aws:lb/listener:Listener",
      "aws:lb/listenerCertificate:ListenerCertificate",
      "aws:cloudfront/distribution:Distribution",
    ],
    latency: { create: 7 },
    outputs: (making, id) => ({
      arn: id,
      domainValidationOptions: validationOptions(making),
      subjectAlternativeNames: [...new Set(domainsOf(making.inputs))],
      keyAlgorithm: making.inputs["keyAlgorithm"] ?? "RSA_2048",
      renewalEligibility: "INELIGIBLE",
      status: "PENDING_VALIDATION",
      type: "AMAZON_ISSUED",
      validationMethod: making.inputs["validationMethod"] ?? "NONE",
    }),
  },
  {
    token: "aws:acm/certificateValidation:CertificateValidation",
    replaces: ["certificateArn", "validationRecordFqdns"],
    references: [ref("certificateArn", tokens.certificate)],
    id: (making) => `2026-01-01 00:00:00.${making.hex(3)} +0000 UTC`,
    importId: (outputs) => textOf(outputs["certificateArn"]),
    conflicts: missingRecords,
    refusesCreate: neverIssued,
    latency: { create: 60 },
  },
];
