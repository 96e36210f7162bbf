/** The program that builds images, and how it is switched. */

/**
 * The maintained fork's executor (github.com/osscontainertools/kaniko, releases). `npm run newer-executor -- --write` writes a
 * newer one here, by its tag and the digest of its index, once the suite has passed with it.
 */
export const executorImage = "ghcr.io/osscontainertools/kaniko:v1.28.5";

/**
 * The executor's switches (its README, "Feature Flags", version 1.28): without them it copies as the stage's user, takes
 * a group for no part of a user, and knows neither the variables of a here-document nor those of a layer's key, so that
 * images differ from BuildKit's or come stale out of the cache. The last of them keeps the context's ignore file away
 * from named contexts and from files of other stages.
 */
export const executorSwitches = [
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
];
