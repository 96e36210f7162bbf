/** The provider that every resource of a stack is given: nothing depends on what the machine has configured. */
import { Provider } from "@pulumi/aws/provider";

export interface AwsProviderArgs {
  readonly region: string;
  /** Another AWS endpoint, for every service. @default AWS's own */
  readonly endpointUrl?: string;
  /** The role in whose name it calls. @default the caller's own */
  readonly role?: { readonly arn: string; readonly session: string };
}

/** Retries of a throttled or failed call, with the provider's own jitter: AWS throttles a large `up`. */
const maxRetries = 25;
/** Exponential backoff with jitter, on throttling, 5xx and broken connections ("Retry behavior", SDK reference guide). */
const retryMode = "standard";

/** The services that Berth calls, under the provider's names of their endpoints. */
const services = [
  "acm",
  "appautoscaling",
  "autoscaling",
  "cloudwatch",
  "cloudwatchlogs",
  "ec2",
  "ecr",
  "ecs",
  "efs",
  "elasticache",
  "elbv2",
  "eventbridge",
  "iam",
  "kms",
  "rds",
  "route53",
  "s3",
  "scheduler",
  "secretsmanager",
  "servicediscovery",
  "sfn",
  "ssm",
  "sts",
] as const;

/** Another endpoint is no machine of AWS's, takes any credentials, and has no host name for each bucket. */
export function awsProvider(name: string, { region, endpointUrl, role }: AwsProviderArgs): Provider {
  const common = {
    ...{ region, maxRetries, retryMode },
    ...(role === undefined ? {} : { assumeRoles: [{ roleArn: role.arn, sessionName: role.session }] }),
  };
  if (endpointUrl === undefined) return new Provider(name, common);
  return new Provider(name, {
    ...common,
    endpoints: [Object.fromEntries(services.map((service) => [service, endpointUrl]))],
    s3UsePathStyle: true,
    skipCredentialsValidation: true,
    skipMetadataApiCheck: true,
  });
}
