/** The one container of a task definition, as ECS takes it (ECS API reference, ContainerDefinition). */
import type { Input } from "@pulumi/pulumi";
import type { ContainerService } from "../../model/project";
import type { ContainerEnvironment } from "../stack/secrets";

export interface ContainerDefinitionArgs {
  readonly service: ContainerService;
  readonly image: Input<string>;
  readonly environment: ContainerEnvironment;
  /** As {@link logConfiguration} makes it. */
  readonly logConfiguration: object;
  /** Where ECS finds the credentials of the image's registry. @default it asks for none */
  readonly credentialsArn?: Input<string>;
}

export interface LogArgs {
  readonly service: ContainerService;
  readonly logGroupName: string;
  readonly region: string;
}

/** Where the output of a service's containers goes (ECS API reference, LogConfiguration). */
export function logConfiguration({ service, logGroupName, region }: LogArgs): object {
  return {
    logDriver: "awslogs",
    options: {
      "awslogs-group": logGroupName,
      "awslogs-region": region,
      "awslogs-stream-prefix": service.name,
      ...service.logOptions,
    },
  };
}

/** The definition, with no key that the file does not ask for: ECS keeps what it is given, and so does the plan. */
export function containerDefinition(args: ContainerDefinitionArgs): Readonly<Record<string, unknown>> {
  const { service, environment } = args;
  return {
    name: service.name,
    image: args.image,
    ...(args.credentialsArn === undefined
      ? {}
      : { repositoryCredentials: { credentialsParameter: args.credentialsArn } }),
    essential: true,
    environment: environment.plain,
    ...(environment.secrets.length === 0 ? {} : { secrets: environment.secrets }),
    ...labels(service, environment.secretsRevision),
    portMappings: portMappings(service),
    ...given("command", service.command),
    ...given("entryPoint", service.entrypoint),
    ...given("workingDirectory", service.workingDir),
    ...given("user", service.user),
    ...given("readonlyRootFilesystem", service.readOnly),
    ...given("stopTimeout", service.stopTimeout),
    ...linuxParameters(service),
    ...given("ulimits", ulimits(service)),
    ...given("systemControls", systemControls(service)),
    ...given("healthCheck", healthCheck(service)),
    logConfiguration: args.logConfiguration,
  };
}

/** The file's own, and one that changes with the secrets so that tasks start again with them. */
function labels(service: ContainerService, secretsRevision: string | undefined): object {
  if (service.labels === undefined && secretsRevision === undefined) return {};
  const own = secretsRevision === undefined ? {} : { "berth.secrets": secretsRevision };
  return { dockerLabels: { ...service.labels, ...own } };
}

function linuxParameters({ init, capabilities, sharedMemory, tmpfs }: ContainerService): object {
  const parameters = {
    ...given("initProcessEnabled", init === true ? init : undefined),
    ...given("capabilities", capabilities),
    ...given("sharedMemorySize", sharedMemory),
    ...given(
      "tmpfs",
      tmpfs?.map(({ path, size, options }) => ({ containerPath: path, size, mountOptions: options })),
    ),
  };
  return Object.keys(parameters).length === 0 ? {} : { linuxParameters: parameters };
}

function ulimits({ ulimits: limits }: ContainerService): object | undefined {
  if (limits === undefined) return undefined;
  return Object.entries(limits).map(([name, { soft, hard }]) => ({ name, softLimit: soft, hardLimit: hard }));
}

function systemControls({ sysctls }: ContainerService): object | undefined {
  return sysctls && Object.entries(sysctls).map(([namespace, value]) => ({ namespace, value }));
}

/** In awsvpc mode the host's port is the container's. One entry for each port, however often it is published. */
function portMappings(service: ContainerService): readonly object[] {
  const mappings = new Map(
    service.ports.map(({ target, protocol }) => [
      `${target}/${protocol}`,
      { containerPort: target, hostPort: target, protocol },
    ]),
  );
  return [...mappings.values()];
}

function healthCheck({ healthcheck }: ContainerService): object | undefined {
  if (healthcheck === undefined) return undefined;
  const { command, interval, timeout, retries, startPeriod } = healthcheck;
  return { command, interval, timeout, retries, startPeriod };
}

function given(key: string, value: unknown): Readonly<Record<string, unknown>> {
  return value === undefined ? {} : { [key]: value };
}
