import { chooseExecutor } from "../../../src/app/executor";
import { executorImage, executorTag } from "../../../src/model/executor-image";
import type { ImageConfigs } from "../../../src/ports";
import { containerOf, projectOf } from "../../support/projects";

const stack = { project: "shop", stack: "dev" };
const built = { kind: "build", build: { context: ".", dockerfile: "Dockerfile", args: {} } } as const;
const asked: unknown[] = [];

function answering(held: boolean | undefined): ImageConfigs {
  return {
    read: () => Promise.resolve({ configs: new Map(), unread: [] }),
    digests: () => Promise.resolve({ digests: new Map(), unread: [] }),
    holds: (...question) => {
      asked.push(question.slice(0, 2));
      return Promise.resolve(held);
    },
  };
}

beforeEach(() => {
  asked.length = 0;
});

test("the pinned executor is a tag with the digest of what it is", () => {
  expect(executorImage).toMatch(
    /^ghcr\.io\/osscontainertools\/kaniko:v\d+\.\d+\.\d+-debug@sha256:[0-9a-f]{64}$/,
  );
  expect(executorTag).toBe(executorImage.slice(0, executorImage.indexOf("@")));
});

test.each([true, undefined])("it stays where its registry says %s", async (held) => {
  const project = projectOf([containerOf({ image: built, architecture: "ARM64" })]);
  expect(await chooseExecutor(project, stack, answering(held))).toEqual({ warnings: [] });
  expect(asked).toEqual([[executorImage, ["arm64"]]]);
});

test("where the registry has it not, its tag is taken, with a warning", async () => {
  const image = { kind: "build", build: { ...built.build, platforms: ["ARM64", "X86_64"] } } as const;
  const { executor, warnings } = await chooseExecutor(
    projectOf([containerOf({ image })]),
    stack,
    answering(false),
  );
  expect(executor).toBe(executorTag);
  expect(warnings).toEqual([
    {
      path: "services",
      message: `images are built with what ${executorTag} is in its registry now, since that has no ${executorImage.split("@")[1]} for linux/amd64 and linux/arm64; a newer Berth knows another digest`,
    },
  ]);
});

test("nobody is asked where nothing is built, or no registry is asked at all", async () => {
  const image = { kind: "reference", reference: "nginx:1.27" } as const;
  expect(await chooseExecutor(projectOf([containerOf({ image })]), stack, answering(false))).toEqual({
    warnings: [],
  });
  expect(asked).toEqual([]);
  expect(await chooseExecutor(projectOf([containerOf({ image: built })]), stack, undefined)).toEqual({
    warnings: [],
  });
});
