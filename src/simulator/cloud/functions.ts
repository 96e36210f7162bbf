/** The functions of the aws provider that programs call: what they answer of what exists, or of what every account has. */
import type { Properties } from "./cloud";
import type { World } from "./resource-type";
import { hexOf } from "./naming";
import {
  existing,
  outsideRouteTable,
  outsideSubnet,
  outsideSubnets,
  outsideVpc,
  hasInstances,
  zoneId,
  zoneNames,
  type AssumingWorld,
} from "./outside";
import { ownedDomain, zoneIdOf } from "./zones";
import { tokens } from "../services/common";
import { certificateStatus } from "../services/acm";
import { policyDocument } from "./policy-document";
import { managedPrefixListId } from "./prefix-lists";
import { isRecord, listOf, numberOf, recordOf, textOf } from "./values";
import { partitionOf } from "../../partitions";

type CloudFunction = (args: Properties, world: AssumingWorld) => Properties;

/** What a secret of Parameter Store answers that nobody has set: simulation asks for none. */
export const unsetParameter = "(not set: simulated)";

/** By its id, or as the one that is associated with a subnet. @throws Error where there is none */
function routeTable(args: Properties, world: AssumingWorld): Properties {
  const subnet = args["subnetId"];
  const outside = outsideRouteTable(world, subnet);
  if (outside !== undefined) return outside;
  const association = world
    .all("aws:ec2/routeTableAssociation:RouteTableAssociation")
    .find(({ outputs }) => subnet !== undefined && outputs["subnetId"] === subnet);
  const id = args["routeTableId"] ?? args["rtbId"] ?? association?.outputs["routeTableId"];
  const found = world.find("aws:ec2/routeTable:RouteTable", id);
  if (found === undefined) {
    throw new Error("your query returned no results. Please change your search criteria and try again.");
  }
  return {
    associations: [],
    filters: [],
    gatewayId: "",
    subnetId: textOf(subnet),
    tags: {},
    ...found.outputs,
    id: found.id,
    routeTableId: found.id,
    rtbId: found.id,
  };
}

function parameter(args: Properties, world: World): Properties {
  const name = textOf(args["name"]);
  const found = world.find("aws:ssm/parameter:Parameter", name);
  const image = name.startsWith("/aws/service/");
  const value = image ? `ami-0${hexOf(16, world.region, name)}` : unsetParameter;
  return {
    arn: `arn:${partitionOf(world.region).id}:ssm:${world.region}:${world.accountId}:parameter${name}`,
    id: name,
    name,
    region: world.region,
    type: image ? "String" : "SecureString",
    value,
    insecureValue: image ? value : "",
    version: 1,
    withDecryption: true,
    ...found?.outputs,
  };
}

/** A secret of the account, which exists as far as a simulation knows; its value is nobody's. */
function secretVersion(args: Properties, world: World): Properties {
  const secretId = textOf(args["secretId"]);
  const arn = secretId.startsWith("arn:")
    ? secretId
    : `arn:${partitionOf(world.region).id}:secretsmanager:${world.region}:${world.accountId}:secret:${secretId}-${hexOf(6, secretId)}`;
  return {
    id: `${arn}|AWSCURRENT`,
    arn,
    createdDate: "2026-01-01T00:00:00Z",
    region: textOf(args["region"]) || world.region,
    secretBinary: "",
    secretId,
    secretString: unsetParameter,
    versionId: hexOf(32, secretId),
    versionStage: "AWSCURRENT",
    versionStages: ["AWSCURRENT"],
  };
}

/**
 * A public zone: one that exists, or that of a domain which the account is taken to own ({@link ownedDomain}).
 *
 * @throws Error in the provider's words where there is none
 */
function zone(args: Properties, world: World): Properties {
  const zones = world.all("aws:route53/zone:Zone");
  const wanted = textOf(args["name"]).replace(/\.$/, "");
  const found = zones.find(
    ({ id, outputs }) => id === args["zoneId"] || (wanted !== "" && outputs["name"] === wanted),
  );
  if (found === undefined && wanted !== "" && ownedDomain(wanted) !== wanted) {
    throw new Error("reading Route 53 Hosted Zones: no matching Route 53 Hosted Zone found");
  }
  const id = found?.id ?? (textOf(args["zoneId"]) || zoneIdOf(wanted));
  return {
    arn: `arn:${partitionOf(world.region).id}:route53:::hostedzone/${id}`,
    id,
    zoneId: id,
    name: wanted === "" ? "example.com" : wanted,
    nameServers: [],
    privateZone: args["privateZone"] ?? false,
    tags: {},
    ...found?.outputs,
  };
}

/** A certificate of a domain; it is issued once the record that proves it exists. @throws Error where there is none */
function certificate(args: Properties, world: World): Properties {
  const tags = Object.entries(recordOf(args["tags"]));
  const statuses = listOf(args["statuses"]);
  const found = world.all(tokens.certificate).find(({ outputs }) => {
    const status = certificateStatus(outputs, world);
    return (
      outputs["domainName"] === args["domain"] &&
      (statuses.length === 0 ? status === "ISSUED" : statuses.includes(status)) &&
      tags.every(([key, value]) => recordOf(outputs["tags"])[key] === value)
    );
  });
  if (found === undefined) throw new Error("no matching ACM Certificate found");
  return {
    ...found.outputs,
    id: found.id,
    certificate: "",
    certificateChain: "",
    status: certificateStatus(found.outputs, world),
  };
}

/** @throws Error in the provider's words where there is none */
function managedPrefixList(args: Properties, { region }: World): Properties {
  const name = textOf(args["name"]);
  const id = managedPrefixListId(region, name);
  if (id === undefined) throw new Error("no matching EC2 Managed Prefix List found");
  const { id: partition } = partitionOf(region);
  const arn = `arn:${partition}:ec2:${region}:aws:prefix-list/${id}`;
  const own = { id, arn, name, region, ownerId: "AWS", addressFamily: "IPv4" };
  return { ...own, entries: [], maxEntries: 0, tags: {}, version: 0 };
}

function passwordOf(length: number, { accountId, region }: World): string {
  return hexOf(64, "password", accountId, region)
    .repeat(Math.ceil(length / 64))
    .slice(0, length);
}

const functions: Readonly<Record<string, CloudFunction>> = {
  "aws:index/getAvailabilityZones:getAvailabilityZones": (_, world) => {
    const names = zoneNames(world.region);
    return {
      id: world.region,
      region: world.region,
      groupNames: [world.region],
      names,
      zoneIds: names.map((name) => zoneId(world.region, name)),
    };
  },
  "aws:index/getCallerIdentity:getCallerIdentity": (_, world) => ({
    accountId: world.accountId,
    arn: `arn:${partitionOf(world.region).id}:iam::${world.accountId}:user/simulated`,
    id: world.accountId,
    userId: "AIDASIMULATED",
  }),
  "aws:index/getRegion:getRegion": (_, world) => ({
    id: world.region,
    name: world.region,
    region: world.region,
    description: world.region,
    endpoint: `ec2.${world.region}.${partitionOf(world.region).dnsSuffix}`,
  }),
  "aws:index/getPartition:getPartition": (_, world) => {
    const { id, dnsSuffix } = partitionOf(world.region);
    return { id, partition: id, dnsSuffix, reverseDnsPrefix: dnsSuffix.split(".").reverse().join(".") };
  },
  "aws:ssm/getParameter:getParameter": parameter,
  "aws:secretsmanager/getSecretVersion:getSecretVersion": secretVersion,
  // The same each time: the state holds digests of secrets alone, so what a program keeps is known by its like.
  "aws:secretsmanager/getRandomPassword:getRandomPassword": (args, world) => ({
    id: world.region,
    region: world.region,
    ...args,
    randomPassword: passwordOf(numberOf(args["passwordLength"]) ?? 32, world),
  }),
  "aws:ec2/getAmi:getAmi": (args, world) => {
    const id = `ami-0${hexOf(16, world.region, JSON.stringify(args))}`;
    return {
      id,
      imageId: id,
      arn: `arn:${partitionOf(world.region).id}:ec2:${world.region}::image/${id}`,
      architecture: "arm64",
      name: "al2023-ami",
      rootDeviceName: "/dev/xvda",
      state: "available",
    };
  },
  "aws:ec2/getVpc:getVpc": (args, world) => outsideVpc(world, textOf(args["id"]) || "vpc-0default000000000"),
  "aws:ec2/getSubnet:getSubnet": (args, world) => outsideSubnet(world, textOf(args["id"])),
  "aws:ec2/getSubnets:getSubnets": (args, world) => {
    const filter = listOf(args["filters"])
      .map(recordOf)
      .find(({ name }) => name === "vpc-id");
    const vpc = textOf(listOf(filter?.["values"])[0]);
    const made = world.all(tokens.subnet).filter(({ outputs }) => outputs["vpcId"] === vpc);
    const ids = made.length > 0 ? made.map(({ id }) => id) : outsideSubnets(world, vpc);
    return { id: world.region, region: world.region, ids };
  },
  "aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings": (args, world) => {
    const names = zoneNames(world.region).filter((name) => hasInstances(world.region, name));
    const types = listOf(recordOf(listOf(args["filters"])[0])["values"]).map(textOf);
    return {
      id: world.region,
      region: world.region,
      locationType: textOf(args["locationType"]),
      instanceTypes: names.map(() => types[0] ?? ""),
      locations: names,
      locationTypes: names.map(() => textOf(args["locationType"])),
    };
  },
  "aws:ec2/getRouteTable:getRouteTable": routeTable,
  "aws:ec2/getManagedPrefixList:getManagedPrefixList": managedPrefixList,
  "aws:efs/getFileSystem:getFileSystem": (args, world) => {
    const id = textOf(args["fileSystemId"]);
    return existing(world, "aws:efs/fileSystem:FileSystem", id, () => ({
      arn: `arn:${partitionOf(world.region).id}:elasticfilesystem:${world.region}:${world.accountId}:file-system/${id}`,
      fileSystemId: id,
      dnsName: `${id}.efs.${world.region}.${partitionOf(world.region).dnsSuffix}`,
      encrypted: true,
      tags: {},
    }));
  },
  "aws:route53/getZone:getZone": zone,
  "aws:acm/getCertificate:getCertificate": certificate,
  "aws:iam/getPolicyDocument:getPolicyDocument": policyDocument,
  "aws:ecr/getAuthorizationToken:getAuthorizationToken": (_, world) => ({
    id: world.region,
    proxyEndpoint: `https://${world.accountId}.dkr.ecr.${world.region}.${partitionOf(world.region).dnsSuffix}`,
    userName: "AWS",
    password: "simulated",
    authorizationToken: "simulated",
    expiresAt: "2026-01-01T12:00:00Z",
  }),
};

/** @throws Error on a token that the simulated AWS has not */
export function callFunction(token: string, args: Properties, world: AssumingWorld): Properties {
  const called = functions[token];
  if (called === undefined) throw new Error(`the simulated AWS has no function ${token}`);
  return called(isRecord(args) ? args : {}, world);
}
