/** The loader of compose files: text to the canonical project of the Compose Specification. */
export { BerthError, type Problem, type SourceLocation, type Warning } from "../errors";
export type { FileSource, LoadedProject, LoadOptions } from "./api";
export type * from "./canonical";
export { checkCircles, checkConsistency } from "./consistency";
export { readEnvFile } from "./env-file";
export { filesOfEnvironment } from "./files";
export { composeProjectName, loadCompose } from "./load";
export { levelsAbove } from "./place/climbing";
export { composeNames, overrideNames } from "./place/names";
export { normalizeProjectName } from "./project-name";
