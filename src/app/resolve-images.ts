/** Where services pull from: a stack that exists keeps its images' names, unless its file says otherwise (docs/images.md). */
import { deployedImageCache } from "../model/deployed";
import type { Settings } from "../settings/settings";
import type { Prepared } from "./prepared";

/** @param before - outputs of the stack's last successful run, `undefined` where there was none */
export function resolveImages<P extends Pick<Prepared, "project" | "mode" | "warnings">>(
  prepared: P,
  { pullThroughDockerHub }: Pick<Settings, "pullThroughDockerHub">,
  before: Readonly<Record<string, unknown>> | undefined,
): P {
  const { project, mode, warnings } = prepared;
  if (project.overrides["imageCache"] === undefined) {
    const imageCache = deployedImageCache(before) ?? mode.imageCache;
    return { ...prepared, mode: { ...mode, imageCache } };
  }
  if (mode.imageCache === "builds" || pullThroughDockerHub !== undefined) return prepared;
  const message =
    "the account has no pull-through cache of Docker Hub, so services pull from Docker Hub itself: berth bootstrap --docker-hub USER makes one";
  return { ...prepared, warnings: [...warnings, { path: "x-berth.imageCache", message }] };
}
