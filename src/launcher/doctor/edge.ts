/** What answers the internet where there is no domain, and whether CloudFront will take the account. */
import type { Project } from "../../model/project";
import type { ModeSettings } from "../../modes/modes";
import type { AccountInspector } from "../../ports";
import type { Finding } from "./findings";

export interface EdgeFindingsArgs {
  readonly project: Project;
  readonly mode: ModeSettings;
  readonly inspector: AccountInspector;
  /** Whether the stack exists: it keeps what it has. */
  readonly stands: boolean;
}

const check = "domain";

/** Of a project without a domain. */
export async function edgeFindings({
  project: { services },
  mode,
  inspector,
  stands,
}: EdgeFindingsArgs): Promise<readonly Finding[]> {
  const none = "none is set (BERTH_DOMAIN)";
  const own = services.some(({ kind, ...service }) => kind === "container" && "domains" in service);
  if (mode.edge === "balancer" || own) {
    return [
      { check, status: "ok", message: `${none}: services answer over HTTP on the load balancer's name` },
    ];
  }
  if (stands)
    return [{ check, status: "ok", message: `${none}: services keep the addresses that they have` }];
  const answers: Finding = {
    check,
    status: "ok",
    message: `${none}: CloudFront answers over HTTPS, under names of its own`,
  };
  if (await inspector.hasDistributions()) return [answers];
  return [
    answers,
    {
      check: "cloudfront",
      status: "warn",
      message:
        "the account has no distribution yet, and CloudFront refuses accounts that AWS has not verified",
      fix: "nothing, until up says so: then ask AWS Support to verify the account (https://console.aws.amazon.com/support/home#/); x-berth: {edge: balancer} does without CloudFront",
    },
  ];
}
