import { join } from "node:path";
import { runProgram } from "../../support/bundle";
import { describeWithPulumi } from "../../support/engine";

interface Outcome {
  readonly preview: Readonly<Record<string, string>>;
  readonly up: string;
  readonly images: Readonly<Record<string, string>>;
  readonly changed: number;
  readonly told: readonly string[];
  readonly failures: readonly string[];
}

const byDigest = /^@sha256:[0-9a-f]{64}$/;
const platforms = ["linux/amd64", "linux/arm64"];

const workerFailed =
  "worker linux/amd64: the executor ended with exit code 1: Essential container in task exited";

describeWithPulumi("image builds on the real engine", () => {
  let found: Readonly<Record<"untested" | "unbuilt" | "built" | "again", Outcome>>;
  let stderr: string;

  beforeAll(async () => {
    const run = await runProgram(join(__dirname, "build-programs.ts"));
    found = JSON.parse(run.stdout) as typeof found;
    stderr = run.stderr;
  });

  test("a preview builds nothing and shows the tags", () => {
    expect(found.untested.preview).toEqual({
      web: ":digest-of-web",
      worker: ":digest-of-worker",
      runner: ":digest-of-runner",
      proxy: "nginx:1.29",
    });
  });

  test("where a test stage fails no service is made, not even one that is not built", () => {
    const { up, images, failures, told } = found.untested;
    expect(up).toBe("failed");
    expect(images).toEqual({});
    expect(failures).toEqual([
      ...platforms.map(
        (platform) =>
          `web ${platform}: the test stage unit failed: the executor ended with exit code 3: Essential container in task exited`,
      ),
      workerFailed,
    ]);
    expect(told.filter((line) => line.startsWith("web"))).toEqual([
      ...platforms.flatMap((platform) => [`web ${platform} failed`, `web ${platform} testing`]),
    ]);
  });

  test("a build that fails is on record, and what does not wait for it is deployed", () => {
    const { up, failures, images, told } = found.unbuilt;
    expect(up).toBe("failed");
    expect(failures).toEqual([workerFailed]);
    expect(told.filter((line) => line.startsWith("runner"))).toEqual([]);
    expect(Object.keys(images).sort()).toEqual(["shop-dev-proxy", "shop-dev-web"]);
  });

  test("then all run by their digests, the one of two platforms by its index", () => {
    const { up, images, failures } = found.built;
    expect([up, failures]).toEqual(["succeeded", []]);
    expect(images["proxy"]).toBe("nginx:1.29");
    expect(images["web"]).toMatch(byDigest);
    expect(images["worker"]).toMatch(byDigest);
    expect(images["runner"]).toMatch(byDigest);
  });

  test("a build that takes the image of another service waits for that one", () => {
    const { told } = found.built;
    expect(told.filter((line) => line.startsWith("runner"))).toEqual([
      expect.stringMatching(/^runner after .*worker/),
      "runner linux/amd64 started",
      "runner linux/amd64 succeeded",
    ]);
    expect(told.filter((line) => line.startsWith("worker"))).toEqual([
      "worker linux/amd64 started",
      "worker linux/amd64 succeeded",
    ]);
  });

  test("and the next run builds nothing and changes nothing, as its preview says", () => {
    const { preview, changed, images, told } = found.again;
    expect(preview).toEqual(images);
    expect(images).toEqual(found.built.images);
    expect(changed).toBe(0);
    expect(told.every((line) => line.endsWith(" cached"))).toBe(true);
  });

  test("the process says nothing of its own", () => {
    expect(stderr).toBe("");
  });
});
