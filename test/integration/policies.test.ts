/** What a reviewer asks of an estate, over every resource of every project of the corpus and every example, in each mode. */
import type { StoredResource } from "../../src/simulator/cloud/store";
import { listOf, recordOf, textOf } from "../../src/simulator/cloud/values";
import { modeNames, modes, type ModeName } from "../../src/modes/modes";
import { account, bearsTags, everyJob, plansOf, tagsOf } from "../support/estates/plans";
import { EstateWorld, isOpen, nameOf } from "../support/estates/world";

let worlds: readonly EstateWorld[] = [];

beforeAll(async () => {
  worlds = (await plansOf(everyJob())).map((estate) => new EstateWorld(estate));
});

/** Every resource of a type that breaks a policy, as a label. */
function breaking(
  ending: string,
  breaks: (resource: StoredResource, world: EstateWorld) => boolean,
): readonly string[] {
  return worlds.flatMap((world) =>
    world
      .ofType(ending)
      .filter((resource) => breaks(resource, world))
      .map((resource) => world.label(resource)),
  );
}

function count(ending: string): number {
  return worlds.reduce((sum, world) => sum + world.ofType(ending).length, 0);
}

const modeOf = ({ estate }: EstateWorld): ModeName => estate.plan.mode as ModeName;

test("the policies look at many estates, in each mode, with and without a domain", () => {
  expect(worlds.length).toBeGreaterThan(120);
  for (const mode of Object.keys(modes))
    expect(worlds.filter((world) => modeOf(world) === mode).length).toBeGreaterThan(35);
  expect(worlds.filter(({ estate }) => estate.env["BERTH_DOMAIN"] === undefined).length).toBeGreaterThan(30);
  // The plan and the cloud tell of the same things.
  for (const { estate } of worlds) {
    const custom = estate.plan.resources.filter(({ type }) => type.startsWith("aws:"));
    expect(custom.map(({ urn }) => urn).sort()).toEqual(estate.cloud.map(({ urn }) => urn).sort());
  }
});

test.each<[rule: Readonly<Record<string, string>>, open: boolean]>([
  [{ cidrIpv4: "0.0.0.0/0" }, true],
  [{ cidrIpv6: "::/0" }, true],
  [{ cidrIpv4: "11.0.0.0/8" }, true],
  [{ cidrIpv4: "172.32.0.0/16" }, true],
  [{ cidrIpv4: "192.0.0.0/8" }, true],
  [{ cidrIpv4: "10.0.0.0/16" }, false],
  [{ cidrIpv4: "172.16.0.0/12" }, false],
  [{ cidrIpv4: "192.168.1.0/24" }, false],
  [{ referencedSecurityGroupId: "sg-1" }, false],
])("%j is open to the world: %j", (rule, open) => {
  expect(isOpen(rule)).toBe(open);
});

describe("the network", () => {
  test("nothing but the load balancer's 80 and 443 is open to the world", () => {
    const open = breaking("vpc/securityGroupIngressRule:SecurityGroupIngressRule", ({ outputs }, world) => {
      const group = world.byId(outputs["securityGroupId"]);
      const ofBalancer = world
        .ofType("lb/loadBalancer:LoadBalancer")
        .some((balancer) => listOf(balancer.outputs["securityGroups"]).includes(group?.id));
      const web =
        outputs["fromPort"] === outputs["toPort"] && [80, 443].includes(Number(outputs["fromPort"]));
      return isOpen(outputs) && !(ofBalancer && web && outputs["ipProtocol"] === "tcp");
    });
    expect(open).toEqual([]);
    expect(count("vpc/securityGroupIngressRule:SecurityGroupIngressRule")).toBeGreaterThan(500);
  });

  test("behind CloudFront a load balancer takes nothing from the world", () => {
    const behind = worlds.filter((world) =>
      world
        .ofType("lb/listenerRule:ListenerRule")
        .some(({ outputs }) => textOf(JSON.stringify(outputs["conditions"])).includes("X-Berth-Edge")),
    );
    const open = behind.flatMap((world) => {
      const groups = world
        .ofType("lb/loadBalancer:LoadBalancer")
        .filter(({ outputs }) => outputs["loadBalancerType"] === "application")
        .flatMap(({ outputs }) => listOf(outputs["securityGroups"]));
      return world
        .ofType("vpc/securityGroupIngressRule:SecurityGroupIngressRule")
        .filter(({ outputs }) => isOpen(outputs) && groups.includes(outputs["securityGroupId"]))
        .map((rule) => world.label(rule));
    });
    expect(open).toEqual([]);
    const named = behind.filter(({ estate }) => estate.env["BERTH_DOMAIN"] !== undefined);
    expect(behind.length).toBeGreaterThan(20);
    expect(named.map(({ estate }) => estate.name.split(",")[0])).toEqual(
      Array.from(modeNames, () => "projects/edge-names"),
    );
  });

  test("the load balancer's group is nobody else's, and no group has rules inline", () => {
    const shared = breaking("lb/loadBalancer:LoadBalancer", ({ outputs }, world) => {
      const groups = listOf(outputs["securityGroups"]);
      const elsewhere = world.estate.cloud.filter(({ type }) =>
        /ecs|rds|elasticache|efs|ec2\/(instance|network)/.test(type),
      );
      return elsewhere.some((resource) =>
        groups.some((id) => JSON.stringify(resource.outputs).includes(textOf(id))),
      );
    });
    expect(shared).toEqual([]);
    const inline = breaking("ec2/securityGroup:SecurityGroup", ({ outputs }) => {
      return listOf(outputs["ingress"]).length + listOf(outputs["egress"]).length > 0;
    });
    expect(inline).toEqual([]);
  });

  test("services and data stand in private subnets, without addresses of the internet", () => {
    const exposed = [
      ...breaking("ecs/service:Service", ({ outputs }, world) => {
        const { subnets, assignPublicIp } = recordOf(outputs["networkConfiguration"]);
        return assignPublicIp === true || listOf(subnets).some((id) => world.isPublicSubnet(id));
      }),
      ...["rds/subnetGroup:SubnetGroup", "elasticache/subnetGroup:SubnetGroup"].flatMap((type) =>
        breaking(type, ({ outputs }, world) =>
          listOf(outputs["subnetIds"]).some((id) => world.isPublicSubnet(id)),
        ),
      ),
      ...breaking("efs/mountTarget:MountTarget", ({ outputs }, world) =>
        world.isPublicSubnet(outputs["subnetId"]),
      ),
      ...breaking("rds/instance:Instance", ({ outputs }) => outputs["publiclyAccessible"] !== false),
      ...breaking("ec2/instance:Instance", ({ outputs }) => outputs["associatePublicIpAddress"] === true),
      ...breaking("ec2/launchTemplate:LaunchTemplate", ({ outputs }) =>
        listOf(outputs["networkInterfaces"]).some(
          (item) => String(recordOf(item)["associatePublicIpAddress"]) === "true",
        ),
      ),
    ];
    expect(exposed).toEqual([]);
    expect(count("rds/instance:Instance")).toBeGreaterThan(20);
    expect(count("elasticache/replicationGroup:ReplicationGroup")).toBeGreaterThan(10);
  });

  test("a service lets in the load balancer, and otherwise those alone who bear the same group", () => {
    const borneBy = (world: EstateWorld): readonly unknown[] =>
      world
        .ofType("ecs/service:Service")
        .flatMap(({ outputs }) => listOf(recordOf(outputs["networkConfiguration"])["securityGroups"]));
    const strange = breaking(
      "vpc/securityGroupIngressRule:SecurityGroupIngressRule",
      ({ outputs }, world) => {
        const [own, from] = [outputs["securityGroupId"], textOf(outputs["referencedSecurityGroupId"])];
        const balancers = world
          .ofType("lb/loadBalancer:LoadBalancer")
          .flatMap((balancer) => listOf(balancer.outputs["securityGroups"]));
        return borneBy(world).includes(own) && own !== from && !balancers.includes(from);
      },
    );
    expect(strange).toEqual([]);
    const apart = worlds.filter(({ estate }) =>
      estate.plan.resources.some(({ type }) => type === "berth:aws:ServiceNetworks"),
    );
    expect(apart.length).toBeGreaterThan(5);
    const open = apart.flatMap((world) =>
      world
        .ofType("vpc/securityGroupIngressRule:SecurityGroupIngressRule")
        .filter(({ urn }) => urn.endsWith("_app-sg-self"))
        .map((rule) => world.label(rule)),
    );
    expect(open).toEqual([]);
  });

  test("addresses of the internet belong to the way out alone", () => {
    const others = breaking("ec2/eip:Eip", ({ id, outputs }, world) => {
      const ofGateway = world
        .ofType("ec2/natGateway:NatGateway")
        .some((gateway) => gateway.outputs["allocationId"] === id);
      const card = world.byId(outputs["networkInterface"]);
      return !ofGateway && !(card !== undefined && card.outputs["sourceDestCheck"] === false);
    });
    expect(others).toEqual([]);
  });

  test("whoever takes connections to data names a group, not addresses", () => {
    const byAddress = breaking(
      "vpc/securityGroupIngressRule:SecurityGroupIngressRule",
      ({ outputs }, world) => {
        const group = textOf(outputs["securityGroupId"]);
        const stores = [
          "rds/instance:Instance",
          "elasticache/replicationGroup:ReplicationGroup",
          "efs/mountTarget:MountTarget",
        ];
        const guards = stores
          .flatMap((type) => world.ofType(type))
          .some((store) =>
            ["vpcSecurityGroupIds", "securityGroupIds", "securityGroups"].some((list) =>
              listOf(store.outputs[list]).includes(group),
            ),
          );
        return guards && textOf(outputs["referencedSecurityGroupId"]) === "";
      },
    );
    expect(byAddress).toEqual([]);
  });
});

describe("what is stored", () => {
  test("is encrypted, and so is the way to it", () => {
    const plain = [
      ...breaking("rds/instance:Instance", ({ outputs }) => outputs["storageEncrypted"] !== true),
      // Where the mode doesn't force TLS it is offered all the same.
      ...breaking("rds/parameterGroup:ParameterGroup", ({ outputs }, world) => {
        const forced = world.estate.env["BERTH_MODE"] === "high-availability" ? "1" : "0";
        const force = textOf(outputs["family"]).startsWith("postgres")
          ? "rds.force_ssl"
          : "require_secure_transport";
        return !listOf(outputs["parameters"])
          .map(recordOf)
          .some(({ name, value }) => name === force && value === forced);
      }),
      ...breaking("elasticache/replicationGroup:ReplicationGroup", ({ outputs }) => {
        return outputs["atRestEncryptionEnabled"] !== true || outputs["transitEncryptionEnabled"] !== true;
      }),
      ...breaking("efs/fileSystem:FileSystem", ({ outputs }) => outputs["encrypted"] !== true),
      ...breaking("ecs/taskDefinition:TaskDefinition", ({ outputs }) =>
        listOf(outputs["volumes"])
          .map((volume) => recordOf(recordOf(volume)["efsVolumeConfiguration"]))
          .some(
            ({ fileSystemId, transitEncryption }) =>
              fileSystemId !== undefined && transitEncryption !== "ENABLED",
          ),
      ),
      ...breaking("ec2/launchTemplate:LaunchTemplate", ({ outputs }) => {
        const disks = listOf(outputs["blockDeviceMappings"]).map(
          (item) => recordOf(recordOf(item)["ebs"])["encrypted"],
        );
        return disks.length === 0 || disks.some((encrypted) => String(encrypted) !== "true");
      }),
      ...breaking("ssm/parameter:Parameter", ({ outputs }) => outputs["type"] !== "SecureString"),
      ...breaking("lb/listener:Listener", ({ outputs }, world) => {
        const named = world.estate.env["BERTH_DOMAIN"] !== undefined;
        const leads = listOf(outputs["defaultActions"]).some(
          (action) => recordOf(action)["type"] === "redirect",
        );
        return named && outputs["protocol"] === "HTTP" && !leads;
      }),
    ];
    expect(plain).toEqual([]);
    expect(count("efs/fileSystem:FileSystem")).toBeGreaterThan(0);
  });

  test("in a bucket is closed to the world, encrypted, and asked for over TLS", () => {
    const parts = [
      "s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
      "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      "s3/bucketPolicy:BucketPolicy",
    ];
    const open = breaking("s3/bucket:Bucket", ({ id }, world) => {
      const [block, encryption, policy] = parts.map((type) =>
        world.ofType(type).find(({ outputs }) => outputs["bucket"] === id),
      );
      const blocks = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];
      const closed = blocks.every((name) => block?.outputs[name] === true);
      const denied = /"Effect":"Deny".*"aws:SecureTransport":"false"/.test(textOf(policy?.outputs["policy"]));
      return !closed || encryption === undefined || !denied;
    });
    expect(open).toEqual([]);
    expect(count("s3/bucket:Bucket")).toBeGreaterThan(100);
  });

  test("as data is protected from replacement and loss", () => {
    const data = /^aws:(rds\/instance|efs\/fileSystem):/;
    const loose = worlds.flatMap(({ estate }) =>
      estate.plan.resources
        .filter(({ type, protect }) => data.test(type) && !protect)
        .map(({ type, name }) => `${estate.name}: ${type} ${name}`),
    );
    expect(loose).toEqual([]);
    const unsaved = breaking("rds/instance:Instance", ({ outputs }) => {
      return outputs["skipFinalSnapshot"] !== false || textOf(outputs["finalSnapshotIdentifier"]) === "";
    });
    expect(unsaved).toEqual([]);
  });
});

/** Actions that AWS knows no resource of (Service Authorization Reference); of tasks by their family, a cluster as a condition. */
const withoutResource = [
  "ecs:ListTasks",
  "ecr:GetAuthorizationToken",
  "ecs:DiscoverPollEndpoint",
  ...["Listeners", "Rules", "TargetGroups", "TargetHealth"].map(
    (what) => `elasticloadbalancing:Describe${what}`,
  ),
  ...["Create", "Open"].flatMap((verb) =>
    ["Control", "Data"].map((kind) => `ssmmessages:${verb}${kind}Channel`),
  ),
];

describe("who may do what", () => {
  test("no document allows every action, or any action of a kind, on everything", () => {
    const wide = worlds.flatMap((world) =>
      world
        .statements()
        .filter(([{ type }, { Effect, Action, Resource }]) => {
          // A policy of one resource speaks of that resource alone.
          const own = /bucketPolicy|fileSystemPolicy|repositoryPolicy|vpcEndpoint/.test(type);
          const everything =
            Resource.includes("*") && !Action.every((action) => withoutResource.includes(action));
          const everyAction = Action.some((action) => action.includes("*"));
          return Effect === "Allow" && !own && (everyAction || everything);
        })
        .map(([resource, statement]) => `${world.label(resource)} ${JSON.stringify(statement)}`),
    );
    expect(wide).toEqual([]);
  });

  test("nobody is trusted but services of AWS, on behalf of this account", () => {
    const trusting = breaking("iam/role:Role", ({ outputs }) => {
      const text = textOf(outputs["assumeRolePolicy"]);
      return (
        !/"Principal":\{"Service":"[a-z0-9.-]+\.amazonaws\.com"\}/.test(text) ||
        /"AWS"|"Federated"/.test(text)
      );
    });
    expect(trusting).toEqual([]);
  });

  test("everybody's principal stands only where something is denied, or under a condition", () => {
    const everybody = worlds.flatMap((world) =>
      world
        .statements()
        .filter(([{ type }, { Effect, Principal, Condition }]) => {
          const all = JSON.stringify(Principal ?? {}).includes('"*"');
          return Effect === "Allow" && all && Condition === undefined && !type.includes("vpcEndpoint");
        })
        .map(([resource]) => world.label(resource)),
    );
    expect(everybody).toEqual([]);
  });

  test("every role bears the boundary", () => {
    const free = breaking("iam/role:Role", ({ outputs }) => {
      return outputs["permissionsBoundary"] !== account.BERTH_PERMISSIONS_BOUNDARY_ARN;
    });
    expect(free).toEqual([]);
    expect(count("iam/role:Role")).toBeGreaterThan(300);
  });

  test("machines ask for a token before they tell who they are", () => {
    const telling = ["ec2/launchTemplate:LaunchTemplate", "ec2/instance:Instance"].flatMap((type) =>
      breaking(type, ({ outputs }) => recordOf(outputs["metadataOptions"])["httpTokens"] !== "required"),
    );
    expect(telling).toEqual([]);
  });
});

test("every log group keeps its events as long as the mode says", () => {
  const forgetful = breaking("cloudwatch/logGroup:LogGroup", ({ outputs }, world) => {
    const own = world.estate.plan.coverage.some(({ path }) => path.startsWith("x-berth"));
    const kept = outputs["retentionInDays"];
    return typeof kept !== "number" || kept === 0 || (!own && kept !== modes[modeOf(world)].logRetention);
  });
  expect(forgetful).toEqual([]);
  expect(count("cloudwatch/logGroup:LogGroup")).toBeGreaterThan(300);
});

describe("tags", () => {
  test("stand on everything that can bear them", () => {
    const bare = worlds.flatMap((world) => {
      const { project, stack } = world.estate.plan;
      return world.estate.cloud
        .filter(({ type }) => bearsTags(type))
        .filter(
          ({ outputs }) =>
            tagsOf(outputs)["berth:project"] !== project || tagsOf(outputs)["berth:stack"] !== stack,
        )
        .map((resource) => world.label(resource));
    });
    expect([...new Set(bare)]).toEqual([]);
  });

  /** Roles by which a schedule's runs are started: without the tag, by which the boundary keeps a role from starting tasks. */
  const starts = ({ type, outputs }: StoredResource): boolean =>
    type === "aws:iam/role:Role" && /"(states|scheduler)\./.test(textOf(outputs["assumeRolePolicy"]));

  test("name the service that a resource is for", () => {
    const nameless = worlds.flatMap((world) => {
      const steps = new Map(world.estate.plan.resources.map((step) => [step.urn, step]));
      const serviceOf = (urn: string | undefined): string | undefined => {
        const step = urn === undefined ? undefined : steps.get(urn);
        if (step === undefined) return undefined;
        return /^berth:aws:(ContainerService|OneOffTask|ScheduledTask|StaticSite|Postgres|Mysql|Redis)$/.test(
          step.type,
        )
          ? step.name
          : serviceOf(step.parent);
      };
      return world.estate.cloud
        .filter((resource) => bearsTags(resource.type) && !starts(resource))
        .filter(({ urn, outputs }) => {
          const service = serviceOf(steps.get(urn)?.parent);
          return service !== undefined && tagsOf(outputs)["berth:service"] !== service;
        })
        .map((resource) => `${world.label(resource)} of ${nameOf(resource.urn)}`);
    });
    expect(nameless).toEqual([]);
  });
});
