/** DNS and service discovery. */
import type { Properties, Refusal } from "../cloud/cloud";
import { ref, type Making, type ResourceType, type World } from "../cloud/resource-type";
import { edgeRules as rules } from "../rules/edge";
import { listOf, recordOf, textOf } from "../cloud/values";
import { arnOf, vpcReference } from "./common";
import { partitionOf } from "../../partitions";

export const record = "aws:route53/record:Record";
export const zone = "aws:route53/zone:Zone";
const namespace = "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace";
const discovery = "aws:servicediscovery/service:Service";

/** Zones are mostly made outside of the stack, by who owns the domain. */
const zoneReference = ref("zoneId", zone, /^Z[A-Z0-9]{1,31}$/);
const dnsLimit = 253;
const labelLimit = 63;

/** A name of DNS as it is compared. */
export function trimDot(name: string): string {
  return name.replace(/\.$/, "").toLowerCase();
}

function recordName(making: Pick<Making, "world" | "inputs">): string {
  const name = trimDot(textOf(making.inputs["name"]));
  const apex = trimDot(textOf(making.world.find(zone, making.inputs["zoneId"])?.outputs["name"]));
  if (apex === "" || name === apex || name.endsWith(`.${apex}`)) return name;
  return name === "" ? apex : `${name}.${apex}`;
}

function recordConflicts(inputs: Properties, world: World, self: string | undefined): readonly Refusal[] {
  const fqdn = recordName({ world, inputs });
  const apex = trimDot(textOf(world.find(zone, inputs["zoneId"])?.outputs["name"]));
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
  return [
    ...rules.sameRecord.unless(twin === undefined || inputs["allowOverwrite"] === true, "name", () => {
      return `a ${textOf(twin?.outputs["type"])} record '${fqdn}' exists already (InvalidChangeBatch)`;
    }),
    ...rules.apex.unless(inputs["type"] !== "CNAME" || fqdn !== apex, "type", () => {
      return `no CNAME is permitted at the apex '${apex}' (InvalidChangeBatch)`;
    }),
  ];
}

function checkRecord(inputs: Properties): readonly Refusal[] {
  const name = textOf(inputs["name"]);
  const longest = Math.max(0, ...name.split(".").map((label) => label.length));
  return [
    ...rules.recordType.check(inputs, "type"),
    ...rules.ttl.check(inputs, "ttl"),
    ...rules.recordName.unless(name.length <= dnsLimit && longest <= labelLimit, "name", () => {
      return `'${name}' has ${name.length} characters, ${longest} of them in one label (InvalidChangeBatch)`;
    }),
  ];
}

function checkDiscovery(inputs: Properties): readonly Refusal[] {
  return listOf(recordOf(inputs["dnsConfig"])["dnsRecords"]).flatMap((item, index) => {
    const at = `dnsConfig.dnsRecords[${index}]`;
    return [
      ...rules.discoveryType.check(recordOf(item), "type", `${at}.type`),
      ...rules.discoveryTtl.check(recordOf(item), "ttl", `${at}.ttl`),
    ];
  });
}

export const dns: readonly ResourceType[] = [
  {
    token: record,
    // Another type or identifier is a deletion and a creation in one change of the zone: in place, to whoever asks.
    replaces: ["zoneId", "name"],
    references: [zoneReference],
    id: (making) =>
      [making.text("zoneId"), making.text("name"), making.text("type"), making.text("setIdentifier")]
        .filter((part) => part !== "")
        .join("_"),
    check: checkRecord,
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
      arn: `arn:${partitionOf(making.world.region).id}:route53:::hostedzone/${id}`,
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
    check: ({ name }) =>
      rules.namespace.unless(typeof name !== "string" || /^[a-z0-9_.-]{1,253}$/i.test(name), "name", () => {
        return `'${String(name)}' is no domain`;
      }),
    conflicts: (inputs, world, self) => {
      const twin = world
        .all(namespace)
        .find(
          ({ id, outputs }) => id !== self && ["name", "vpc"].every((key) => outputs[key] === inputs[key]),
        );
      return rules.sameNamespace.unless(twin === undefined, "name", () => {
        return `the VPC has a namespace '${textOf(inputs["name"])}' (ConflictingDomainExists)`;
      });
    },
    usedBy: [discovery],
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
      source: "AWS Cloud Map API: CreateService",
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
    check: checkDiscovery,
    usedBy: ["aws:ecs/service:Service", "aws:servicediscovery/instance:Instance"],
    // ECS takes the last tasks' instances out some time after the tasks have ended.
    refusesDelete: ({ outputs }) =>
      outputs["forceDestroy"] !== true && JSON.stringify(outputs["dnsConfig"] ?? "").includes('"A"')
        ? "ResourceInUse: Service contains registered instances; forceDestroy would deregister them"
        : undefined,
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
