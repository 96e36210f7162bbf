/** How the executor is switched. */
import { closedVariables } from "./closed-executor";

/**
 * The executor's switches (its README, "Feature Flags", version 1.28): without them it copies as the stage's user, takes
 * a group for no part of a user, and knows neither the variables of a here-document nor those of a layer's key, so that
 * images differ from BuildKit's or come stale out of the cache. The last of them keeps the context's ignore file away
 * from named contexts and from files of other stages.
 */
const executorSwitches = [
  // "BuildKit compatibility"
  "CHOWN_ON_IMPLICIT_DIRS",
  "COPY_AS_ROOT",
  "COPY_CHMOD_ON_IMPLICIT_DIRS",
  "EXPAND_HEREDOC",
  "RUN_HONOR_GROUP",
  "UNTAR_SKIP_ROOT",
  // What makes a layer's key of all that the layer depends on, and a layer out of the cache the same as a new one.
  "HASH_DIR_FRAMING",
  "RESOLVE_CACHE_KEY",
  "ROLLING_CACHE_KEY",
  "SKIP_WRITE_WHITEOUTS",
  // A cached layer is taken over as it is compressed, byte by byte the same, instead of being compressed once more.
  "SKIP_RELABEL_RECOMPRESS",
  // A step that the kernel kills for want of memory ends with 137, and leaves no children behind.
  "RUN_VIA_TINI",
  "SCOPED_DOCKERIGNORE",
  // Logins in DOCKER_AUTH_CONFIG alone are read, also where there is no config.json (pkg/creds/pathscoped.go).
  "PATH_SCOPED_REGISTRY_AUTH",
];

/** What the executor reads of its environment, besides the secrets of a build. */
export function executorVariables(region: string): Readonly<Record<string, string>> {
  return {
    // The executor's ECR helper has no other way to learn it.
    AWS_REGION: region,
    ...Object.fromEntries(executorSwitches.map((name) => [`FF_KANIKO_${name}`, "true"])),
    ...closedVariables,
  };
}
