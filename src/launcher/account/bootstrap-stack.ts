/** What `berth bootstrap` made of the account, as the other commands read it. */
import { BerthError } from "../../errors";
import type { CloudStack } from "../../ports";
import type { Launcher } from "../core/launcher";
import { bootstrapStack } from "./template";

/** The outputs of the stack (`stacks/bootstrap.yaml`). */
export interface Bootstrap {
  /** The version of berth that made it. */
  readonly version: string;
  readonly bucket: string;
  readonly keyArn: string;
  readonly clusterArn: string;
  /** With its revision. */
  readonly taskDefinitionArn: string;
  readonly image: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  readonly logGroupName: string;
  readonly boundaryArn: string;
  readonly schedulerRoleArn: string;
  /** `PULUMI_BACKEND_URL` */
  readonly backendUrl: string;
  /** `BERTH_SECRETS_PROVIDER` */
  readonly secretsProvider: string;
  /** The repository prefixes of the pull-through caches. */
  readonly ecrPublicCache?: string;
  readonly dockerHubCache?: string;
  /** The task definition of tunnels, with its revision. @default the stack was made before there was one */
  readonly connectDefinitionArn?: string;
}

/**
 * Reads it.
 *
 * @throws BerthError (usage) where the account and region have no such stack, or one that was never finished;
 *   (deployment) where AWS refuses
 */
export async function readBootstrap(launcher: Launcher): Promise<Bootstrap> {
  const bootstrap = await findBootstrap(launcher);
  if (bootstrap !== undefined) return bootstrap;
  const region = await launcher.aws.use((_sdk, clients) => clients.region());
  throw new BerthError("usage", {
    path: "berth bootstrap",
    message: `this account has no stack ${bootstrapStack} in ${region}`,
    hint: "run berth bootstrap once, or set AWS_PROFILE and AWS_REGION to where it was run",
  });
}

/** The same, `undefined` where the account and region have none. @throws BerthError where AWS can't be asked */
export async function findBootstrap({ aws, clock }: Launcher): Promise<Bootstrap | undefined> {
  const stack = await aws.use((sdk, clients) =>
    new sdk.CloudFormationStacks(clients, clock).describe(bootstrapStack),
  );
  return stack && bootstrapOf(stack);
}

function bootstrapOf(stack: CloudStack): Bootstrap {
  const output = (name: string): string => {
    const value = stack.outputs[name];
    if (value !== undefined) return value;
    throw new BerthError("usage", {
      path: "berth bootstrap",
      message: `the stack ${bootstrapStack} is ${stack.status} and has no output ${name}`,
      hint: "run berth bootstrap again: it finishes the stack, or says why it can't",
    });
  };
  const ecrPublicCache = stack.outputs["EcrPublicCache"];
  const connectDefinitionArn = stack.outputs["ConnectTaskDefinition"];
  const dockerHubCache = stack.outputs["DockerHubCache"];
  return {
    version: stack.outputs["Version"] ?? "",
    bucket: output("Bucket"),
    keyArn: output("KeyArn"),
    clusterArn: output("Cluster"),
    taskDefinitionArn: output("TaskDefinition"),
    image: output("Image"),
    subnetIds: output("Subnets").split(","),
    securityGroupIds: output("SecurityGroup").split(","),
    logGroupName: output("LogGroup"),
    boundaryArn: output("BoundaryArn"),
    schedulerRoleArn: output("SchedulerRoleArn"),
    backendUrl: output("BackendUrl"),
    secretsProvider: output("SecretsProvider"),
    ...(ecrPublicCache === undefined ? {} : { ecrPublicCache }),
    ...(connectDefinitionArn === undefined ? {} : { connectDefinitionArn }),
    ...(dockerHubCache === undefined ? {} : { dockerHubCache }),
  };
}
