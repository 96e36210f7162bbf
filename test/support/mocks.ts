/** Pulumi's mock hooks, recorded: runs a program with no engine and no cloud, and keeps every whole request. */
import * as pulumi from "@pulumi/pulumi";
import {
  MockMonitor,
  type MockCallArgs,
  type MockResourceArgs,
  type Mocks,
} from "@pulumi/pulumi/runtime/mocks";
import { setMockOptions } from "@pulumi/pulumi/runtime/settings";
import { makeLean } from "../../src/engine/lean-sdk";
import type { Program } from "../../src/ports";

// As the programs do. Without it most of the time of a recording goes into stack traces that nobody reads.
makeLean(undefined);

/** One resource as the program asked for it. */
export interface RecordedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** Secrets are unwrapped here; {@link secretInputs} names them. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** The top-level inputs that hold a secret. */
  readonly secretInputs: readonly string[];
  readonly parent: string;
  readonly dependsOn: readonly string[];
  readonly provider: string;
  readonly protect: boolean;
  readonly ignoreChanges: readonly string[];
  readonly custom: boolean;
}

export interface Recording {
  readonly resources: readonly RecordedResource[];
  readonly calls: readonly MockCallArgs[];
  readonly outputs: Readonly<Record<string, unknown>>;
  /** The one resource of that type and name; fails where there is none or more. */
  find(type: string, name: string): RecordedResource;
  ofType(type: string): readonly RecordedResource[];
}

export interface RecordOptions {
  readonly project?: string;
  readonly stack?: string;
  /** In a preview nothing that AWS computes is known. @default false */
  readonly preview?: boolean;
  /** Told of each resource as it is made. */
  readonly onResource?: (resource: Pick<MockResourceArgs, "type" | "name">) => void;
}

/** A function's failure as it comes over the wire. */
function refusal(details: string): Error {
  return Object.assign(new Error(details), { details });
}

/** A VPC that is there already: its subnets, by what their default routes lead to. */
const existingSubnets: Readonly<Record<string, { readonly zone: string; readonly gateway?: string }>> = {
  "subnet-0000000b": { zone: "us-east-1b", gateway: "" },
  "subnet-0000000a": { zone: "us-east-1a", gateway: "" },
  "subnet-0000000c": { zone: "us-east-1c", gateway: "" },
  "subnet-0000000d": { zone: "us-east-1a", gateway: "" },
  "subnet-00000002": { zone: "us-east-1b", gateway: "igw-1" },
  "subnet-00000001": { zone: "us-east-1a", gateway: "igw-1" },
  // A database's: without any way out.
  "subnet-0000000e": { zone: "us-east-1a" },
};

/** `subnet-0000000a` has no table of its own: the VPC's main one is its. */
function routeTable({ subnetId, filters }: Record<string, unknown>): Record<string, unknown> {
  if (subnetId === "subnet-0000000a") throw refusal("your query returned no results");
  const gateway = filters === undefined ? existingSubnets[String(subnetId)]?.gateway : "";
  const routes = gateway === undefined ? [] : [{ cidrBlock: "0.0.0.0/0", gatewayId: gateway }];
  return { routeTableId: `rtb-of-${String(subnetId)}`, routes };
}

/** What functions answer; an unknown one fails the program, as it would with AWS. */
const functions: Readonly<Record<string, (inputs: Record<string, unknown>) => Record<string, unknown>>> = {
  "aws:index/getAvailabilityZones:getAvailabilityZones": () => ({
    names: ["us-east-1c", "us-east-1a", "us-east-1b", "us-east-1d"],
    zoneIds: [],
  }),
  "aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings": () => ({
    locations: ["us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d"],
  }),
  "aws:index/getCallerIdentity:getCallerIdentity": () => ({ accountId: "123456789012" }),
  "aws:ec2/getRouteTable:getRouteTable": routeTable,
  "aws:ec2/getManagedPrefixList:getManagedPrefixList": ({ name }) => ({ id: `list-${String(name)}` }),
  "aws:ec2/getVpc:getVpc": ({ id }) => ({
    id,
    cidrBlock: "172.16.0.0/16",
    enableDnsHostnames: true,
    enableDnsSupport: true,
  }),
  "aws:ec2/getSubnets:getSubnets": () => ({ ids: Object.keys(existingSubnets) }),
  "aws:ec2/getSubnet:getSubnet": ({ id }) => ({
    id,
    availabilityZone: existingSubnets[String(id)]?.zone ?? "us-east-1a",
    cidrBlock: `range-of-${String(id)}`,
    vpcId: "vpc-0123456789abcdef0",
  }),
  "aws:efs/getFileSystem:getFileSystem": ({ fileSystemId }) => ({
    fileSystemId,
    arn: `arn:aws:elasticfilesystem:us-east-1:123456789012:file-system/${String(fileSystemId)}`,
  }),
  "aws:route53/getZone:getZone": ({ name }) => {
    // The account owns every domain of two labels, but for those under .example.
    if (!/^[^.]+\.(?!example$)[^.]+$/.test(String(name)))
      throw refusal("no matching Route 53 Hosted Zone found");
    return { zoneId: `zone-of-${String(name)}` };
  },
  "aws:acm/getCertificate:getCertificate": ({ domain }) => {
    if (!String(domain).startsWith("issued.")) throw refusal("no matching ACM Certificate found");
    return { arn: `arn-of-${String(domain)}` };
  },
  "aws:secretsmanager/getRandomPassword:getRandomPassword": ({ passwordLength }) => ({
    randomPassword: "r".repeat(Number(passwordLength)),
  }),
  "aws:secretsmanager/getSecretVersion:getSecretVersion": ({ secretId }) => ({
    secretString: `value-of-${String(secretId)}`,
  }),
  "aws:ssm/getParameter:getParameter": ({ name }) => ({ value: `value-of-${String(name)}` }),
};

/** What AWS computes, for the types of which the program reads more than id and ARN. */
const computed: Readonly<Record<string, (args: MockResourceArgs) => Record<string, unknown>>> = {
  "awsx:ec2:Vpc": ({ inputs }) => {
    const zones = (inputs as { availabilityZoneNames: string[] }).availabilityZoneNames;
    return {
      vpcId: "vpc-1",
      publicSubnetIds: zones.map((zone) => `subnet-public-${zone}`),
      privateSubnetIds: zones.map((zone) => `subnet-private-${zone}`),
    };
  },
  "aws:ecr/repository:Repository": ({ inputs }) => ({
    repositoryUrl: `123456789012.dkr.ecr.us-east-1.amazonaws.com/${(inputs as { name: string }).name}`,
  }),
  "aws:lb/loadBalancer:LoadBalancer": () => ({
    dnsName: "alb.example.amazonaws.com",
    zoneId: "ZALB",
    arnSuffix: "app/alb/1",
  }),
  "aws:ssm/parameter:Parameter": () => ({ version: 1 }),
  "aws:cloudfront/distribution:Distribution": ({ name }) => ({ domainName: `${name}.cloudfront.net` }),
  "aws:lb/targetGroup:TargetGroup": ({ name }) => ({ arnSuffix: `targetgroup/${name}/1` }),
  "aws:acm/certificate:Certificate": ({ inputs }) => {
    const { domainName, subjectAlternativeNames = [] } = inputs as {
      domainName: string;
      subjectAlternativeNames?: string[];
    };
    const record = { resourceRecordType: "CNAME", resourceRecordValue: "_y.aws" };
    return {
      domainValidationOptions: [domainName, ...subjectAlternativeNames].map((name) => ({
        domainName: name,
        resourceRecordName: `_x.${name.replace(/^\*\./, "")}`,
        ...record,
      })),
    };
  },
  "aws:route53/zone:Zone": () => ({ zoneId: "zone-1", nameServers: ["ns-1.example", "ns-2.example"] }),
  "aws:route53/record:Record": ({ inputs }) => ({ fqdn: (inputs as { name?: string }).name }),
  "aws:rds/instance:Instance": () => ({
    address: "db.rds.amazonaws.com",
    endpoint: "db.rds.amazonaws.com:5432",
  }),
  "aws:elasticache/replicationGroup:ReplicationGroup": () => ({
    primaryEndpointAddress: "cache.amazonaws.com",
  }),
  "aws:ec2/launchTemplate:LaunchTemplate": () => ({ latestVersion: 1 }),
};

function mocks(calls: MockCallArgs[], { preview, onResource }: RecordOptions): Mocks {
  return {
    call: (args) => {
      const answer = functions[args.token];
      if (answer === undefined) throw new Error(`No answer to ${args.token}`);
      calls.push(args);
      return answer(args.inputs as Record<string, unknown>);
    },
    newResource: (args) => {
      const inputs = args.inputs as Record<string, unknown>;
      onResource?.(args);
      if (preview === true) return { id: undefined, state: inputs };
      const known = { arn: `arn:aws:test:us-east-1:123456789012:${args.type}/${args.name}`, ...inputs };
      return { id: `${args.name}-id`, state: { ...known, ...computed[args.type]?.(args) } };
    },
  };
}

/** Sees each whole request: parent, dependencies, protection, which the mocks alone are not told. */
class RecordingMonitor extends MockMonitor {
  readonly recorded: RecordedResource[] = [];

  override async registerResource(...args: Parameters<MockMonitor["registerResource"]>): Promise<void> {
    const [request, callback] = args as [RegisterRequest, Parameters<MockMonitor["registerResource"]>[1]];
    await super.registerResource(request, (error: unknown, response: { getUrn(): string } | undefined) => {
      if (response !== undefined) this.recorded.push(recordOf(request, response.getUrn()));
      callback(error, response);
    });
  }
}

interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProvider(): string;
  getProtect(): boolean;
  getCustom(): boolean;
  getDependenciesList(): string[];
  getIgnorechangesList(): string[];
  getObject(): { toJavaScript(): Record<string, unknown> };
}

function recordOf(request: RegisterRequest, urn: string): RecordedResource {
  const raw = request.getObject().toJavaScript();
  return {
    urn,
    type: request.getType(),
    name: request.getName(),
    inputs: unwrap(raw) as Record<string, unknown>,
    secretInputs: Object.keys(raw).filter((key) => holdsSecret(raw[key])),
    parent: request.getParent(),
    dependsOn: [...request.getDependenciesList()].sort(),
    provider: request.getProvider(),
    protect: request.getProtect(),
    ignoreChanges: request.getIgnorechangesList(),
    custom: request.getCustom(),
  };
}

/** The key and the value by which Pulumi marks a secret on the wire. */
const signature = "4dabf18193072939515e22adb298388d";
const secretMark = "1b47061264138c4ac30d75fd1eb44270";

function isSecret(value: object): value is { value: unknown } {
  return (value as Record<string, unknown>)[signature] === secretMark;
}

function holdsSecret(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return isSecret(value) || Object.values(value).some(holdsSecret);
}

function unwrap(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(unwrap);
  if (isSecret(value)) return unwrap(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, unwrap(entry)]));
}

/** Runs a program to its end and waits for everything that it started. One at a time: Pulumi keeps one global store. */
export async function record(program: Program, options: RecordOptions = {}): Promise<Recording> {
  const calls: MockCallArgs[] = [];
  const hooks = mocks(calls, options);
  const [project, stack, preview] = [
    options.project ?? "todo",
    options.stack ?? "dev",
    options.preview ?? false,
  ];
  await pulumi.runtime.setMocks(hooks, project, stack, preview);
  const monitor = new RecordingMonitor(hooks);
  setMockOptions(monitor, project, stack, preview);
  const outputs = await pulumi.runtime.runInPulumiStack(program);
  await pulumi.runtime.disconnect();
  return recording(monitor.recorded, calls, unwrap(await plain(outputs)) as Record<string, unknown>);
}

function recording(
  resources: readonly RecordedResource[],
  calls: readonly MockCallArgs[],
  outputs: Readonly<Record<string, unknown>>,
): Recording {
  return {
    resources,
    calls,
    outputs,
    find(type, name) {
      const found = resources.filter((resource) => resource.type === type && resource.name === name);
      const [only] = found;
      if (only === undefined || found.length > 1) {
        const names = this.ofType(type).map((resource) => resource.name);
        throw new Error(`${found.length} resources ${type} '${name}'; there are: ${names.join(", ")}`);
      }
      return only;
    },
    ofType: (type) => resources.filter((resource) => resource.type === type),
  };
}

/** The outputs once they are known; in a preview those that are not stay away. */
function plain(outputs: unknown): Promise<unknown> {
  const resolved: pulumi.Output<unknown> = pulumi.output(outputs);
  return new Promise((resolve) => {
    resolved.apply(resolve);
  });
}
