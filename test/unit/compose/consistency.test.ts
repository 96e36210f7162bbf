import { checkConsistency } from "../../../src/compose";
import { load } from "./sources";

function check(text: string, profiles: readonly string[] = []) {
  return checkConsistency(load(text, { profiles }));
}

test.each([
  ["services: {a: {image: x, depends_on: [worker]}, wroker: {image: y}}", "services.a.depends_on.worker"],
  ["services: {a: {image: x, links: ['b:c']}}", "services.a.links[0]"],
  ["services: {a: {image: x, network_mode: 'service:b'}}", "services.a.network_mode"],
  ["services: {a: {image: x, volumes_from: [b]}}", "services.a.volumes_from[0]"],
  [
    "services: {a: {build: {additional_contexts: {q: 'service:b'}}}}",
    "services.a.build.additional_contexts.q",
  ],
  ["services: {a: {image: x, networks: [n]}}", "services.a.networks.n"],
  ["services: {a: {image: x, volumes: ['data:/v']}}", "services.a.volumes[0]"],
  ["services: {a: {image: x, secrets: [s]}}", "services.a.secrets[0]"],
  ["services: {a: {build: {secrets: [s]}}}", "services.a.build.secrets[0]"],
  ["services: {a: {image: x, configs: [c]}}", "services.a.configs[0]"],
  ["services: {a: {command: x}}", "services.a"],
  ["services: {a: {image: x, ports: [{target: 70000}]}}", "services.a.ports[0]"],
  ["services: {a: {image: x, ports: [{target: 80, published: 70000}]}}", "services.a.ports[0]"],
  ["services: {a: {image: x, expose: [99999]}}", "services.a.expose[0]"],
  ["services: {a: {build: {dockerfile: D, dockerfile_inline: FROM x}}}", "services.a.build"],
  ["services: {a: {image: x, network_mode: host, networks: [default]}}\nnetworks: {default: }", "services.a"],
  ["services: {a: {build: {platforms: [linux/amd64]}, platform: linux/arm64}}", "services.a.build.platforms"],
  ["services: {a: {image: x, healthcheck: {test: [curl, x]}}}", "services.a.healthcheck.test"],
  ["services: {a: {image: x, scale: 2, deploy: {replicas: 3}}}", "services.a.scale"],
  ["services: {a: {image: x, deploy: {replicas: -1}}}", "services.a.deploy.replicas"],
  ["services: {a: {image: x, cpus: 1, deploy: {resources: {limits: {cpus: 2}}}}}", "services.a.cpus"],
  [
    "services: {a: {image: x, mem_limit: 1g, deploy: {resources: {limits: {memory: 2g}}}}}",
    "services.a.mem_limit",
  ],
  ["services: {a: {image: x, tmpfs: /t, volumes: [/t]}}", "services.a.volumes[0]"],
])("%s is inconsistent at %s", (text, path) => {
  const problems = check(text);
  expect(problems.map((problem) => problem.path)).toContain(path);
  for (const problem of problems) expect(problem.location).toMatchObject({ file: "compose.yaml" });
});

test("a slip in a name is told with the name that was meant", () => {
  expect(check("services: {a: {image: x, depends_on: [worker]}, wroker: {image: y}}")).toMatchObject([
    { message: 'there is no service "worker"', hint: 'did you mean "wroker"?' },
  ]);
});

test("a cycle is named", () => {
  const [problem] = check(
    "services: {a: {image: x, depends_on: [b]}, b: {image: x, depends_on: [c]}, c: {image: x, depends_on: [a]}}",
  );
  expect(problem?.message).toBe("services depend on each other in a circle: a -> b -> c -> a");
});

test.each([
  "services: {a: {image: x, depends_on: [b]}, b: {build: .}}",
  "services: {db: {x-postgres: true}, old: {x-defang-redis: {}}, llm: {provider: {type: model}}}",
  "services: {a: {image: x, networks: [n], volumes: ['data:/v', './x:/x', /anon], secrets: [s], configs: [c]}}\nnetworks: {n: }\nvolumes: {data: }\nsecrets: {s: {file: s}}\nconfigs: {c: {file: c}}",
  "services: {a: {image: x, ports: ['8000-8010:80', 443, '1:1/udp'], expose: ['3000-3005/tcp']}}",
  "services: {a: {image: x, network_mode: host}}",
])("%s is consistent", (text) => {
  expect(check(text)).toEqual([]);
});

test("a needed service that no profile enables is told so; an optional one is not", () => {
  const text =
    "services: {a: {image: x, depends_on: {b: {condition: service_started, required: REQUIRED}}}, b: {image: y, profiles: [p]}}";
  expect(check(text.replace("REQUIRED", "true"))).toMatchObject([{ hint: "activate one with --profile" }]);
  expect(check(text.replace("REQUIRED", "false"))).toEqual([]);
  expect(check(text.replace("REQUIRED", "true"), ["p"])).toEqual([]);
});

test("every problem is told at once", () => {
  expect(check("services: {a: {depends_on: [b], networks: [n]}}")).toHaveLength(3);
});
