/** Static sites in the flowchart of an estate: what CloudFront serves without a task. */
import type { ResourceStep } from "../../src/ports";
import { box, idOf, type Estate, type Plan } from "./diagram-parts";

export const distributionType = "aws:cloudfront/distribution:Distribution";
const siteType = "berth:aws:StaticSite";

/** The distributions in front of the load balancer. */
export function ofBalancer(plan: Estate): Plan {
  return plan.ofType(distributionType).filter((step) => plan.above(step, siteType) === undefined);
}

export function siteBoxes(plan: Estate): readonly string[] {
  return plan
    .ofType(siteType)
    .map(({ name }) => box(`site_${name}`, [name, "static site", "CloudFront, S3"], "store"));
}

/** Who comes to the sites, and the paths below them that other services answer. */
export function siteArrows(plan: Estate): readonly string[] {
  return plan.ofType(siteType).flatMap((site) => {
    const id = idOf(`site_${site.name}`);
    const distribution = plan.below(site, distributionType)[0]?.inputs;
    const names = textsOf(distribution?.["aliases"]);
    const paths = pathsOf(distribution?.["orderedCacheBehaviors"]);
    const label = names.length === 0 ? "" : `|"${names.join("<br>")}"|`;
    return [
      `internet -->${label} ${id}`,
      ...(paths.length === 0 ? [] : [`${id} -->|"${paths.join("<br>")}"| alb`]),
      ...(plan.below(site, "aws:route53/record:Record").length === 0 ? [] : [`dns -.-> ${id}`]),
    ];
  });
}

function textsOf(list: unknown): readonly string[] {
  return Array.isArray(list) ? list.filter((item): item is string => typeof item === "string") : [];
}

/** A path and all below it are two behaviors: one line. */
function pathsOf(behaviors: unknown): readonly string[] {
  if (!Array.isArray(behaviors)) return [];
  const patterns = behaviors.map(({ pathPattern }: ResourceStep["inputs"]) => pathPattern);
  return textsOf(patterns).filter((pattern) => pattern.endsWith("/*"));
}
