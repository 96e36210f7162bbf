/** The program that builds images. */

/**
 * The maintained fork of Kaniko (github.com/osscontainertools/kaniko, releases), in its image with a shell, by which it is
 * started (src/components/images/closed-executor.ts). `npm run newer-executor -- --write` writes a newer one here, by its
 * tag and the digest of its index, once the suite has passed with it.
 *
 * The digest is the one that two projects which know nothing of each other pin (github.com/zystem/CiNim, under this tag;
 * github.com/Flow-Research/workstream, experiments/pilot00_gvisor_offline/tool-inputs.env, which also starts `/busybox/sh`
 * and `/kaniko/warmer` out of it). A run asks the registry for it before it builds, and takes {@link executorTag} where
 * there is no such index over the platforms.
 */
export const executorImage =
  "ghcr.io/osscontainertools/kaniko:v1.28.5-debug@sha256:d6d74217dc077acfd3094992e917c357080a2d3fdd1042a49e34e29a7e57c572";

/** The same by its tag alone: whatever the registry has under it. */
export const executorTag = executorImage.replace(/@.*$/, "");
