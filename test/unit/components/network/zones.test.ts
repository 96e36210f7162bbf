import { chooseZones, type Zone } from "../../../../src/components/network/zones";
import { deployedZones } from "../../../../src/model/deployed";

const zone = (name: string, id: string): Zone => ({ name, id });
/** One account's letters: the first one is the zone that has least. */
const canada = [
  zone("ca-central-1a", "cac1-az4"),
  zone("ca-central-1b", "cac1-az1"),
  zone("ca-central-1d", "cac1-az2"),
];
const args = { region: "ca-central-1", count: 2 };

test("zones without Fargate are passed over, whatever letters the account has for them", () => {
  expect(chooseZones(canada, args)).toEqual({
    names: ["ca-central-1b", "ca-central-1d"],
    passedOver: [canada[0]],
  });
  const others = canada.map(({ id }, index) => zone(`ca-central-1${"bca"[index] ?? ""}`, id));
  expect(chooseZones(others, args).names).toEqual(["ca-central-1c", "ca-central-1a"]);
});

test("a mode that wants more zones than have Fargate gets those that have", () => {
  expect(chooseZones(canada, { ...args, count: 3 }).names).toEqual(["ca-central-1b", "ca-central-1d"]);
});

test("zones without the instance type are passed over", () => {
  const zones = [
    zone("us-east-1a", "use1-az3"),
    zone("us-east-1b", "use1-az1"),
    zone("us-east-1c", "use1-az2"),
  ];
  const offering = ["us-east-1b", "us-east-1c"];
  const { names, passedOver } = chooseZones(zones, { region: "us-east-1", count: 2 }, offering);
  expect([names, passedOver]).toEqual([offering, [zones[0]]]);
});

test("where less than two are known to do, the others are taken all the same", () => {
  const zones = [zone("us-west-1b", "usw1-az2"), zone("us-west-1c", "usw1-az3")];
  expect(chooseZones(zones, { region: "us-west-1", count: 2 })).toEqual({
    names: ["us-west-1c", "us-west-1b"],
    passedOver: [],
  });
});

test("a stack that stands stays where it is: by its record, or by the letters that an earlier version went by", () => {
  expect(chooseZones(canada, { ...args, deployed: ["ca-central-1a", "ca-central-1b"] }).names).toEqual([
    "ca-central-1a",
    "ca-central-1b",
  ]);
  expect(chooseZones(canada, { ...args, deployed: [] }).names).toEqual(["ca-central-1a", "ca-central-1b"]);
  expect(chooseZones(canada, { ...args, count: 3, deployed: ["ca-central-1a"] }).names).toEqual([
    "ca-central-1a",
    "ca-central-1b",
    "ca-central-1d",
  ]);
});

test("a stack's record is in its outputs; a run that came to nothing left none", () => {
  expect(deployedZones(undefined)).toBeUndefined();
  expect(deployedZones({})).toBeUndefined();
  expect(deployedZones({ services: {} })).toEqual([]);
  expect(deployedZones({ services: {}, zones: ["a", "b"] })).toEqual(["a", "b"]);
});
