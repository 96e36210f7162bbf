/** What exists is found by type and id, and listed oldest first; what a resource is made of is judged once. */
import { SimulatedAws } from "../../../../src/simulator/cloud/aws";
import { Resources } from "../../../../src/simulator/cloud/resources";
import { resourceTypes } from "../../../../src/simulator/services";

const of = (type: string, id: string, seed: number, outputs = {}) => ({ type, id, seed, outputs, urn: id });

test("all are listed oldest first, whatever their types; another of the same id takes the place of the first", () => {
  const resources = new Resources([of("vpc", "a", 1), of("subnet", "b", 2)]);
  resources.set(of("vpc", "c", 3));
  resources.set(of("vpc", "a", 1, { changed: true }));
  expect(resources.list().map(({ id }) => id)).toEqual(["a", "b", "c"]);
  expect(resources.all("vpc").map(({ id }) => id)).toEqual(["a", "c"]);
  expect(resources.get("vpc", "a")?.outputs).toEqual({ changed: true });
  expect(resources.get("subnet", "a")).toBeUndefined();
});

test("what is deleted is nowhere", () => {
  const resources = new Resources([of("vpc", "a", 1), of("subnet", "a", 2)]);
  resources.delete("vpc", "a");
  resources.delete("role", "a");
  expect([resources.all("vpc"), resources.all("role")]).toEqual([[], []]);
  expect(resources.list().map(({ type }) => type)).toEqual(["subnet"]);
});

test("inputs are judged once: when they are checked, and no more when the resource is made of them", async () => {
  const type = resourceTypes.get("aws:cloudwatch/logGroup:LogGroup");
  const check = jest.spyOn(type as { check: NonNullable<typeof type>["check"] & object }, "check");
  const cloud = new SimulatedAws({ region: "us-east-1" });
  const { inputs, refusals } = cloud.check("aws:cloudwatch/logGroup:LogGroup", "urn::logs", {
    retentionInDays: 8,
  });
  expect(refusals).toHaveLength(1);
  const made = cloud.create("aws:cloudwatch/logGroup:LogGroup", "urn::logs", inputs);
  await expect(made).rejects.toThrow("retentionInDays");
  expect(check).toHaveBeenCalledTimes(1);
  check.mockRestore();
});
