/** What the executor would pass over in silence. */
import { unsupportedInstructions } from "../../../../src/builds/executor/limits";
import type { Platform } from "../../../../src/model/platforms";

const amd64: readonly Platform[] = ["linux/amd64"];
const check = (text: string, platforms = amd64): readonly string[] =>
  unsupportedInstructions(text, {}, platforms).map(({ line, message }) => `${line}: ${message}`);

test.each([
  ["RUN --mount=type=bind,from=deps,target=/d x", "the builder mounts nothing from another stage or image"],
  ["RUN --mount=from=deps,target=/d x", "the builder mounts nothing from another stage or image"],
  ["RUN --mount=type=cache,from=deps,target=/d x", "the builder mounts nothing from another stage or image"],
  ["RUN --mount=type=tmpfs,target=/t x", "the builder mounts no tmpfs"],
  ["RUN --mount=type=ssh x", "a build task has no SSH agent"],
  ["RUN --network=none x", "the builder gives every step the network"],
  ["RUN --security=insecure x", "a build task has no further rights"],
  ["RUN --device=vendor.com/gpu x", "a build task has no further rights"],
  ["COPY --parents a/b /c/", "the builder has no COPY --parents"],
  ["COPY --exclude=*.md . /c/", "the builder has no COPY --exclude"],
  ["ADD --checksum=sha256:00 https://example.com/a /a", "the builder has no ADD --checksum"],
  ["ADD --keep-git-dir=true https://example.com/a.git /a", "the builder has no ADD --keep-git-dir"],
  ["ADD https://example.com/a.git#v1 /a", "the builder adds no repository: https://example.com/a.git#v1"],
  ['ADD ["https://example.com/a.git", "/a"]', "the builder adds no repository: https://example.com/a.git"],
  ["ADD git@example.com:a/b /a", "the builder adds no repository: git@example.com:a/b"],
])("%s is refused", (instruction, message) => {
  expect(check(`FROM x\n\n${instruction}`)).toEqual([expect.stringContaining(`3: ${message}`)]);
});

test.each([
  "RUN --mount=type=cache,target=/c --mount=type=secret,id=a --mount=type=bind,target=/s x",
  "RUN --mount=type=bind,from=context,source=a,target=/s x",
  "RUN --network=default --security=sandbox x",
  "RUN echo --network=none --parents",
  "COPY --link --chown=1 --chmod=644 --from=x a /b",
  "ADD --chown=1 https://example.com/a.tar.gz /a",
  "RUN git clone git@example.com:a/b",
])("%s is built", (instruction) => {
  expect(check(`FROM x\n${instruction}`)).toEqual([]);
});

test("a stage that nothing needs is let be, a test stage not", () => {
  const text = "FROM x AS old\nCOPY --parents a /\nFROM x AS test\nRUN --network=none x\nFROM x";
  expect(check(text)).toEqual([]);
  expect(unsupportedInstructions(text, { test: "test" }, amd64).map(({ line }) => line)).toEqual([4]);
});

test.each<[string, readonly Platform[], boolean]>([
  ["linux/amd64", amd64, true],
  ["linux/x86_64", amd64, true],
  ["linux/arm64", amd64, false],
  ["linux/arm64/v8", ["linux/arm64"], true],
  ["linux/amd64", ["linux/amd64", "linux/arm64"], false],
  ["$BUILDPLATFORM", ["linux/amd64", "linux/arm64"], true],
  ["linux/s390x", amd64, false],
])("--platform=%s for %j is built: %s", (platform, platforms, built) => {
  expect(check(`FROM --platform=${platform} x`, platforms)).toHaveLength(built ? 0 : 1);
});
