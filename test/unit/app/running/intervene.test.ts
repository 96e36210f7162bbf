/** Services that a command on a running stack follows, when a signal ends it. */
import { follow } from "../../../../src/app/running/intervene";
import type { RunningService, ServiceWatch, StackControl } from "../../../../src/ports";

const stack = { project: "shop", stack: "dev" };

function service(name: string): RunningService {
  const numbers = { desired: 1, running: 1, ports: [], balanced: true, spot: false };
  const ids = { clusterArn: "cluster", taskDefinitionArn: `${name}:1`, deploymentId: "1" };
  return {
    service: name,
    name,
    ...ids,
    ...numbers,
    shift: { strategy: "CANARY", bake: 1, roleArn: "r" },
  } as never;
}

function world(revision: StackControl["revision"]) {
  const ending = new AbortController();
  const seen: string[] = [];
  let end: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => {
    end = resolve;
  });
  const watch: Partial<ServiceWatch> = {
    follow: (request) => {
      seen.push(`follow ${request.service}`);
      return request.service;
    },
    steady: async () => {
      await stopped;
      throw new Error("the run was cancelled");
    },
    stop: async () => {
      await Promise.resolve();
      seen.push("stop");
      end();
    },
    failures: () => [],
  };
  const deps = { serviceWatch: () => Promise.resolve(watch as ServiceWatch), signal: ending.signal };
  const control = { revision } as StackControl;
  const services = ["web", "api"].map((name) => ({ service: service(name), taskDefinitionArn: `${name}:1` }));
  return { ending, seen, run: () => follow(services, { stack, control, deps }) };
}

const back = {
  kind: "cancelled",
  message: expect.stringContaining("the requests of web, api go back") as string,
};

test("a signal that came before anything was followed takes all of it back", async () => {
  const { ending, seen, run } = world(() => Promise.resolve(undefined));
  ending.abort();
  await expect(run()).rejects.toMatchObject(back);
  expect(seen).toEqual(["follow web", "follow api", "stop"]);
});

test("a signal that comes while ECS is asked for the revisions takes all of it back, also where ECS can't tell", async () => {
  const made = world((name) => {
    made.ending.abort();
    return name === "web" ? Promise.reject(new Error("throttled")) : Promise.resolve(undefined);
  });
  await expect(made.run()).rejects.toMatchObject(back);
  expect(made.seen.sort()).toEqual(["follow api", "follow web", "stop"]);
});
