/** The executor's command line. */
import fc from "fast-check";
import { executorArguments } from "../../../src/app/kaniko";
import { repositoryUrl, request } from "./builds-fakes";

const archive = "s3://bucket/uploads/a.tar.gz";
const image = `${repositoryUrl}:d1`;

describe("executorArguments", () => {
  it("is this, for everything that a build may have", () => {
    const build = request({ target: "prod", args: { B: "two words", A: "--dash" }, architecture: "X86_64" });
    expect(executorArguments(build, archive, image)).toEqual([
      "--context=s3://bucket/uploads/a.tar.gz",
      "--context-sub-path=api",
      "--dockerfile=Dockerfile",
      `--destination=${image}`,
      "--target=prod",
      "--build-arg=A=--dash",
      "--build-arg=B=two words",
      "--custom-platform=linux/amd64",
      "--cache=true",
      `--cache-repo=${repositoryUrl}/cache`,
      "--cache-copy-layers",
      "--compressed-caching=false",
      "--snapshot-mode=redo",
      "--push-retry=5",
      "--image-download-retry=5",
      "--image-fs-extract-retry=5",
      "--push-ignore-immutable-tag-errors=true",
      "--log-format=text",
    ]);
  });

  it.each([
    [".", "Dockerfile", undefined, "Dockerfile"],
    ["./", "docker/web.Dockerfile", undefined, "docker/web.Dockerfile"],
    ["api/", "api/Dockerfile", "api", "Dockerfile"],
    ["services/api", "services/api/docker/prod", "services/api", "docker/prod"],
    ["services/api", "Dockerfile", "services/api", "../../Dockerfile"],
  ])("context %s and Dockerfile %s become sub path %s and %s", (context, dockerfile, subPath, relative) => {
    const given = executorArguments(request({ context, dockerfile }), archive, image);
    expect(given.find((flag) => flag.startsWith("--context-sub-path="))).toBe(
      subPath === undefined ? undefined : `--context-sub-path=${subPath}`,
    );
    expect(given).toContain(`--dockerfile=${relative}`);
  });

  it("does not depend on the order of the build arguments", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[A-Z_]{1,8}$/), fc.string()), (args) => {
        const reversed = Object.fromEntries(Object.entries(args).reverse());
        expect(executorArguments(request({ args: reversed }), archive, image)).toEqual(
          executorArguments(request({ args }), archive, image),
        );
      }),
    );
  });
});
