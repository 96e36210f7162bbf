/** The project: whether its file can be deployed, its secrets, its images, and the room that it needs. */
import type { AccountInspector, SecretKeeper, StackIdentity } from "../../ports";
import { containersOf } from "../../model/containers";
import type { Project } from "../../model/project";
import { defaultStack } from "../../model/naming";
import { usersOf } from "../secrets/listing";
import type { Finding } from "./findings";
import { imageFinding, isEcr, missingImage, type Fetch } from "./images";

export function projectFinding(project: Project, warnings: number): Finding {
  const names = project.services.map(({ name }) => name).join(", ");
  const more =
    warnings === 0
      ? ""
      : `; ${warnings} ${warnings === 1 ? "warning" : "warnings"}, which berth preview shows`;
  return { check: "project", status: "ok", message: `${project.name} can be deployed: ${names}${more}` };
}

export async function secretFindings(
  project: Project,
  stack: StackIdentity,
  keeper: SecretKeeper,
): Promise<readonly Finding[]> {
  if (project.secrets.length === 0)
    return [{ check: "secrets", status: "ok", message: "the project needs none" }];
  const set = new Set((await keeper.list(stack)).map(({ name }) => name));
  const users = usersOf(project);
  const missing = project.secrets.filter((name) => !set.has(name));
  const option = stack.stack === defaultStack ? "" : ` --stack ${stack.stack}`;
  if (missing.length === 0)
    return [{ check: "secrets", status: "ok", message: `${project.secrets.join(", ")}: set` }];
  return missing.map((name) => ({
    check: "secrets",
    status: "fail",
    message: `${name} is not set: ${users.get(name)?.join(", ") ?? "the project"} can't start without it`,
    fix: `berth secret set ${name}${option}`,
  }));
}

/** The images that services name, each once; what is built is checked by the build. */
export async function imageFindings(
  project: Project,
  inspector: AccountInspector,
  fetcher: Fetch,
): Promise<readonly Finding[]> {
  const named = containersOf(project).flatMap(({ image, registryCredentials }) =>
    image.kind === "reference" ? [{ image: image.reference, locked: registryCredentials !== undefined }] : [],
  );
  const distinct = new Map(named.map((entry) => [entry.image, entry]));
  return Promise.all(
    [...distinct.values()].map(async ({ image, locked }): Promise<Finding> => {
      if (isEcr(image)) {
        const there = await inspector.hasImage(image);
        return there ? { check: "images", status: "ok", message: `${image} is there` } : missingImage(image);
      }
      if (locked)
        return {
          check: "images",
          status: "ok",
          message: `${image}: its registry is asked with its credentials only`,
        };
      return imageFinding(image, fetcher);
    }),
  );
}

/** Builds at once (`KanikoImageBuilder`), and the vCPU of each. */
const builds = { atOnce: 5, vcpu: 2 };

/** vCPU of the builds that a first deployment runs at once. */
export function buildsOf(project: Project): number {
  const images = containersOf(project).flatMap(({ image, architecture }) =>
    image.kind === "build" ? (image.build.platforms ?? [architecture]) : [],
  );
  return Math.min(builds.atOnce, images.length) * builds.vcpu;
}
