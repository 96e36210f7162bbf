/** Certificates, DNS and service discovery. */
import type { Properties, Refusal } from "../cloud";
import { ref, refusal, type Making, type ResourceType, type World } from "../resource-type";
import { listOf, numberOf, recordOf, textOf } from "../values";
import { arnOf, inRange, oneOf, tokens, vpcReference } from "./common";

const record = "aws:route53/record:Record";
const zone = "aws:route53/zone:Zone";
const namespace = "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace";
const discovery = "aws:servicediscovery/service:Service";

/** Zones are mostly made outside of the stack, by who owns the domain. */
const zoneReference = ref("zoneId", zone, /^Z[A-Z0-9]{1,31}$/);
const domain = /^(\*\.)?([a-z0-9_]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]\.?$/i;
/** ACM: "The first domain name can't exceed 64 octets"; a name of DNS has 253 at most. */
const commonNameLimit = 64;
const dnsLimit = 253;

function domainsOf(inputs: Properties): readonly string[] {
  return [inputs["domainName"], ...listOf(inputs["subjectAlternativeNames"])].filter(
    (name) => typeof name === "string",
  );
}

function checkCertificate(inputs: Properties): readonly Refusal[] {
  const problems = [...oneOf(inputs, "validationMethod", ["DNS", "EMAIL", "HTTP"])];
  const first = textOf(inputs["domainName"]);
  if (first.length > commonNameLimit) {
    problems.push(refusal("domainName", `'${first}' has more than ${commonNameLimit} characters`));
  }
  domainsOf(inputs).forEach((name, index) => {
    if (domain.test(name) && name.length <= dnsLimit) return;
    const at = index === 0 ? "domainName" : `subjectAlternativeNames[${index - 1}]`;
    problems.push(refusal(at, `'${name}' is no domain that a certificate can be issued for`));
  });
  return problems;
}

/** One record for each base domain: `*.x` and `x` share theirs. */
function validationOptions(making: Making): readonly Properties[] {
  return [...new Set(domainsOf(making.inputs))].map((name) => {
    const base = name.replace(/^\*\./, "");
    return {
      domainName: name,
      resourceRecordName: `_${making.hex(32, base)}.${base}.`,
      resourceRecordType: "CNAME",
      resourceRecordValue: `_${making.hex(32, `value ${base}`)}.acm-validations.aws.`,
    };
  });
}

function trimDot(name: string): string {
  return name.replace(/\.$/, "").toLowerCase();
}

/** AWS would wait for these records for ever; say at once which is missing. */
function missingRecords(inputs: Properties, world: World): readonly Refusal[] {
  const certificate = world.find(tokens.certificate, inputs["certificateArn"]);
  const records = world.all(record).map(({ outputs }) => trimDot(textOf(outputs["fqdn"])));
  return listOf(certificate?.outputs["domainValidationOptions"])
    .map(recordOf)
    .filter((option) => !records.includes(trimDot(textOf(option["resourceRecordName"]))))
    .map((option) =>
      refusal(
        "certificateArn",
        `the record ${textOf(option["resourceRecordName"])} that proves ${textOf(option["domainName"])} is missing`,
      ),
    );
}

function recordName(making: Pick<Making, "world" | "inputs">): string {
  const name = trimDot(textOf(making.inputs["name"]));
  const apex = trimDot(textOf(making.world.find(zone, making.inputs["zoneId"])?.outputs["name"]));
  if (apex === "" || name === apex || name.endsWith(`.${apex}`)) return name;
  return name === "" ? apex : `${name}.${apex}`;
}

function recordConflicts(inputs: Properties, world: World, self: string | undefined): readonly Refusal[] {
  const fqdn = recordName({ world, inputs });
  const problems: Refusal[] = [];
  const twin = world
    .all(record)
    .find(
      ({ id, outputs }) =>
        id !== self &&
        outputs["zoneId"] === inputs["zoneId"] &&
        outputs["fqdn"] === fqdn &&
        (outputs["type"] === inputs["type"] || [outputs["type"], inputs["type"]].includes("CNAME")) &&
        outputs["setIdentifier"] === inputs["setIdentifier"],
    );
  if (twin !== undefined && inputs["allowOverwrite"] !== true) {
    problems.push(
      refusal(
        "name",
        `a ${textOf(twin.outputs["type"])} record '${fqdn}' exists already (InvalidChangeBatch)`,
      ),
    );
  }
  const apex = trimDot(textOf(world.find(zone, inputs["zoneId"])?.outputs["name"]));
  if (inputs["type"] === "CNAME" && fqdn === apex) {
    problems.push(refusal("type", `no CNAME is permitted at the apex '${apex}' (InvalidChangeBatch)`));
  }
  return problems;
}

const recordTypes = [
  "A",
  "AAAA",
  "CAA",
  "CNAME",
  "DS",
  "HTTPS",
  "MX",
  "NAPTR",
  "NS",
  "PTR",
  "SOA",
  "SPF",
  "SRV",
  "SSHFP",
  "SVCB",
  "TLSA",
  "TXT",
];

export const dns: readonly ResourceType[] = [
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
    heldBy: ["aws:lb/listener:Listener", "aws:lb/listenerCertificate:ListenerCertificate"],
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
    conflicts: missingRecords,
    latency: { create: 60 },
  },
  {
    token: record,
    replaces: ["zoneId", "name", "type", "setIdentifier"],
    references: [zoneReference],
    id: (making) =>
      [making.text("zoneId"), making.text("name"), making.text("type"), making.text("setIdentifier")]
        .filter((part) => part !== "")
        .join("_"),
    check: (inputs) => [
      ...oneOf(inputs, "type", recordTypes),
      ...inRange(inputs, "ttl", 0, 2_147_483_647),
      ...(textOf(inputs["name"]).length > dnsLimit
        ? [refusal("name", `more than ${dnsLimit} characters`)]
        : []),
    ],
    conflicts: recordConflicts,
    latency: { create: 30, delete: 30 },
    outputs: (making) => ({ fqdn: recordName(making) }),
  },
  {
    token: zone,
    replaces: ["name", "delegationSetId"],
    references: [vpcReference("vpcs[].vpcId")],
    id: (making) => `Z0${making.hex(18).toUpperCase()}`,
    latency: { create: 35, delete: 30 },
    refusesDelete: ({ id, outputs }, world) =>
      outputs["forceDestroy"] !== true && world.all(record).some((other) => other.outputs["zoneId"] === id)
        ? "HostedZoneNotEmpty: it contains records besides its own NS and SOA"
        : undefined,
    outputs: (making, id) => ({
      arn: `arn:aws:route53:::hostedzone/${id}`,
      zoneId: id,
      comment: making.inputs["comment"] ?? "Managed by Pulumi",
      nameServers: ["com", "net", "org", "co.uk"].map(
        (top, n) => `ns-${Number.parseInt(making.hex(3, top), 16)}.awsdns-0${n}.${top}`,
      ),
      primaryNameServer: `ns-${Number.parseInt(making.hex(3, "com"), 16)}.awsdns-00.com`,
    }),
  },
  {
    token: namespace,
    replaces: ["name", "vpc"],
    references: [vpcReference("vpc")],
    id: (making) => `ns-${making.hex(16)}`,
    check: (inputs) =>
      /^[a-z0-9_.-]{1,253}$/i.test(textOf(inputs["name"]) || "x")
        ? []
        : [refusal("name", `'${textOf(inputs["name"])}' is no domain`)],
    conflicts: (inputs, world, self) =>
      world
        .all(namespace)
        .some(
          ({ id, outputs }) =>
            id !== self && outputs["name"] === inputs["name"] && outputs["vpc"] === inputs["vpc"],
        )
        ? [refusal("name", "the VPC has a namespace of that name (ConflictingDomainExists)")]
        : [],
    heldBy: [discovery],
    latency: { create: 40, delete: 40 },
    outputs: (making, id) => ({
      arn: arnOf(making, "servicediscovery", `namespace/${id}`),
      hostedZone: `Z0${making.hex(18, "zone").toUpperCase()}`,
    }),
  },
  {
    token: discovery,
    name: {
      property: "name",
      maximum: 127,
      pattern: /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/,
      says: "letters, digits, hyphens, dots and underscores",
      unique: (inputs) =>
        textOf(recordOf(inputs["dnsConfig"])["namespaceId"]) || textOf(inputs["namespaceId"]),
    },
    replaces: [
      "namespaceId",
      "dnsConfig.namespaceId",
      "dnsConfig.routingPolicy",
      "healthCheckCustomConfig",
      "type",
    ],
    references: [ref("namespaceId", namespace), ref("dnsConfig.namespaceId", namespace)],
    id: (making) => `srv-${making.hex(16)}`,
    check: (inputs) =>
      listOf(recordOf(inputs["dnsConfig"])["dnsRecords"]).flatMap((item, index) => {
        const at = `dnsConfig.dnsRecords[${index}]`;
        const ttl = numberOf(recordOf(item)["ttl"]);
        return [
          ...oneOf(recordOf(item), "type", ["A", "AAAA", "SRV", "CNAME"], `${at}.type`),
          ...(ttl !== undefined && ttl < 0 ? [refusal(`${at}.ttl`, `${ttl} is negative`)] : []),
        ];
      }),
    heldBy: ["aws:ecs/service:Service", "aws:servicediscovery/instance:Instance"],
    outputs: (making, id) => ({
      arn: arnOf(making, "servicediscovery", `service/${id}`),
      namespaceId: textOf(recordOf(making.inputs["dnsConfig"])["namespaceId"]) || making.text("namespaceId"),
      type: making.inputs["dnsConfig"] === undefined ? "HTTP" : "DNS_HTTP",
    }),
  },
  {
    token: "aws:servicediscovery/instance:Instance",
    replaces: ["instanceId", "serviceId"],
    references: [ref("serviceId", discovery)],
    id: (making) => making.text("instanceId"),
  },
];
