/** The keys that make a service a static site. */
import type { Node } from "./node";

/** Berth's key, and that of the published dialect. */
export const siteKeys = ["x-static", "x-defang-static-files"] as const;

/** What is at the key, where it asks for a site. */
export function siteNode(service: Node): Node | undefined {
  return siteKeys
    .map((key) => service.get(key))
    .find(({ value }) => value !== undefined && value !== null && value !== false);
}

/** Whether a service is a static site. */
export function isSite(service: Node): boolean {
  return siteNode(service) !== undefined;
}
