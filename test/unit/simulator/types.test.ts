import { readFileSync } from "node:fs";
import { join } from "node:path";
import { alwaysOutputs } from "../../../src/simulator/cloud/always-outputs";
import { resourceTypes } from "../../../src/simulator/services";
import { generatedOutputs } from "../../support/always-outputs";
import { seededWorld, type World } from "../../support/simulated-world";

const table = [...resourceTypes.keys()];

test("the outputs that each type always has are those that the installed SDK declares", () => {
  const written = readFileSync(join(__dirname, "../../../src/simulator/cloud/always-outputs.ts"), "utf8");
  expect(generatedOutputs()).toBe(written);
});

test("every type of the simulated AWS is one of the SDK's, with its outputs, and the other way round", () => {
  expect(Object.keys(alwaysOutputs).sort()).toEqual([...table].sort());
});

test.each(table)("%s names inputs that the SDK has where it says what replaces it", (token) => {
  const path = token.split(":")[1] ?? "";
  const declaration = readFileSync(require.resolve(`@pulumi/aws/${path}.d.ts`), "utf8");
  const inputs = new Set([...declaration.matchAll(/^ {4}(\w+)\??: pulumi\.Input/gm)].map(([, name]) => name));
  const type = resourceTypes.get(token);
  const named = [
    ...(type?.replaces ?? []),
    ...(type?.references ?? []).map(({ property }) => property),
    ...(type?.name === undefined ? [] : [type.name.property]),
  ].map((property) => property.split(/[.[]/)[0]);
  expect(named.filter((property) => !inputs.has(property))).toEqual([]);
});

test.each(table)("%s is held only by types that refer to it", (token) => {
  const holders = resourceTypes.get(token)?.usedBy ?? [];
  const strangers = holders.filter((holder) => {
    const references = resourceTypes.get(holder)?.references ?? [];
    return !references.some(({ types }) => types.includes(token));
  });
  expect(strangers.filter((holder) => !indirect.has(`${holder} ${token}`))).toEqual([]);
});

/** Types that stand in the way of a list of others, of which they refer to some only. */
const indirect = new Set([
  "aws:ec2/natGateway:NatGateway aws:ec2/vpc:Vpc",
  "aws:rds/instance:Instance aws:ec2/subnet:Subnet",
  "aws:elasticache/replicationGroup:ReplicationGroup aws:ec2/subnet:Subnet",
  "aws:ec2/natGateway:NatGateway aws:ec2/securityGroup:SecurityGroup",
  // Through its `viewerCertificate`, a record.
  "aws:cloudfront/distribution:Distribution aws:acm/certificate:Certificate",
]);

describe("what a resource gives", () => {
  let world: World;
  beforeAll(async () => {
    world = await seededWorld();
  });

  test("holds every output that its type always has", () => {
    for (const { type, outputs } of world.aws.list()) {
      const promised = Object.values(alwaysOutputs[type] ?? {}).flatMap((names) => names.split(" "));
      expect([type, promised.filter((name) => name !== "" && outputs[name] === undefined)]).toEqual([
        type,
        [],
      ]);
    }
  });

  test("has an ARN of AWS's form, an id, and nothing of Pulumi's own", () => {
    for (const { type, id, outputs } of world.aws.list()) {
      if (alwaysOutputs[type]?.string?.split(" ").includes("arn") === true) {
        expect(outputs["arn"]).toMatch(/^arn:aws:[a-z0-9-]+:[a-z0-9-]*:(\d{12})?:\S+$/);
      }
      expect(id).not.toBe("");
      expect(outputs).not.toHaveProperty("__defaults");
    }
  });
});
