/** The AWS SDK behind one door: the build makes one bundle of it, loaded only by the commands that need it. */
export { accountId, deleteBucket, keptBucket, keysBelow } from "./account-bucket";
export { AwsArchiveStore } from "./archive-store";
export { FargateBuildTasks } from "./build-tasks";
export { AwsClients } from "./clients";
export { EcsClusterReader } from "./cluster-reader";
export { EcsExecSessions } from "./exec-sessions";
export { awsError, isTransient } from "./faults";
export { CloudWatchLogReader } from "./log-reader";
export { AwsLeftovers } from "./leftovers";
export { FargateManualTasks } from "./manual-tasks";
export { putObject } from "./objects";
export { FargateOneOffTasks } from "./one-off-tasks";
export { ParameterStoreKeeper } from "./secret-keeper";
export { ParameterStoreSecrets } from "./secrets";
export { FargateServices } from "./services";
export { EcsTaskOwners } from "./task-owners";
export { CloudFormationStacks } from "./stacks";
export { S3Texts } from "./texts";
