// What guards data, secrets, money and locks, and the tests that are to see a change of it. Only tests in the process
// count: those of the built programs don't see a changed source.
const leases = ["file-texts", "lease", "local-owners", "record"].map(
  (name) => `test/unit/engine/lease/${name}.test.ts`,
);
const marks = ["secret-marker", "secrets"].map((name) => `test/unit/compose/${name}.test.ts`);
const losses = ["data-loss", "deferred", "losses", "store-losses"].map(
  (name) => `test/unit/app/data/${name}.test.ts`,
);
const cost = ["test/unit/report/cost/cost.test.ts", "test/unit/report/cost/list-prices.test.ts"];

export const targets = [
  { group: "locks", file: "src/engine/lease/lease.ts", tests: leases },
  { group: "locks", file: "src/engine/lease/record.ts", tests: leases },
  { group: "locks", file: "src/engine/lease/local-owners.ts", tests: leases },
  { group: "locks", file: "src/engine/lease/file-texts.ts", tests: leases },
  { group: "data", file: "src/app/data/data-loss.ts", tests: losses },
  { group: "data", file: "src/app/data/losses.ts", tests: losses },
  { group: "data", file: "src/app/data/store-losses.ts", tests: losses },
  { group: "data", file: "src/app/data/deferred.ts", tests: losses },
  { group: "data", file: "src/app/allowances.ts", tests: ["test/unit/app/allowances.test.ts"] },
  { group: "data", file: "src/app/unchanged.ts", tests: ["test/unit/app/unchanged.test.ts"] },
  { group: "secrets", file: "src/compose/secret-marker.ts", tests: marks },
  ...["listing", "set", "values"].map((name) => ({
    group: "secrets",
    file: `src/launcher/secrets/${name}.ts`,
    tests: [`test/unit/launcher/secrets/${name}.test.ts`],
  })),
  { group: "money", file: "src/report/cost/cost.ts", tests: [...cost, "test/unit/stores/readers.test.ts"] },
  { group: "money", file: "src/report/cost/price-table.ts", tests: cost },
  { group: "money", file: "src/report/cost/list-prices.ts", tests: cost },
  { group: "money", file: "src/report/cost/bootstrap.ts", tests: cost },
  { group: "money", file: "src/report/cost/alarms.ts", tests: cost },
  {
    group: "money",
    file: "src/launcher/cd/questions.ts",
    tests: ["test/unit/launcher/cd/questions.test.ts"],
  },
];
