import { BerthError } from "../../../src/errors";
import type { RegistryLogins, StackIdentity } from "../../../src/ports";
import { dockerCredentials } from "../../../src/registry/docker-config";
import { RegistryImages, type RegistryImagesOptions } from "../../../src/registry/images";
import { parseReference } from "../../../src/registry/reference";
import { credentialsOf } from "../../../src/wiring/registry-images";
import { MemoryTexts } from "../../support/memory-texts";
import { TestRegistry } from "../../support/registry";

let registry: TestRegistry;
beforeEach(async () => {
  registry = await TestRegistry.start();
});
afterEach(async () => {
  await registry.stop();
});

const stack = { project: "demo", stack: "prod" };
const healthcheck = { Test: ["CMD-SHELL", "curl -f http://localhost/"], Interval: 10e9, Retries: 2 };
const amd64 = {
  config: {
    User: "1000",
    ExposedPorts: { "53/udp": {}, "8080/tcp": {} },
    StopSignal: "SIGQUIT",
    Volumes: { "/data": {} },
    Shell: ["/bin/bash", "-c"],
    Healthcheck: healthcheck,
  },
  history: ["/bin/sh -c #(nop) ADD file:1 in /", "RUN /bin/sh -c apk add curl # buildkit"],
};
const arm64 = { config: { Healthcheck: null }, history: ["/bin/sh -c #(nop) CMD [x]"] };
const expected = {
  healthcheck: { test: healthcheck.Test, interval: 10, retries: 2 },
  user: "1000",
  shellWords: ["/bin/bash", "-c"],
  volumes: ["/data"],
  exposes: ["53/udp", "8080/tcp"],
  stopSignal: "SIGQUIT",
  shell: true,
  complete: true,
};

function reader(options: Partial<RegistryImagesOptions> = {}): RegistryImages {
  return new RegistryImages({
    fetch: (url, init) => fetch(url, init),
    credentials: () => () => undefined,
    // Its own three seconds are few where the machine is busy.
    limit: 60_000,
    ...options,
  });
}

async function why(
  reference: string,
  options: Partial<RegistryImagesOptions> = {},
): Promise<string | undefined> {
  const { configs, unread } = await reader(options).read([{ reference, architecture: "amd64" }], stack);
  expect(configs.size).toBe(0);
  return unread[0]?.why;
}

test("the configuration of the platform asked for, anonymously", async () => {
  const reference = registry.push("team/app:1", { arm64, amd64 });
  const read = reader();
  const { configs, unread } = await read.read([{ reference, architecture: "amd64" }], stack);
  expect([configs.get(reference), unread]).toEqual([expected, []]);
  const other = await read.read([{ reference, architecture: "arm64" }], stack);
  expect(other.configs.get(reference)).toEqual({
    volumes: [],
    exposes: [],
    shell: false,
    complete: true,
  });
  expect(registry.requests[0]).toBe("HEAD /v2/team/app/manifests/1");
  expect(registry.requests).toContain("GET /token?service=test&scope=repository%3Ateam%2Fapp%3Apull");
});

test("a digest that is known is not asked for again, and a moved tag is", async () => {
  const cache = new MemoryTexts();
  const reference = registry.push("app:1", { amd64 });
  const request = [{ reference, architecture: "amd64" as const }];
  await reader({ cache }).read(request, stack);
  registry.requests.length = 0;
  expect((await reader({ cache }).read(request, stack)).configs.get(reference)).toEqual(expected);
  expect(registry.requests.filter((line) => line.startsWith("GET /v2"))).toEqual([]);
  registry.push("app:1", { amd64: arm64 });
  expect((await reader({ cache }).read(request, stack)).configs.get(reference)?.healthcheck).toBeUndefined();
});

test("what was said last holds while the registry is silent", async () => {
  const cache = new MemoryTexts();
  const reference = registry.push("app:1", { amd64 });
  const request = [{ reference, architecture: "amd64" as const }];
  await reader({ cache }).read(request, stack);
  registry.misbehaviour = { status: 500 };
  expect((await reader({ cache }).read(request, stack)).configs.get(reference)).toEqual(expected);
  await cache.write((await cache.list("images")).find((key) => key.includes("last")) ?? "", "{broken");
  expect((await reader({ cache }).read(request, stack)).unread).toHaveLength(1);
});

test("with the credentials that are there", async () => {
  registry.login = "me:secret";
  const reference = registry.push("app:1", { amd64 });
  expect(await why(reference)).toBe("its registry wants credentials");
  const auths = { [registry.host]: { auth: Buffer.from("me:secret").toString("base64") } };
  const credentials = dockerCredentials(JSON.stringify({ auths }));
  const { configs } = await reader({ credentials: () => credentials }).read(
    [{ reference, architecture: "amd64" }],
    stack,
  );
  expect(configs.get(reference)).toEqual(expected);
});

test("with the secret that the file names for the image, of its stack", async () => {
  registry.login = "me:secret";
  const reference = registry.push("app:1", { amd64 });
  const asked: unknown[] = [];
  const logins: RegistryLogins = {
    ofSecret: (...what) => {
      asked.push(what);
      return Promise.resolve(what[1] === "LOGIN" ? "me:secret" : undefined);
    },
    ofEcr: () => Promise.reject(new BerthError("deployment", { path: "ecr", message: "AccessDenied" })),
  };
  const credentials = (of: StackIdentity) =>
    credentialsOf(of, () => Promise.resolve(logins), dockerCredentials("{}"));
  const read = (login: string) =>
    reader({ credentials }).read([{ reference, architecture: "amd64", login }], stack);
  expect((await read("LOGIN")).configs.get(reference)).toEqual(expected);
  expect(asked).toEqual([[stack, "LOGIN"]]);
  expect((await read("OTHER")).unread).toEqual([{ reference, why: "its registry wants credentials" }]);
});

test("a registry of Amazon's own gets AWS's login, where docker login has left none", async () => {
  const logins: RegistryLogins = {
    ofSecret: () => Promise.resolve(undefined),
    ofEcr: (host) => Promise.resolve(`AWS:${host}`),
  };
  const docker = (registry: string) => (registry.startsWith("9") ? "docker" : undefined);
  const of = credentialsOf(stack, () => Promise.resolve(logins), docker);
  const ecr = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
  expect(await of(ecr, undefined)).toBe(`AWS:${ecr}`);
  expect(await of(`9${ecr.slice(1)}`, undefined)).toBe("docker");
  expect(await of("ghcr.io", undefined)).toBeUndefined();
});

test("a login that AWS refuses is why nothing is read", async () => {
  const fetcher = (): Promise<Response> =>
    Promise.resolve(new Response(null, { status: 401, headers: { "www-authenticate": 'Basic realm="x"' } }));
  const refused = new BerthError("deployment", { path: "x", message: "AccessDenied: no" });
  const credentials = () => () => Promise.reject(refused);
  expect(await why("registry.example.com/app:1", { fetch: fetcher, credentials })).toBe(
    "there are no credentials for its registry: x: AccessDenied: no",
  );
});

test("a registry that tells no digest is read all the same", async () => {
  registry.misbehaviour = { mute: true };
  const reference = registry.push("app:1", { amd64 });
  const { configs } = await reader({ cache: new MemoryTexts() }).read(
    [{ reference, architecture: "amd64" }],
    stack,
  );
  expect(configs.get(reference)).toEqual(expected);
});

test.each([
  ["refused", { status: 403 }, "its registry wants credentials"],
  ["missing", { status: 404 }, "its registry has no such image"],
  ["rate-limited", { status: 429 }, "its registry is asked too often (429)"],
  ["broken", { status: 502 }, "its registry answers 502"],
  ["lying about what was asked for", { blob: '{"config":{"User":"other"}}' }, /in place of|another digest/],
  ["lying about the size", { size: 7 }, /bytes in place of 7/],
  ["sending what is no JSON", { blob: "<html>" }, /in place of|another digest/],
  ["naming a huge configuration", { size: 1e9 }, /its configuration has 1000000000 bytes/],
])("a registry that is %s", async (_, misbehaviour, message) => {
  registry.misbehaviour = misbehaviour;
  const reference = registry.push("app:1", { amd64 });
  expect(await why(reference)).toEqual(
    typeof message === "string" ? message : expect.stringMatching(message),
  );
});

test("a blob of the right size and another digest is not believed", async () => {
  const reference = registry.push("app:1", { amd64 });
  const { size } = {
    size: JSON.stringify({
      architecture: "amd64",
      os: "linux",
      config: amd64.config,
      history: amd64.history.map((line) => ({ created_by: line })),
    }).length,
  };
  registry.misbehaviour = { blob: `{"x":"${"a".repeat(size - 8)}"}` };
  expect(await why(reference)).toBe("its registry sent something else than was asked for (another digest)");
});

test("nothing for the platform", async () => {
  const reference = registry.push("app:1", { arm64 });
  expect(await why(reference)).toBe("it has nothing for linux/amd64");
});

test("all of them together take no longer than the limit", async () => {
  registry.misbehaviour = { delay: Infinity };
  const references = Array.from({ length: 40 }, (_, index) => registry.push(`app${index}:1`, { amd64 }));
  const start = Date.now();
  const requests = references.map((reference) => ({ reference, architecture: "amd64" as const }));
  const { unread } = await reader({ limit: 200 }).read(requests, stack);
  expect(Date.now() - start).toBeLessThan(2_000);
  expect(unread).toHaveLength(40);
  expect(unread[39]?.why).toBe("there was no answer in time");
});

test("no network", async () => {
  await registry.stop();
  expect(await why("127.0.0.1:9/app:1")).toMatch(/its registry can't be reached/);
  registry = await TestRegistry.start();
});

test("credentials go only where nobody listens", async () => {
  const sent: string[] = [];
  const fetcher = (url: string): Promise<Response> => {
    sent.push(url);
    const headers = { "www-authenticate": 'Bearer realm="http://evil.example.com/token"' };
    return Promise.resolve(new Response(null, { status: 401, headers }));
  };
  const message = await why("registry.example.com/app:1", {
    fetch: fetcher,
    credentials: () => () => "me:secret",
  });
  expect(message).toBe("its registry wants credentials");
  expect(sent).toEqual(["https://registry.example.com/v2/app/manifests/1"]);
});

test.each([
  ["nginx", { registry: "docker.io", repository: "library/nginx", version: "latest" }],
  ["index.docker.io/team/app:1.0", { registry: "docker.io", repository: "team/app", version: "1.0" }],
  ["localhost:5000/app", { registry: "localhost:5000", repository: "app", version: "latest" }],
  [
    `ghcr.io/a/b:1@sha256:${"0".repeat(64)}`,
    { registry: "ghcr.io", repository: "a/b", version: `sha256:${"0".repeat(64)}` },
  ],
  ["Team/App", undefined],
  ["app:${TAG}", undefined],
  ["a/../b", undefined],
  ["app@sha256:00", undefined],
])("the reference %s", (reference, parsed) => {
  expect(parseReference(reference)).toEqual(parsed);
});

test.each([undefined, "", "[]", "{broken", '{"auths": {"a": {"auth": 1}}}'])(
  "config.json %j has no credentials",
  (text) => {
    expect(dockerCredentials(text)("a")).toBeUndefined();
  },
);

describe("what tags mean", () => {
  const images = { amd64, arm64 };

  test("is asked by HEAD, each tag once, and again where it has moved", async () => {
    const reference = registry.push("team/app:1", images);
    const first = await reader().digests([{ reference }, { reference }], stack);
    expect(first).toEqual({ digests: new Map([[reference, registry.digestOf("1")]]), unread: [] });
    expect(registry.requests.filter((line) => line.includes("/manifests/"))).toEqual([
      "HEAD /v2/team/app/manifests/1",
      "HEAD /v2/team/app/manifests/1",
    ]);
    registry.push("team/app:1", { amd64: arm64 });
    const second = await reader().digests([{ reference }], stack);
    expect(second.digests.get(reference)).not.toBe(first.digests.get(reference));
  });

  test("is asked once in a run, whatever else is read of the image", async () => {
    const reference = registry.push("team/app:1", images);
    const one = reader();
    await one.read([{ reference, architecture: "amd64" }], stack);
    registry.requests.length = 0;
    expect((await one.digests([{ reference }], stack)).digests.get(reference)).toBe(registry.digestOf("1"));
    expect(registry.requests).toEqual([]);
  });

  test("a digest that is known is not asked for", async () => {
    const reference = registry.push("team/app:1", images);
    const digest = registry.digestOf("1");
    registry.push("team/app:1", { amd64: arm64, arm64 });
    const { configs } = await reader().read([{ reference, architecture: "amd64", digest }], stack);
    expect(configs.get(reference)).toEqual(expected);
    expect(registry.requests.filter((line) => line.startsWith("HEAD"))).toEqual([]);
  });

  test("all that a run asks has one limit of time", async () => {
    const reference = registry.push("team/app:1", images);
    registry.misbehaviour = { delay: Infinity };
    const one = reader({ limit: 200 });
    const begun = performance.now();
    const { unread } = await one.read([{ reference, architecture: "amd64" }], stack);
    const later = await one.digests([{ reference }], stack);
    expect([unread[0]?.why, later.unread[0]?.why]).toEqual(Array(2).fill("there was no answer in time"));
    expect(performance.now() - begun).toBeLessThan(390);
  });
});

describe("an index by its digest", () => {
  const both = { amd64, arm64 };
  const wanted = ["amd64", "arm64"] as const;
  const byDigest = (tag: string): string => `${registry.host}/team/tool:${tag}@${registry.digestOf(tag)}`;

  test("is there with every platform, and asked for once", async () => {
    registry.push("team/tool:1", both);
    const cache = new MemoryTexts();
    expect(await reader({ cache }).holds(byDigest("1"), wanted, stack)).toBe(true);
    const asked = registry.requests.length;
    expect(await reader({ cache }).holds(byDigest("1"), ["arm64"], stack)).toBe(true);
    expect(registry.requests.length).toBe(asked);
  });

  test("is not what has no such digest, or nothing for a platform; that is asked for again", async () => {
    registry.push("team/tool:1", { amd64 });
    const cache = new MemoryTexts();
    const none = `${registry.host}/team/tool:1@sha256:${"0".repeat(64)}`;
    expect(await reader({ cache }).holds(none, ["amd64"], stack)).toBe(false);
    expect(await reader({ cache }).holds(byDigest("1"), wanted, stack)).toBe(false);
    expect(await reader({ cache }).holds(byDigest("1"), ["amd64"], stack)).toBe(true);
  });

  test.each([403, 429, 500])("is not known of a registry that answers %d", async (status) => {
    registry.push("team/tool:1", both);
    registry.misbehaviour = { status };
    expect(await reader().holds(byDigest("1"), wanted, stack)).toBeUndefined();
  });

  test("is not known of one that does not answer in time", async () => {
    registry.push("team/tool:1", both);
    registry.misbehaviour = { delay: Infinity };
    expect(await reader({ limit: 50 }).holds(byDigest("1"), wanted, stack)).toBeUndefined();
  });
});
