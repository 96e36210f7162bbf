/**
 * The real engine with its state in a bucket, one call in five of which meets a fault, Pulumi's own among them: each run
 * ends right, or says what it could not reach with exit code 5 and leaves a state that the next run goes on from.
 */
import { berthCd, type Run } from "../../support/crash/processes";
import { realEngineOnS3 } from "../../support/crash/real-worlds";
import { differences, variants, writeVariant } from "../../support/crash/worlds";
import { describeWithPulumi } from "../../support/engine";
import { faults, type FaultProxy } from "../../support/fault-proxy";
import { program } from "../../support/program";

/** Runs that are made of some hundred calls each, and wait before they try one again. */
const within = 900_000;

/** `FAULT_RUNS=20` for as many, destroys among them, which take minutes. */
const runs = Number(process.env["FAULT_RUNS"] ?? 2);

describeWithPulumi("the real engine whose state lies behind faults", () => {
  let world: Awaited<ReturnType<typeof realEngineOnS3>>;
  let proxy: FaultProxy;

  beforeAll(async () => {
    world = await realEngineOnS3(undefined, { share: 0.2, seed: Number(process.env["FAULT_SEED"] ?? 1) });
    if (world.proxy === undefined) throw new Error("a world with faults has a proxy");
    proxy = world.proxy;
    writeVariant(world, 0);
    proxy.enabled = false;
    expect((await berthCd(world, ["up"])).code).toBe(0);
  }, within);
  afterAll(() => world.close());

  /** The next run, whose calls meet nothing. @returns what is wrong with it */
  async function faultsOfNext(): Promise<readonly string[]> {
    proxy.enabled = false;
    const next = await berthCd(world, ["up", "--force"]);
    const standing = await world.standing();
    return [
      ...(next.code === 0 ? [] : [`then ${String(next.code)}: ${next.stderr}`]),
      ...differences(standing),
      ...standing.locks.map((lock) => `a lock stays: ${lock}`),
      ...(standing.pending === 0 ? [] : [`${standing.pending} operations stay open`]),
    ];
  }

  test(
    "every run ends right, or with exit code 5 and a state that the next one goes on from",
    async () => {
      const wrong: string[] = [];
      for (let number = 1; number <= runs; number++) {
        writeVariant(world, number % variants.length);
        proxy.enabled = true;
        const argv = number % 4 === 0 ? ["destroy", "--allow-data-loss", "volumes"] : ["up"];
        const run: Run = await berthCd(world, argv);
        if (run.code !== 0 && run.code !== 5) wrong.push(`${number}: ${String(run.code)}: ${run.stderr}`);
        wrong.push(
          ...(await faultsOfNext()).map((fault) => `${number}, after ${String(run.code)}: ${fault}`),
        );
      }
      expect(wrong).toEqual([]);
      for (const fault of faults) expect(proxy.met[fault]).toBeGreaterThan(0);
    },
    within,
  );

  test(
    "where the bucket goes away in the middle of a run, it says so with exit code 5",
    async () => {
      writeVariant(world, 1);
      expect(await faultsOfNext()).toEqual([]);
      writeVariant(world, 2);
      const run = await program("berth-cd", ["up", "--verbose", "project"], {
        cwd: world.folder,
        env: world.env,
        started: (child) => {
          child.stderr?.on("data", (text: string) => {
            if (!text.includes("created")) return;
            Object.assign(proxy, { share: 1, kinds: ["error"], enabled: true });
          });
        },
      });
      expect([run.code, run.stderr]).toEqual([
        5,
        expect.stringMatching(
          /PULUMI_BACKEND_URL: the state at s3:.* could not be reached[^]*fix: run again/,
        ),
      ]);
      expect(await faultsOfNext()).toEqual([]);
    },
    within,
  );
});
