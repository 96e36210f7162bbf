import { composeSources } from "../../../src/app/compose-source";
import type { RefusedInput } from "../../../src/ports";
import { containerOf, postgresOf, redisOf } from "../../support/projects";

const keys = [
  "services.web.ports[0]",
  "services.web.healthcheck.interval",
  "services.web.deploy.resources.limits.memory",
  "services.web.x-autoscaling",
  "services.web.environment.A",
  "services.web.networks.default",
  "services.web.tmpfs",
  "services.web.sysctls.net.core.somaxconn",
  "services.web.storage_opt.size",
  "services.db.x-postgres",
  "services.db.environment.POSTGRES_USER",
  "services.db.image",
  "services.cache.x-defang-redis",
];
const project = {
  services: [containerOf(), postgresOf({ instanceClass: "db.t4g.micro" }), redisOf()],
  coverage: keys.map((path) => ({ path, verdict: "honoured" as const })),
  overrides: { redisNodeType: "cache.t4g.micro", logRetention: 1 },
};
const place = { file: "compose.yaml", line: 3, column: 1 };

const within = {
  web: [
    { type: "berth:aws:PublicPort", name: "web--3000" },
    { type: "berth:aws:ContainerService", name: "web" },
  ],
  db: [{ type: "berth:aws:Postgres", name: "db" }],
  cache: [{ type: "berth:aws:Redis", name: "cache" }],
  none: [{ type: "berth:aws:Network", name: "network" }],
} as const;

function sourceOf(type: string, property: string, holder: keyof typeof within, domain = true) {
  const refused: RefusedInput = { type: `aws:${type}`, name: "any", property, within: within[holder] };
  return composeSources(project, () => place, domain)(refused);
}

test.each<[type: string, property: string, holder: keyof typeof within, path: string]>([
  ["ecs/taskDefinition:TaskDefinition", "memory", "web", "services.web.deploy.resources"],
  [
    "ecs/taskDefinition:TaskDefinition",
    "containerDefinitions[0].healthCheck.interval",
    "web",
    "services.web.healthcheck.interval",
  ],
  [
    "ecs/taskDefinition:TaskDefinition",
    "containerDefinitions[0].healthCheck.timeout",
    "web",
    "services.web.healthcheck",
  ],
  ["ecs/taskDefinition:TaskDefinition", "containerDefinitions", "web", "services.web.environment"],
  ["ecs/taskDefinition:TaskDefinition", "volumes[0].name", "web", "services.web"],
  [
    "ecs/taskDefinition:TaskDefinition",
    "containerDefinitions[0].linuxParameters.tmpfs[0].size",
    "web",
    "services.web.tmpfs",
  ],
  [
    "ecs/taskDefinition:TaskDefinition",
    "containerDefinitions[0].systemControls[0].value",
    "web",
    "services.web.sysctls",
  ],
  ["ecs/taskDefinition:TaskDefinition", "ephemeralStorage.sizeInGib", "web", "services.web.storage_opt"],
  // Every service stands in a network: what names the database counts first.
  ["ecs/service:Service", "networkConfiguration.securityGroups", "web", "services.web.environment"],
  ["ecs/service:Service", "desiredCount", "web", "services.web.x-autoscaling"],
  ["lb/listenerRule:ListenerRule", "priority", "web", "services.web.ports"],
  ["rds/instance:Instance", "instanceClass", "db", "services.db.x-postgres.instance-class"],
  ["rds/instance:Instance", "allocatedStorage", "db", "services.db"],
  ["rds/instance:Instance", "engineVersion", "db", "services.db.image"],
  ["rds/instance:Instance", "username", "db", "services.db.environment.POSTGRES_USER"],
  ["elasticache/replicationGroup:ReplicationGroup", "nodeType", "cache", "x-berth.redisNodeType"],
  ["elasticache/replicationGroup:ReplicationGroup", "port", "cache", "services.cache"],
  ["cloudwatch/logGroup:LogGroup", "retentionInDays", "none", "x-berth.logRetention"],
])("%s.%s of %s is %s", (type, property, holder, path) => {
  expect(sourceOf(type, property, holder)).toEqual({ path, location: place });
});

test("a domain is the settings', and what nobody wrote has no source", () => {
  expect(sourceOf("acm/certificate:Certificate", "domainName", "none")).toEqual({ path: "BERTH_DOMAIN" });
  expect(sourceOf("acm/certificate:Certificate", "domainName", "none", false)).toBeUndefined();
  expect(sourceOf("ec2/vpc:Vpc", "cidrBlock", "none")).toBeUndefined();
});
