/** The platforms that images are built for, and the architectures of AWS that run them. */
import type { Architecture, ContainerService } from "./project";

export type Platform = "linux/amd64" | "linux/arm64";

const platforms: Readonly<Record<Architecture, Platform>> = { X86_64: "linux/amd64", ARM64: "linux/arm64" };

/** Architectures by the names of their platforms, those that Docker takes besides among them. */
const architectures: ReadonlyMap<string, Architecture> = new Map([
  ["linux/amd64", "X86_64"],
  ["linux/x86_64", "X86_64"],
  ["linux/arm64", "ARM64"],
  ["linux/arm64/v8", "ARM64"],
  ["linux/aarch64", "ARM64"],
]);

/** The name that images, Docker and Kaniko give to an architecture of AWS. */
export function platformOf(architecture: Architecture): Platform {
  return platforms[architecture];
}

/** The architecture that a platform runs on; `undefined` where Fargate has none for it. */
export function architectureOf(platform: string): Architecture | undefined {
  return architectures.get(platform);
}

/** What a service's image is built for. */
export function platformsOf({
  image,
  architecture,
}: Pick<ContainerService, "image" | "architecture">): readonly Architecture[] {
  return (image.kind === "build" ? image.build.platforms : undefined) ?? [architecture];
}
