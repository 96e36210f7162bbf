/** What is said of a service whose volumes could not be filled. */
import { failureOf } from "../../../src/rollout/failure";
import type { ServiceFailureCause, StoppedTask } from "../../../src/ports";
import { stopped, watched } from "./service-fakes";

function failure(cause: ServiceFailureCause, containers: StoppedTask["containers"]) {
  return failureOf(watched("web"), {
    verdict: { kind: "failed", cause },
    stops: [stopped(1, { containers })],
    moved: false,
    log: [],
  });
}

test.each<[ServiceFailureCause, StoppedTask["containers"][number], string]>([
  ["crash loop", { name: "web-volumes", exitCode: 127 }, "ended with exit code 127 (1 task so far)"],
  [
    "start",
    { name: "web-volumes", reason: "CannotStartContainerError: sh" },
    "does not start (1 task so far)",
  ],
])("a container that fills volumes and fails by %s is named, with the way out", (cause, container, end) => {
  const { message, hint } = failure(cause, [{ name: "web" }, container]);
  expect(message).toBe(`the container web-volumes, which fills its volumes, ${end}`);
  expect(hint).toContain("volume: {nocopy: true}");
  expect(hint).toContain("services.web.volumes");
});

test.each<[ServiceFailureCause, string]>([
  ["image", "services.web.image"],
  ["out of memory", "limits.memory"],
])("what any container meets says nothing of volumes: %s", (cause, hint) => {
  expect(failure(cause, [{ name: "web-volumes", exitCode: 1 }]).hint).toContain(hint);
});

test("the program's own end is its own", () => {
  const { message, hint } = failure("crash loop", [
    { name: "web-volumes", exitCode: 0 },
    { name: "web", exitCode: 1 },
  ]);
  expect(message).toBe("the program ended with exit code 1 (1 task so far)");
  expect(hint).not.toContain("nocopy");
});

test("a pull that ECR refuses is mended where the repository is", () => {
  const reason =
    "CannotPullContainerError: failed to resolve ref 210987654321.dkr.ecr.eu-west-1.amazonaws.com/tool:1: unexpected status code: 403 Forbidden";
  expect(failure("image", [{ name: "web", reason }]).hint).toMatch(/^where 210987654321 is not/);
  expect(failure("start", [{ name: "web", reason }]).hint ?? "").not.toMatch(/^where 210987654321/);
});

test("a pull that the account's cache of Docker Hub can't give is mended there", () => {
  const reason =
    "CannotPullContainerError: failed to resolve ref 123456789012.dkr.ecr.eu-west-1.amazonaws.com/berth-cd-dockerhub/library/nginx:1: unexpected status code: 403 Forbidden";
  const hint = failure("image", [{ name: "web", reason }]).hint ?? "";
  expect(hint).toContain("berth bootstrap --docker-hub USER");
  expect(hint).toContain("x-berth: {imageCache: builds}");
});
