/** The loader of compose files: text to the canonical project of the Compose Specification. */
export { BerthError, type Problem, type SourceLocation, type Warning } from "../errors";
export type { FileSource, LoadedProject, LoadOptions } from "./api";
export type * from "./canonical";
export { levelsAbove } from "./climbing";
export { checkCircles, checkConsistency } from "./consistency";
export { readEnvFile } from "./env-file";
export { composeNames, filesOfEnvironment, overrideNames } from "./files";
export { composeName, loadCompose } from "./load";
export { normalizeProjectName } from "./project-name";
