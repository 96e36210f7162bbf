import { app, appProblems, appWarnings } from "../../support/interpret";

const published = [{ target: 80, published: "80", mode: "ingress", protocol: "tcp" }];

describe("autoscaling", () => {
  test.each([
    ["true", true, {}, { min: 1, max: 10, cpu: 70 }],
    ["a key without a value", null, {}, { min: 1, max: 10, cpu: 70 }],
    ["no options", {}, {}, { min: 1, max: 10, cpu: 70 }],
    ["its own range", { min: 2, max: 4 }, {}, { min: 2, max: 4, cpu: 70 }],
    ["a least that is more than the default most", { min: 12 }, {}, { min: 12, max: 12, cpu: 70 }],
    ["the replicas as the least", true, { deploy: { replicas: 3 } }, { min: 3, max: 10, cpu: 70 }],
    ["many replicas", true, { deploy: { replicas: 30 } }, { min: 30, max: 30, cpu: 70 }],
    ["memory alone", { memory: 80 }, {}, { min: 1, max: 10, memory: 80 }],
    [
      "all measures",
      { min: 1, max: 20, cpu: "50", memory: 60, requests: 1000 },
      { ports: published },
      { min: 1, max: 20, cpu: 50, memory: 60, requests: 1000 },
    ],
  ])("%s", (_, value, keys, expected) => {
    for (const key of ["x-autoscaling", "x-defang-autoscaling"]) {
      expect(app({ ...keys, [key]: value }).autoscaling).toEqual(expected);
      expect(appWarnings({ ...keys, [key]: value })).toEqual([]);
    }
  });

  test.each([false, "false"])("%j asks for none", (value) => {
    expect(app({ "x-autoscaling": value })).not.toHaveProperty("autoscaling");
  });

  test.each([
    [{ "x-autoscaling": "much" }, 'services.app.x-autoscaling: "much" is not true or false'],
    [
      { "x-autoscaling": { maximum: 3 } },
      'services.app.x-autoscaling.maximum: unknown option "maximum" (the options are min, max, cpu',
    ],
    [{ "x-autoscaling": { min: 5, max: 2 } }, "services.app.x-autoscaling: min 5 is more than max 2"],
    [
      { "x-autoscaling": { min: 1, max: 2 }, scale: 3 },
      "services.app.x-autoscaling.max: 2 is less than the 3 that the service starts with",
    ],
    [{ "x-autoscaling": { min: 0 } }, "services.app.x-autoscaling.min: 0 is out of range"],
    [{ "x-autoscaling": { cpu: 120 } }, "services.app.x-autoscaling.cpu: 120 is out of range"],
    [
      { "x-defang-autoscaling": { requests: 100 } },
      "services.app.x-defang-autoscaling.requests: the load balancer counts the requests",
    ],
    [{ "x-autoscaling": true, deploy: { replicas: 0 } }, "services.app.x-autoscaling: no task runs"],
  ])("%j is an error", (keys, expected) => {
    const problems = appProblems(keys);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(expected);
  });
});
