import fc from "fast-check";
import {
  domainPrefix,
  nameLimits,
  physicalName,
  shortHash,
  stackResourceName,
} from "../../../src/model/naming";

const part = fc.string({ unit: "grapheme", minLength: 1, maxLength: 80 });
const parts = fc.array(part, { minLength: 1, maxLength: 5 });
const limit = fc.constantFrom(...Object.values(nameLimits));
/** Names whose joints could be mistaken: short words and hyphens. */
const confusable = fc.array(fc.stringMatching(/^[ab-]{1,4}$/), { minLength: 2, maxLength: 4 });

describe("stackResourceName", () => {
  const forbidden = [
    ["loadBalancer", /^internal-/],
    ["targetGroup", /^internal-/],
    ["securityGroup", /^sg-/],
    ["capacityProvider", /^(aws|ecs|fargate)/],
    ["bucket", /^(xn--|sthree-|amzn-s3-demo-)/],
  ] as const;

  test.each([
    "internal",
    "internal-tools",
    "sg",
    "sg-1",
    "aws",
    "awsome",
    "ecs-x",
    "fargate",
    "sthree",
    "amzn-s3-demo",
  ])("of the project %s begins as AWS takes it, and as no other project's does", (project) => {
    for (const [limit, pattern] of forbidden) {
      const name = stackResourceName({ project, stack: "dev" }, limit, "web");
      expect(name).not.toMatch(pattern);
      expect(name.length).toBeLessThanOrEqual(nameLimits[limit]);
      if (name.startsWith("b-")) expect(name).toMatch(/-[0-9a-f]{8}$/);
    }
  });

  test("is what it was for every other project", () => {
    expect(stackResourceName({ project: "internals", stack: "dev" }, "loadBalancer", "alb")).toBe(
      "internals-dev-alb",
    );
    expect(stackResourceName({ project: "sgx", stack: "dev" }, "securityGroup", "app")).toBe("sgx-dev-app");
  });
});

describe("physicalName", () => {
  test.each([
    [["todo", "dev", "web"], 32, "todo-dev-web"],
    [["my-app"], 63, "my-app"],
    [["todo"], 63, "todo"],
  ])("%j within %i characters is %s", (list, most, expected) => {
    expect(physicalName(list, most)).toBe(expected);
  });

  test.each([
    ["a hyphen that looks like a joint", ["my-app", "dev"]],
    ["a character that is lost", ["my_app", "dev"]],
    ["a capital", ["Web"]],
    ["a digit first", ["2048"]],
    ["a cut", ["a".repeat(40)]],
    ["nothing that can be spelled", ["_"]],
  ])("carries a hash where there is %s", (_, list) => {
    expect(physicalName(list, 32)).toMatch(new RegExp(`-${shortHash(list)}$`));
  });

  test("is taken by every service of AWS: lower case, single hyphens, a letter first, within the limit", () => {
    fc.assert(
      fc.property(parts, limit, (list, most) => {
        const name = physicalName(list, most);
        expect(name.length).toBeLessThanOrEqual(most);
        expect(name).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
        expect(physicalName(list, most)).toBe(name);
      }),
    );
  });

  test("never gives two lists of parts one name", () => {
    fc.assert(
      fc.property(confusable, confusable, fc.constantFrom(20, 63), (a, b, most) => {
        fc.pre(JSON.stringify(a) !== JSON.stringify(b));
        expect(physicalName(a, most)).not.toBe(physicalName(b, most));
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([[[]], [["todo", ""]]])("refuses %j", (list) => {
    expect(() => physicalName(list, 32)).toThrow(RangeError);
  });
});

test.each([
  ["todo", "dev", "todo"],
  ["todo", "staging", "staging.todo"],
  ["my-app", "dev", "my-app"],
])("project %s, stack %s stands in DNS as %s", (project, stack, expected) => {
  expect(domainPrefix(project, stack)).toBe(expected);
});

test("two stacks never stand in DNS as one", () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,6}[a-z0-9]$/);
  fc.assert(
    fc.property(name, name, name, name, (project, stack, otherProject, otherStack) => {
      fc.pre(project !== otherProject || stack !== otherStack);
      expect(domainPrefix(project, stack)).not.toBe(domainPrefix(otherProject, otherStack));
    }),
  );
});
