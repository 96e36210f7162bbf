/** What EC2 refuses of networks, security groups and machines. */
import { ChoiceRule, RangeRule, Rule } from "./rule";

const vpcQuotas = "Amazon VPC User Guide: Amazon VPC quotas";
const subnetSizing = "Amazon VPC User Guide: Subnet CIDR blocks";

export const networkRules = {
  vpcRange: new Rule({
    what: "range of a VPC",
    limit: "an IPv4 range from /16 to /28",
    source: "Amazon VPC User Guide: VPC CIDR blocks",
    fix: "use a range such as 10.0.0.0/16",
  }),
  subnetRange: new Rule({
    what: "range of a subnet",
    limit: "an IPv4 range from /16 to /28",
    source: subnetSizing,
    fix: "use a range such as 10.0.1.0/24",
  }),
  subnetInside: new Rule({
    what: "range of a subnet in its VPC",
    limit: "inside the VPC's",
    source: subnetSizing,
    fix: "use a part of the VPC's range",
  }),
  subnetOverlap: new Rule({
    what: "ranges of two subnets",
    limit: "apart from each other",
    source: subnetSizing,
    fix: "use a range that no other subnet of the VPC has",
  }),
  zone: new Rule({
    what: "zone of a subnet",
    limit: "one of the region's",
    source: "Amazon EC2 User Guide: Regions and Zones",
    fix: "use a zone of the stack's region",
  }),
  subnets: new Rule({ what: "subnets of a VPC", limit: "200", source: vpcQuotas, fix: "use fewer subnets" }),
  internetGateways: new Rule({
    what: "internet gateways of a VPC",
    limit: "1",
    source: "EC2 API: AttachInternetGateway",
    fix: "use the gateway that is there",
  }),
  routes: new Rule({
    what: "routes of a table to one destination",
    limit: "1",
    source: "EC2 API: CreateRoute",
    fix: "change the route that is there",
  }),
  routeTarget: new Rule({
    what: "targets of a route",
    limit: "exactly 1",
    source: "EC2 API: CreateRoute, ReplaceRoute",
    fix: "name one gateway, network interface, endpoint or peering connection",
  }),
  routeTables: new Rule({
    what: "route tables of a subnet",
    limit: "1",
    source: "EC2 API: AssociateRouteTable",
    fix: "remove the other association",
  }),
  gatewayAddress: new Rule({
    what: "elastic address of a NAT gateway",
    limit: "in use by nothing else",
    source: "EC2 API: CreateNatGateway",
    fix: "use an address for each gateway",
  }),
  addresses: new Rule({
    what: "elastic addresses of a region",
    limit: "5",
    source: vpcQuotas,
    fix: "ask AWS for a greater quota, or take natStrategy: gateway",
  }),
  endpointService: new Rule({
    what: "service of a VPC endpoint",
    limit: "com.amazonaws.REGION.SERVICE, or an endpoint service of somebody's own",
    source: "EC2 API: CreateVpcEndpoint",
    fix: "write the name that describe-vpc-endpoint-services shows",
  }),
  endpointType: new ChoiceRule(
    "type of a VPC endpoint",
    ["Gateway", "Interface", "GatewayLoadBalancer", "Resource", "ServiceNetwork"],
    "EC2 API: CreateVpcEndpoint",
  ),
  endpoints: new Rule({
    what: "VPC endpoints of one service",
    limit: "one for each VPC",
    source: "AWS PrivateLink Guide: Access an AWS service using an interface VPC endpoint (private DNS)",
    fix: "use the endpoint that is there",
  }),
} as const;

const groupQuotas = "Amazon VPC User Guide: Amazon VPC quotas, security groups";
const characters = "at most 255 letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*";

export const machineRules = {
  description: new Rule({
    what: "description of a security group",
    limit: characters,
    source: "EC2 API: CreateSecurityGroup",
    fix: `write ${characters}`,
  }),
  ports: new Rule({
    what: "ports of a security group's rule",
    limit: "from no higher than to, -1 to 65535",
    source: "EC2 API: AuthorizeSecurityGroupIngress",
    fix: "write the lower port first",
  }),
  oneSource: new Rule({
    what: "sources of a security group's rule",
    limit: "one range, prefix list or group",
    source: "EC2 API: AuthorizeSecurityGroupIngress",
    fix: "make a rule for each source",
  }),
  sameRule: new Rule({
    what: "rule that a security group has already",
    limit: "each once",
    source: "EC2 API: AuthorizeSecurityGroupIngress, InvalidPermission.Duplicate",
    fix: "remove one of the two",
  }),
  groupRules: new Rule({
    what: "rules of a security group",
    limit: "60 inbound and 60 outbound, a prefix list counted by its weight",
    source: groupQuotas,
    fix: "publish fewer different ports, or ask AWS for a greater quota",
  }),
  groups: new RangeRule("security groups of a network interface", 1, 5, groupQuotas),
  instanceType: new Rule({
    what: "instance type",
    limit: "FAMILY.SIZE",
    source: "Amazon EC2 User Guide: Amazon EC2 instance types",
    fix: "use a type such as t4g.nano or g5.xlarge",
  }),
  image: new Rule({
    what: "image id of an instance",
    limit: "ami- and 8 to 17 hexadecimal digits, or resolve:ssm:PARAMETER",
    source: "EC2 API: RunInstances",
    fix: "use an image's id, or the name of a parameter that has one",
  }),
  userData: new Rule({
    what: "user data of an instance",
    limit: "16 KB, not encoded",
    source: "Amazon EC2 User Guide: Run commands when you launch an EC2 instance with user data input",
    fix: "fetch what is larger when the instance starts",
  }),
  groupSize: new Rule({
    what: "sizes of an Auto Scaling group",
    limit: "0 or more, minimum ≤ desired ≤ maximum",
    source: "EC2 Auto Scaling API: CreateAutoScalingGroup",
    fix: "order the three sizes",
  }),
} as const;
