/** How to put each variable of the environment right; read where one of them is wrong. */
import {
  buildFaults,
  entryFault,
  natFaults,
  serviceFaults,
  startFaults,
  zoneFault,
} from "../ports/rehearsal";
import { modeNames } from "../modes/names";
import { roleArnHint } from "../model/zone-role";
import { levels } from "./values";

/** How to put each variable right, shown with its problem. */
export const fixes: Readonly<Record<string, string>> = {
  BERTH_PROJECT: "for example BERTH_PROJECT=shop",
  BERTH_STACK: "for example BERTH_STACK=prod",
  AWS_REGION: "for example AWS_REGION=eu-west-1",
  AWS_ENDPOINT_URL: "for example AWS_ENDPOINT_URL=http://127.0.0.1:4566",
  BERTH_ARCHIVE_SHA256: "sha256sum prints it",
  BERTH_MODE: `one of ${modeNames.join(", ")}`,
  BERTH_DOMAIN: "for example BERTH_DOMAIN=apps.example.com",
  BERTH_VPC_ID: "aws ec2 describe-vpcs lists them",
  BERTH_VPC_PUBLIC_SUBNETS: "ids with commas between them; aws ec2 describe-subnets lists them",
  BERTH_VPC_PRIVATE_SUBNETS: "ids with commas between them; aws ec2 describe-subnets lists them",
  BERTH_HOSTED_ZONE_ID: "aws route53 list-hosted-zones prints it, without /hostedzone/",
  BERTH_HOSTED_ZONE_ROLE_ARN: roleArnHint,
  PULUMI_BACKEND_URL: "for example PULUMI_BACKEND_URL=s3://bucket or file:///var/lib/berth",
  LOG_LEVEL: `one of ${levels.join(", ")}`,
  BERTH_TIMEOUT: "for example BERTH_TIMEOUT=90m",
  BERTH_SIMULATE_LATENCY: "a factor from 0 to 10",
  BERTH_SIMULATE_FAILURES: `for example web=crash-loop,worker=secret; the failures are ${[...serviceFaults, ...buildFaults, ...startFaults].join(", ")}, for network ${natFaults.join(", ")}, for entry ${entryFault}, and for zone ${zoneFault}`,
  BERTH_TTL: "for example BERTH_TTL=12h",
  BERTH_EVENTS: "for example BERTH_EVENTS=runs/up.ndjson",
};
