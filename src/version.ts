/** What this program is: set by the build (`scripts/build.mjs`), read by `version`, the fingerprint and the user agent. */
declare const BERTH_VERSION: string | undefined;
declare const BERTH_BUILD: string | undefined;
declare const BERTH_IMAGE: string | undefined;

/** The package's version. */
export const version: string = typeof BERTH_VERSION === "string" ? BERTH_VERSION : "0.0.0-source";

/** A digest of the sources, so that two builds of one version are distinguished. */
export const build: string = typeof BERTH_BUILD === "string" ? BERTH_BUILD : "source";

/** Where the published image of the CD task is, without a tag: its tags are versions (`package.json`, `berth.image`). */
export const imageRepository: string = typeof BERTH_IMAGE === "string" ? BERTH_IMAGE : "berth-cd";
