/** EC2's network: VPC, subnets, gateways, routes, endpoints, DHCP options. Ranges: "VPC CIDR blocks" of the VPC guide. */
import { crc32 } from "node:zlib";
import { formatAddress, parseCidr } from "../awsx/cidr";
import { ref, type Making, type ResourceType } from "../cloud/resource-type";
import { networkRules as rules } from "../rules/network";
import { listOf, textOf } from "../cloud/values";
import { arnOf, arnOutput, ec2Id, groupReference, subnetReference, tokens, vpcReference } from "./common";
import { onlyOne, rangeCheck, routeTarget, subnetConflicts } from "./network-checks";
import { partitionOf } from "../../partitions";

const internetGateway = "aws:ec2/internetGateway:InternetGateway";
const routeTable = "aws:ec2/routeTable:RouteTable";
const natGateway = "aws:ec2/natGateway:NatGateway";
const eip = "aws:ec2/eip:Eip";
const vpcEndpoint = "aws:ec2/vpcEndpoint:VpcEndpoint";
const association = "aws:ec2/routeTableAssociation:RouteTableAssociation";
const route = "aws:ec2/route:Route";

/** "Amazon VPC quotas": Elastic IP addresses per region. */
const addressesPerRegion = 5;

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
    check: rangeCheck(rules.vpcRange),
    usedBy: [tokens.subnet, internetGateway, tokens.securityGroup, routeTable, vpcEndpoint, natGateway],
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
    check: rangeCheck(rules.subnetRange),
    conflicts: subnetConflicts,
    usedBy: interfaceOwners,
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
      rules.internetGateways,
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
    usedBy: [association],
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
    id: (making) => `r-${making.text("routeTableId")}${crc32(making.text("destinationCidrBlock"))}`,
    check: routeTarget,
    conflicts: onlyOne(
      rules.routes,
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
    importId: (outputs) => `${textOf(outputs["subnetId"])}/${textOf(outputs["routeTableId"])}`,
    conflicts: onlyOne(
      rules.routeTables,
      association,
      ["subnetId"],
      "the subnet has a route table (Resource.AlreadyAssociated)",
    ),
  },
  {
    token: eip,
    replaces: ["domain", "networkBorderGroup", "publicIpv4Pool", "address"],
    id: ec2Id("eipalloc"),
    usedBy: [natGateway],
    conflicts: (_, world, self) => {
      const others = world.all(eip).filter(({ id }) => id !== self).length;
      return rules.addresses.unless(others < addressesPerRegion, "domain", () => {
        return `address ${others + 1} of a region that has ${addressesPerRegion} (AddressLimitExceeded)`;
      });
    },
    outputs: (making, id) => ({
      allocationId: id,
      arn: arnOf(making, "ec2", `elastic-ip/${id}`),
      domain: "vpc",
      networkBorderGroup: making.world.region,
      publicIp: publicAddress(making),
      publicIpv4Pool: "amazon",
      publicDns: `ec2-${publicAddress(making).replaceAll(".", "-")}.compute-1.${partitionOf(making.world.region).dnsSuffix}`,
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
    conflicts: onlyOne(
      rules.gatewayAddress,
      natGateway,
      ["allocationId"],
      "the address is in use (Resource.AlreadyAssociated)",
    ),
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
      ...rules.endpointType.check(inputs, "vpcEndpointType"),
      ...rules.endpointService.unless(
        /^(com|cn\.com|aws)\.\w[\w.-]+$/.test(textOf(inputs["serviceName"]) || "com.amazonaws"),
        "serviceName",
        () => `'${textOf(inputs["serviceName"])}' is no service (InvalidServiceName)`,
      ),
    ],
    conflicts: onlyOne(
      rules.endpoints,
      vpcEndpoint,
      ["serviceName", "vpcId"],
      "the VPC has an endpoint of that service (InvalidParameter)",
    ),
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
    usedBy: ["aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation"],
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
