/** EC2's network: VPC, subnets, gateways, routes, endpoints, DHCP options. Ranges: "VPC CIDR blocks" of the VPC guide. */
import { contains, formatAddress, overlap, parseCidr } from "../cidr";
import type { Properties, Refusal } from "../cloud";
import { ref, refusal, type Making, type ResourceType, type World } from "../resource-type";
import { listOf, textOf } from "../values";
import {
  arnOf,
  arnOutput,
  ec2Id,
  groupReference,
  oneOf,
  subnetReference,
  tokens,
  vpcReference,
} from "./common";

const internetGateway = "aws:ec2/internetGateway:InternetGateway";
const routeTable = "aws:ec2/routeTable:RouteTable";
const natGateway = "aws:ec2/natGateway:NatGateway";
const eip = "aws:ec2/eip:Eip";
const vpcEndpoint = "aws:ec2/vpcEndpoint:VpcEndpoint";
const association = "aws:ec2/routeTableAssociation:RouteTableAssociation";
const route = "aws:ec2/route:Route";

/** What keeps a network interface in a subnet or a security group. */
export const interfaceOwners = [
  "aws:ec2/instance:Instance",
  "aws:ec2/networkInterface:NetworkInterface",
  natGateway,
  vpcEndpoint,
  "aws:lb/loadBalancer:LoadBalancer",
  "aws:ecs/service:Service",
  "aws:efs/mountTarget:MountTarget",
  "aws:rds/instance:Instance",
  "aws:elasticache/replicationGroup:ReplicationGroup",
] as const;

/** AWS takes /16 to /28 for a VPC and for a subnet. */
function checkRange(inputs: Properties): readonly Refusal[] {
  const text = inputs["cidrBlock"];
  if (typeof text !== "string") return [];
  const range = parseCidr(text);
  if (range === undefined) return [refusal("cidrBlock", `'${text}' is not an IPv4 range`)];
  if (range.bits >= 16 && range.bits <= 28) return [];
  return [refusal("cidrBlock", `'${text}': the prefix has to be between /16 and /28 (InvalidVpc.Range)`)];
}

function subnetConflicts(inputs: Properties, world: World, self: string | undefined): readonly Refusal[] {
  const problems: Refusal[] = [];
  const zone = inputs["availabilityZone"];
  if (typeof zone === "string" && !new RegExp(`^${world.region}[a-f]$`).test(zone)) {
    problems.push(refusal("availabilityZone", `'${zone}' is not a zone of ${world.region}`));
  }
  const range = parseCidr(textOf(inputs["cidrBlock"]));
  const outer = parseCidr(textOf(world.find(tokens.vpc, inputs["vpcId"])?.outputs["cidrBlock"]));
  if (range === undefined) return problems;
  if (outer !== undefined && !contains(outer, range)) {
    problems.push(refusal("cidrBlock", `'${textOf(inputs["cidrBlock"])}' is not in the VPC's range`));
  }
  const other = world
    .all(tokens.subnet)
    .filter(({ id, outputs }) => id !== self && outputs["vpcId"] === inputs["vpcId"])
    .find(({ outputs }) => {
      const sibling = parseCidr(textOf(outputs["cidrBlock"]));
      return sibling !== undefined && overlap(sibling, range);
    });
  if (other !== undefined) {
    const sibling = textOf(other.outputs["cidrBlock"]);
    problems.push(
      refusal("cidrBlock", `'${textOf(inputs["cidrBlock"])}' overlaps '${sibling}' (InvalidSubnet.Conflict)`),
    );
  }
  return problems;
}

/** Refuses a second resource of a type with the same values of some properties. */
export function onlyOne(
  token: string,
  properties: readonly string[],
  says: string,
): NonNullable<ResourceType["conflicts"]> {
  return (inputs, world, self) => {
    if (properties.some((property) => inputs[property] === undefined)) return [];
    const twin = world
      .all(token)
      .find(({ id, outputs }) => id !== self && properties.every((name) => outputs[name] === inputs[name]));
    return twin === undefined ? [] : [refusal(properties[0] ?? "", says)];
  };
}

function privateAddress(making: Making): string {
  const range = parseCidr(
    textOf(making.world.find(tokens.subnet, making.inputs["subnetId"])?.outputs["cidrBlock"]),
  );
  return formatAddress((range?.base ?? 0x0a000000) + 4 + (Number.parseInt(making.hex(2), 16) % 200));
}

function publicAddress(making: Making): string {
  return formatAddress(0x03000000 + Number.parseInt(making.hex(6), 16));
}

export const network: readonly ResourceType[] = [
  {
    token: tokens.vpc,
    replaces: ["cidrBlock", "ipv4IpamPoolId", "ipv4NetmaskLength", "instanceTenancy"],
    id: ec2Id("vpc"),
    check: checkRange,
    heldBy: [tokens.subnet, internetGateway, tokens.securityGroup, routeTable, vpcEndpoint, natGateway],
    latency: { create: 12 },
    outputs: (making, id) => ({
      arn: arnOf(making, "ec2", `vpc/${id}`),
      defaultNetworkAclId: `acl-0${making.hex(16, "acl")}`,
      defaultRouteTableId: `rtb-0${making.hex(16, "rtb")}`,
      mainRouteTableId: `rtb-0${making.hex(16, "rtb")}`,
      defaultSecurityGroupId: `sg-0${making.hex(16, "sg")}`,
      dhcpOptionsId: `dopt-0${making.hex(16, "dopt")}`,
      enableDnsSupport: making.inputs["enableDnsSupport"] ?? true,
      instanceTenancy: making.inputs["instanceTenancy"] ?? "default",
      assignGeneratedIpv6CidrBlock: making.inputs["assignGeneratedIpv6CidrBlock"] ?? false,
    }),
  },
  {
    token: tokens.subnet,
    replaces: ["vpcId", "cidrBlock", "availabilityZone", "availabilityZoneId", "ipv6Native", "outpostArn"],
    references: [vpcReference()],
    id: ec2Id("subnet"),
    check: checkRange,
    conflicts: subnetConflicts,
    heldBy: interfaceOwners,
    latency: { create: 11 },
    outputs: (making, id) => {
      const zone = making.text("availabilityZone") || `${making.world.region}a`;
      return {
        arn: arnOf(making, "ec2", `subnet/${id}`),
        availabilityZone: zone,
        availabilityZoneId: `use1-az${zone.charCodeAt(zone.length - 1) - 96}`,
        privateDnsHostnameTypeOnLaunch: "ip-name",
      };
    },
  },
  {
    token: internetGateway,
    replaces: [],
    references: [vpcReference()],
    id: ec2Id("igw"),
    conflicts: onlyOne(
      internetGateway,
      ["vpcId"],
      "the VPC has an internet gateway already (Resource.AlreadyAssociated)",
    ),
    outputs: arnOutput("ec2", (_, id) => `internet-gateway/${id}`),
  },
  {
    token: routeTable,
    replaces: ["vpcId"],
    references: [vpcReference()],
    id: ec2Id("rtb"),
    heldBy: [association],
    outputs: arnOutput("ec2", (_, id) => `route-table/${id}`),
  },
  {
    token: route,
    replaces: ["routeTableId", "destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"],
    references: [
      ref("routeTableId", routeTable),
      ref("gatewayId", internetGateway),
      ref("natGatewayId", natGateway),
      ref("networkInterfaceId", "aws:ec2/networkInterface:NetworkInterface", /^eni-/),
    ],
    id: (making) => `r-${making.text("routeTableId")}${making.hex(10)}`,
    conflicts: onlyOne(
      route,
      ["destinationCidrBlock", "routeTableId"],
      "the route exists (RouteAlreadyExists)",
    ),
    outputs: () => ({ origin: "CreateRoute", state: "active" }),
  },
  {
    token: association,
    replaces: ["subnetId", "gatewayId"],
    references: [subnetReference("subnetId"), ref("routeTableId", routeTable)],
    id: ec2Id("rtbassoc"),
    conflicts: onlyOne(
      association,
      ["subnetId"],
      "the subnet has a route table (Resource.AlreadyAssociated)",
    ),
  },
  {
    token: eip,
    replaces: ["domain", "networkBorderGroup", "publicIpv4Pool", "address"],
    id: ec2Id("eipalloc"),
    heldBy: [natGateway],
    outputs: (making, id) => ({
      allocationId: id,
      arn: arnOf(making, "ec2", `elastic-ip/${id}`),
      domain: "vpc",
      networkBorderGroup: making.world.region,
      publicIp: publicAddress(making),
      publicIpv4Pool: "amazon",
      publicDns: `ec2-${publicAddress(making).replaceAll(".", "-")}.compute-1.amazonaws.com`,
    }),
  },
  {
    token: "aws:ec2/eipAssociation:EipAssociation",
    replaces: ["allocationId", "instanceId", "networkInterfaceId", "publicIp"],
    references: [ref("allocationId", eip), ref("instanceId", "aws:ec2/instance:Instance")],
    id: ec2Id("eipassoc"),
  },
  {
    token: natGateway,
    replaces: ["allocationId", "subnetId", "connectivityType", "privateIp", "availabilityMode"],
    references: [ref("allocationId", eip), subnetReference("subnetId")],
    id: ec2Id("nat"),
    conflicts: onlyOne(natGateway, ["allocationId"], "the address is in use (Resource.AlreadyAssociated)"),
    latency: { create: 120, delete: 60 },
    outputs: (making) => ({
      associationId: `eipassoc-0${making.hex(16, "association")}`,
      networkInterfaceId: `eni-0${making.hex(16, "interface")}`,
      privateIp: privateAddress(making),
      publicIp: textOf(making.world.find(eip, making.inputs["allocationId"])?.outputs["publicIp"]),
      vpcId: textOf(making.world.find(tokens.subnet, making.inputs["subnetId"])?.outputs["vpcId"]),
      availabilityMode: "zonal",
    }),
  },
  {
    token: vpcEndpoint,
    replaces: ["vpcId", "serviceName", "vpcEndpointType", "serviceRegion"],
    references: [
      vpcReference(),
      ref("routeTableIds[]", routeTable),
      subnetReference("subnetIds[]"),
      groupReference("securityGroupIds[]"),
    ],
    id: ec2Id("vpce"),
    check: (inputs) => [
      ...oneOf(inputs, "vpcEndpointType", ["Gateway", "Interface", "GatewayLoadBalancer", "Resource"]),
      ...(/^com\.amazonaws\./.test(textOf(inputs["serviceName"]) || "com.amazonaws.")
        ? []
        : [refusal("serviceName", `'${textOf(inputs["serviceName"])}' is no service (InvalidServiceName)`)]),
    ],
    latency: { create: 20 },
    outputs: (making, id) => ({
      arn: arnOf(making, "ec2", `vpc-endpoint/${id}`),
      ipAddressType: "ipv4",
      prefixListId: `pl-${making.hex(8, "prefix")}`,
      serviceRegion: making.world.region,
      state: "available",
      policy:
        making.inputs["policy"] ??
        '{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}',
      vpcEndpointType: making.inputs["vpcEndpointType"] ?? "Gateway",
      networkInterfaceIds: listOf(making.inputs["subnetIds"]).map(
        (_, n) => `eni-0${making.hex(16, `interface${n}`)}`,
      ),
    }),
  },
  {
    token: "aws:ec2/vpcDhcpOptions:VpcDhcpOptions",
    replaces: ["domainName", "domainNameServers", "ntpServers", "netbiosNameServers", "netbiosNodeType"],
    id: ec2Id("dopt"),
    heldBy: ["aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation"],
    outputs: arnOutput("ec2", (_, id) => `dhcp-options/${id}`),
  },
  {
    token: "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation",
    replaces: ["vpcId"],
    references: [vpcReference(), ref("dhcpOptionsId", "aws:ec2/vpcDhcpOptions:VpcDhcpOptions")],
    id: (making) => `${making.text("dhcpOptionsId")}-${making.text("vpcId")}`,
  },
  {
    token: "aws:ec2/flowLog:FlowLog",
    replaces: [
      "logDestination",
      "logDestinationType",
      "trafficType",
      "vpcId",
      "subnetId",
      "iamRoleArn",
      "logFormat",
    ],
    references: [vpcReference(), subnetReference("subnetId")],
    id: ec2Id("fl"),
    outputs: (making, id) => ({ arn: arnOf(making, "ec2", `vpc-flow-log/${id}`) }),
  },
];
