/** What a Dockerfile shows of a build before anything is built. */
import type { Problem } from "../errors";
import { parseDockerfile, stageNumber } from "../project/dockerfile";
import type { Build } from "../project/model";

/**
 * Stages that a build names and its Dockerfile has not.
 *
 * @param dockerfile - its text; without one nothing is known, and the builder says what is wrong
 */
export function missingStages(
  service: string,
  build: Build,
  dockerfile: string | undefined,
): readonly Problem[] {
  if (dockerfile === undefined) return [];
  const stages = parseDockerfile(dockerfile);
  const names = stages.flatMap(({ name }) => name ?? []);
  const wanted = [
    { path: `services.${service}.build.target`, stage: build.target },
    { path: `services.${service}.x-test.target`, stage: build.test },
  ];
  return wanted.flatMap(({ path, stage }): Problem[] => {
    if (stage === undefined || stageNumber(stages, stage) !== undefined) return [];
    const known =
      names.length === 0 ? "its stages have no names: FROM … AS name" : `its stages are ${names.join(", ")}`;
    return [{ path, message: `${build.dockerfile} has no stage ${JSON.stringify(stage)}`, hint: known }];
  });
}
