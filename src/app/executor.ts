/** Which image the builds of a run are made with. */
import { platformsOf } from "../model/platforms";
import { executorImage, executorTag } from "../model/executor-image";
import type { Project, Warning } from "../model/project";
import type { ImageConfigs, StackIdentity } from "../ports";

export interface ChosenExecutor {
  /** @default the one that is pinned */
  readonly executor?: string;
  readonly warnings: readonly Warning[];
}

/**
 * The pinned image; the one that its tag names now, with a warning, where the registry says that it has no such digest, or
 * nothing for a platform under it. A registry that does not answer changes nothing.
 *
 * @param images - what asks registries. @default none is asked
 */
export async function chooseExecutor(
  project: Project,
  stack: StackIdentity,
  images: ImageConfigs | undefined,
): Promise<ChosenExecutor> {
  const wanted = new Set(
    project.services.flatMap((service) =>
      service.kind === "container" && service.image.kind === "build" ? platformsOf(service) : [],
    ),
  );
  const architectures = (["amd64", "arm64"] as const).filter((each) =>
    wanted.has(each === "arm64" ? "ARM64" : "X86_64"),
  );
  if (images === undefined || architectures.length === 0) return { warnings: [] };
  if ((await images.holds(executorImage, architectures, stack)) !== false) return { warnings: [] };
  const message =
    `images are built with what ${executorTag} is in its registry now, ` +
    `since that has no ${executorImage.slice(executorTag.length + 1)} for linux/${architectures.join(" and linux/")}; ` +
    "a newer Berth knows another digest";
  return { executor: executorTag, warnings: [{ path: "services", message }] };
}
