/** The AWS SDK behind one door: the build makes one bundle of it, loaded only by the commands that need it. */
export { AwsArchiveStore } from "./archive-store";
export { FargateBuildTasks } from "./build-tasks";
export { AwsClients } from "./clients";
export { awsError } from "./faults";
export { putObject } from "./objects";
export { FargateOneOffTasks } from "./one-off-tasks";
export { ParameterStoreSecrets } from "./secrets";
export { EcsTaskOwners } from "./task-owners";
export { S3Texts } from "./texts";
