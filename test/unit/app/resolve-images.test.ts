import { resolveImages } from "../../../src/app/resolve-images";
import type { ImageCache } from "../../../src/model/image-name";
import { modeSettings } from "../../../src/modes/modes";
import { containerOf, projectOf } from "../../support/projects";

const cached = { services: {}, imageCache: "all" };
const plain = { services: {} };
const account = { pullThroughDockerHub: "hub" };

/** @param asked - what the file says; `mode` is what its mode has */
function prepared(mode: ImageCache, asked?: ImageCache) {
  const overrides = asked === undefined ? {} : { imageCache: asked };
  return {
    project: { ...projectOf([containerOf()]), overrides },
    mode: { ...modeSettings("affordable"), imageCache: asked ?? mode },
    warnings: [],
  };
}

test.each([
  ["a new stack takes the mode's", undefined, undefined, "all"],
  ["a stack that exists goes on without", undefined, plain, "builds"],
  ["a stack that has it keeps it", undefined, cached, "all"],
  ["the file asks", "all", plain, "all"],
  ["the file gives it up", "builds", cached, "builds"],
] as const)("%s", (_, asked, before, settled) => {
  const { mode, warnings } = resolveImages(prepared("all", asked), account, before);
  expect([mode.imageCache, warnings]).toEqual([settled, []]);
});

test("a file that asks for a cache that the account has not is told how to make one", () => {
  expect(resolveImages(prepared("all", "all"), {}, undefined).warnings).toEqual([
    {
      path: "x-berth.imageCache",
      message: expect.stringContaining("berth bootstrap --docker-hub USER") as string,
    },
  ]);
  expect(resolveImages(prepared("all"), {}, undefined).warnings).toEqual([]);
});
