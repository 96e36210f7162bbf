/** Static sites: their files taken out of images and folders, and published (docs/static-sites.md). */
export { Sites, type SitesOptions } from "./publisher";
export { servedVersion } from "./record";
export { rollbackSite, shownLength } from "./rollback";
