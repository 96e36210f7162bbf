/** A deployed stack in the emulator, named as the program names it: a cluster with services, and its log groups. */
import { join } from "node:path";
import type { AwsClients } from "../../../src/aws/clients";
import type { StackIdentity } from "../../../src/ports";
import { eventsLogGroupName, logGroupName, stackResourceName } from "../../../src/model/naming";
import { region } from "../emulator";
import type { Programs } from "./process-docker";

/** The image of every service here. */
export const shopImage = "shop/app:1";

/** What a task of the shop runs: `container.mjs`, told by its command what to do. */
export const shopPrograms: Programs = {
  [shopImage]: [process.execPath, join(__dirname, "container.mjs")],
};

export class Shop {
  readonly cluster: string;
  readonly logGroup: string;
  readonly eventsLogGroup: string;
  readonly #clients: AwsClients;
  readonly #stack: StackIdentity;

  constructor(clients: AwsClients, stack: StackIdentity) {
    this.#clients = clients;
    this.#stack = stack;
    this.cluster = stackResourceName(stack, "cluster", "cluster");
    this.logGroup = logGroupName(stack.project, stack.stack, "logs");
    this.eventsLogGroup = eventsLogGroupName(stack.project, stack.stack);
  }

  /** The cluster and the log groups, with nothing in them. */
  async open(): Promise<this> {
    await (await this.#clients.ecs()).createCluster({ clusterName: this.cluster });
    const logs = await this.#clients.logs();
    const builds = logGroupName(this.#stack.project, this.#stack.stack, "builds");
    for (const name of [this.logGroup, this.eventsLogGroup, builds])
      await logs.createLogGroup({ logGroupName: name });
    return this;
  }

  /** A task definition. @returns its ARN */
  async define(service: string, command: readonly string[] = [], own: object = {}): Promise<string> {
    const ecs = await this.#clients.ecs();
    const { taskDefinition } = await ecs.registerTaskDefinition({
      family: stackResourceName(this.#stack, "taskFamily", service),
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: "256",
      memory: "512",
      containerDefinitions: [
        {
          name: service,
          image: shopImage,
          essential: true,
          command: [...command],
          portMappings: [{ containerPort: 8080, protocol: "tcp" }],
          environment: [{ name: "GREETING", value: "hello" }],
          logConfiguration: {
            logDriver: "awslogs",
            options: {
              "awslogs-group": this.logGroup,
              "awslogs-region": region,
              "awslogs-stream-prefix": service,
            },
          },
          ...own,
        },
      ],
    });
    return taskDefinition?.taskDefinitionArn ?? "";
  }

  /** A service with one task. */
  async serve(
    service: string,
    command: readonly string[] = [],
    own: { readonly exec?: boolean; readonly container?: object; readonly desired?: number } = {},
  ): Promise<void> {
    const ecs = await this.#clients.ecs();
    await ecs.createService({
      cluster: this.cluster,
      serviceName: stackResourceName(this.#stack, "service", service),
      taskDefinition: await this.define(service, command, own.container),
      desiredCount: own.desired ?? 1,
      launchType: "FARGATE",
      enableExecuteCommand: own.exec === true,
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: ["subnet-0123456789abcdef0"],
          securityGroups: ["sg-0123456789abcdef0"],
        },
      },
      tags: [
        { key: "berth:project", value: this.#stack.project },
        { key: "berth:stack", value: this.#stack.stack },
        { key: "berth:service", value: service },
      ],
    });
  }

  /** Lines that tasks wrote; times in milliseconds since the epoch. */
  async write(
    stream: string,
    lines: readonly (readonly [time: number, message: string])[],
    group = this.logGroup,
  ) {
    const logs = await this.#clients.logs();
    await logs.createLogStream({ logGroupName: group, logStreamName: stream }).catch(() => undefined);
    await logs.putLogEvents({
      logGroupName: group,
      logStreamName: stream,
      logEvents: lines.map(([timestamp, message]) => ({ timestamp, message })),
    });
  }
}
