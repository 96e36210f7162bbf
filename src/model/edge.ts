/** What answers the internet by HTTP: CloudFront's distributions, or the load balancer. */
export const edges = ["cloudfront", "balancer"] as const;

export type Edge = (typeof edges)[number];
