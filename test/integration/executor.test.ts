/**
 * Images of the real executor, where one is given: `BERTH_TEST_KANIKO=/path/to/executor`, with `tini` beside it, as root on
 * Linux. One case here; `npm run executor` builds all of them.
 */
import { join } from "node:path";
import { authConfig } from "../../src/components/stack/auth-config";
import { messageOf } from "../../src/errors";
import { cases } from "../executor/cases";
import { changesOf, comparable, expectedOf, type Case } from "../executor/description";
import type { ReadImage } from "../executor/read-image";
import { failing } from "../executor/failures";
import { Suite } from "../executor/suite";
import { expectGolden } from "../support/golden";

const executor = process.env["BERTH_TEST_KANIKO"];
const all = process.env["BERTH_EXECUTOR_SUITE"] === "all";
const wanted = all ? cases : cases.slice(0, 1);
const whereGiven = executor === undefined ? describe.skip : describe;

const fromScratch = ({ project }: Case): boolean =>
  JSON.stringify(project.files["Dockerfile"]).startsWith('"FROM scratch');

const sorted = (entries: ReadonlyMap<string, string>): readonly string[] =>
  [...entries].map(([path, is]) => `${path}: ${is}`).sort();

whereGiven("images of the real executor (BERTH_TEST_KANIKO)", () => {
  let suite: Suite;
  beforeAll(async () => {
    suite = await Suite.start(executor ?? "");
  });
  afterAll(async () => {
    await suite.stop();
  });

  function check(one: Case, image: ReadImage): void {
    const architecture = image.platform.replace("linux/", "");
    const base = fromScratch(one) ? { ...image, files: new Map() } : suite.base(architecture);
    const expected = expectedOf(one, architecture);
    expect(sorted(comparable(changesOf(base, image), expected))).toEqual(sorted(expected));
    for (const [key, value] of one.config ?? [])
      expect({ [key]: image.config[key] }).toEqual({ [key]: value });
    for (const [path, seconds] of one.times ?? [])
      expect([path, image.files.get(path)?.time]).toEqual([path, seconds]);
    for (const [path, value] of one.capabilities ?? [])
      expect([path, image.files.get(path)?.capability]).toEqual([path, value]);
  }

  test.each(wanted.map((each): [string, Case] => [each.name, each]))("%s", async (_name, one) => {
    const { project } = one;
    const repository = suite.repository();
    const first = await suite.build(project, repository);
    expect(first.map(({ image }) => image.platform)).toEqual(project.platforms ?? ["linux/amd64"]);
    for (const { image } of first) check(one, image);
    // Once more, with layers out of the cache.
    const again = await suite.build(
      { ...project, build: { ...project.build, labels: { again: "yes" } } },
      repository,
    );
    for (const { image, log } of again) {
      if (!fromScratch(one))
        expect(log.filter((line) => line.includes("Using caching version of cmd"))).not.toEqual([]);
      check(one, image);
    }
  });

  (all ? test : test.skip)("a base image that needs a login, which no file has", async () => {
    suite.registry.login = "user:pass:word";
    const { host } = suite.registry;
    const files = { Dockerfile: "FROM BASE\nRUN ! cat /proc/1/environ && echo ran > /ran\n" };
    try {
      await expect(suite.build({ files })).rejects.toThrow("UNAUTHORIZED");
      const variables = { DOCKER_AUTH_CONFIG: authConfig([host], ["user:pass:word"]) };
      const [built] = await suite.build({ files, variables });
      expect(built?.image.files.get("/ran")).toMatchObject({ kind: "file" });
    } finally {
      suite.registry.login = undefined;
    }
  });

  (all ? test : test.skip)("what fails is told with its line", async () => {
    const told: string[] = [];
    for (const { name, dockerfile, refusal } of failing) {
      const repository = suite.repository();
      suite.registry.refusal = refusal;
      const files = { Dockerfile: dockerfile, "file.txt": "file\n" };
      const error: unknown = await suite.build({ files }, repository).catch((thrown: unknown) => thrown);
      const message = messageOf(error)
        .replaceAll(suite.registry.host, "HOST")
        .replaceAll(repository, "REPOSITORY")
        .replace(/:[0-9a-f]{64}/g, ":DIGEST");
      told.push(`${name}:\n  ${message}`);
    }
    suite.registry.refusal = undefined;
    expectGolden(join(__dirname, "../executor/failures.txt"), `${told.join("\n")}\n`);
  });
});
