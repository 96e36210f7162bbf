import { cpusOf, supported, supportOf } from "../../../src/stores/support";
import { supportNotices } from "../../../src/stores/support-notices";
import { postgresOf, redisOf } from "../../support/projects";

const today = new Date("2026-11-29T12:00:00Z");
const priced = { instanceClass: "db.t4g.micro", standby: false };

test.each([
  ["postgres", "12", "2025-02-28", "ending", undefined],
  ["postgres", "14", "2026-11-29", "standard", undefined],
  ["postgres", "14", "2026-12-01", "ending", undefined],
  ["postgres", "14", "2027-03-01", "extended", 0.1],
  ["postgres", "13", "2026-02-28", "ending", undefined],
  ["postgres", "13", "2026-03-01", "extended", 0.1],
  ["postgres", "13", "2028-03-01", "extended", 0.2],
  ["postgres", "13", "2029-03-01", "ended", undefined],
  ["mysql", "8.0.40", "2026-08-01", "extended", 0.1],
  ["mysql", "5.7", "2027-03-01", "extended", 0.2],
  ["mysql", "9.7.4", "2026-11-30", "standard", undefined],
  ["mariadb", "12.3.2", "2029-04-15", "ending", undefined],
  ["mariadb", "10.6", "2026-12-01", "ending", undefined],
  ["mariadb", "10.6", "2027-01-01", "ended", undefined],
  ["redis", "5.0.6", "2026-02-01", "extended", 0.1],
  ["redis", "7.1", "2030-01-01", "standard", undefined],
  ["valkey", "8.1", "2030-01-01", "standard", undefined],
])("%s %s on %s: %s", (engine, version, day, state, perCpuHour) => {
  // Noon, so that no time zone makes another day of it.
  const found = supportOf(engine, version, new Date(`${day}T12:00:00Z`));
  expect([found.state, found.perCpuHour]).toEqual([state, perCpuHour]);
});

test("every end of standard support comes before that of extended support, in the order of the versions", () => {
  for (const [engine, rows] of Object.entries(supported)) {
    const ends = rows.flatMap(({ until }) => until ?? []);
    // MariaDB maintains 11.4 for five years and 11.8 for three (MariaDB Server, maintenance policy).
    if (engine !== "mariadb") expect([...ends].sort()).toEqual(ends);
    for (const { until = "", extendedUntil } of rows)
      if (extendedUntil !== undefined) expect(until < extendedUntil).toBe(true);
  }
});

test("virtual CPUs by class", () => {
  const classes = ["db.t4g.micro", "db.m7g.large", "db.m7g.xlarge", "db.r7g.4xlarge"];
  expect(classes.map(cpusOf)).toEqual([2, 2, 4, 16]);
});

describe("what is told of a version past its date", () => {
  const old = postgresOf({ version: "13" });
  const path = "services.db.image";

  test("a new database is an error, with newer versions and the price", () => {
    expect(supportNotices(old, { today, stands: false, priced })).toEqual({
      problems: [
        {
          path,
          message:
            "Postgres 13 is past its standard support, for which AWS would add about $146 a month ($0.10 for each hour of a virtual CPU)",
          hint: "name a newer version: 14, 15, 16, 17, 18; or x-postgres: {extended-support: true} accepts the price, until 2029-02-28",
        },
      ],
      warnings: [],
    });
  });

  test("one that stands is warned of, and so is one whose price the file accepts", () => {
    const deployed = supportNotices(old, { today, stands: true, priced });
    expect([deployed.problems, deployed.warnings.length]).toEqual([[], 1]);
    const accepted = supportNotices({ ...old, extendedSupport: true }, { today, stands: false, priced });
    expect([accepted.problems, accepted.warnings]).toEqual([
      [],
      [{ path, message: expect.stringContaining("$146") as string }],
    ]);
  });

  test("what has no extended support any more is made no more, whatever the file accepts", () => {
    const { problems } = supportNotices(
      { ...old, extendedSupport: true },
      { today: new Date("2029-06-01T12:00:00Z"), stands: false, priced },
    );
    expect(problems).toEqual([
      {
        path,
        message: "AWS makes no Postgres 13 any more, since 2029-02-28",
        hint: "name a newer version: 17, 18",
      },
    ]);
  });

  test("a cache's price is a share of its nodes'", () => {
    const { problems } = supportNotices(redisOf({ version: "5.0.6" }), { today, stands: false, priced });
    expect(problems[0]?.message).toContain("80 % of its nodes' price");
  });
});
