import {
  cdImageFinding,
  imageFinding,
  isEcr,
  parseReference,
  type Fetch,
} from "../../../../src/launcher/doctor/images";

const digest = `sha256:${"a".repeat(64)}`;

test.each([
  ["nginx", "registry-1.docker.io", "library/nginx", "latest"],
  ["nginx:1.27", "registry-1.docker.io", "library/nginx", "1.27"],
  ["docker.io/library/nginx", "registry-1.docker.io", "library/nginx", "latest"],
  ["org/app:2", "registry-1.docker.io", "org/app", "2"],
  ["ghcr.io/org/app:v1", "ghcr.io", "org/app", "v1"],
  ["localhost:5000/app", "localhost:5000", "app", "latest"],
  ["public.ecr.aws/docker/library/busybox:1.37.0", "public.ecr.aws", "docker/library/busybox", "1.37.0"],
  [`ghcr.io/org/app:v1@${digest}`, "ghcr.io", "org/app", digest],
])("%s", (image, host, repository, version) => {
  expect(parseReference(image)).toEqual({ host, repository, version });
});

test.each([
  ["123456789012.dkr.ecr.eu-west-1.amazonaws.com/a:1", true],
  ["public.ecr.aws/a/b:1", false],
  ["nginx", false],
])("%s is the account's own registry: %s", (image, own) => {
  expect(isEcr(image)).toBe(own);
});

/** A registry that wants everybody's token, as Docker Hub does. */
function registry(manifests: Readonly<Record<string, number>>, options: { token?: boolean } = {}) {
  const asked: string[] = [];
  const fetcher: Fetch = (url, { method, headers }) => {
    asked.push(`${method} ${url}`);
    if (url.startsWith("https://auth.example/token")) {
      const known = options.token !== false;
      return Promise.resolve(new Response(known ? '{"token":"t"}' : "{}", { status: known ? 200 : 403 }));
    }
    if (headers["authorization"] !== "Bearer t") {
      const scope =
        'Bearer realm="https://auth.example/token",service="registry",scope="repository:org/app:pull"';
      return Promise.resolve(new Response(null, { status: 401, headers: { "www-authenticate": scope } }));
    }
    const path = new URL(url).pathname;
    return Promise.resolve(new Response(null, { status: manifests[path] ?? 404 }));
  };
  return { asked, fetcher };
}

test("an image that is there, asked for with the token that everybody gets", async () => {
  const { asked, fetcher } = registry({ "/v2/org/app/manifests/2": 200 });
  expect(await imageFinding("org/app:2", fetcher)).toMatchObject({
    status: "ok",
    message: "org/app:2 is there",
  });
  expect(asked).toEqual([
    "HEAD https://registry-1.docker.io/v2/org/app/manifests/2",
    "GET https://auth.example/token?service=registry&scope=repository%3Aorg%2Fapp%3Apull",
    "HEAD https://registry-1.docker.io/v2/org/app/manifests/2",
  ]);
});

test.each<[string, number, string, RegExp]>([
  ["a tag that is not there", 404, "fail", /org\/app:2 is not in its registry/],
  ["a registry that limits", 429, "warn", /answers HTTP 429/],
  ["a registry that fails", 503, "warn", /answers HTTP 503/],
  ["a private image", 403, "warn", /answers nobody without credentials/],
])("%s", async (_what, status, verdict, message) => {
  const { fetcher } = registry({ "/v2/org/app/manifests/2": status });
  const finding = await imageFinding("org/app:2", fetcher);
  expect(finding).toMatchObject({ status: verdict, message: expect.stringMatching(message) as string });
  expect(finding.fix).toBeDefined();
});

test("a registry that gives no token, and one that can't be reached", async () => {
  const closed = registry({}, { token: false });
  expect(await imageFinding("org/app:2", closed.fetcher)).toMatchObject({ status: "warn" });
  const gone: Fetch = () => Promise.reject(new Error("ENOTFOUND"));
  expect(await imageFinding("org/app:2", gone)).toMatchObject({
    status: "warn",
    message: "org/app:2: its registry registry-1.docker.io can't be asked: ENOTFOUND",
  });
});

describe("the image of the CD task", () => {
  const { fetcher } = registry({ "/v2/org/cd/manifests/1": 200, "/v2/org/cd/manifests/2": 404 });
  const inspector = { hasImage: (image: string) => Promise.resolve(image.endsWith(":1")) };
  const own = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/cd";

  test.each([
    ["org/cd:1", "ok"],
    ["org/cd:2", "fail"],
    [`${own}:1`, "ok"],
    [`${own}:2`, "fail"],
  ])("%s: %s", async (image, status) => {
    const finding = await cdImageFinding(image, { inspector, fetcher });
    expect(finding.status).toBe(status);
    expect(finding.message).toContain(`the CD task's image ${image}`);
    if (status === "fail")
      expect(finding.fix).toBe("push it there, or name another one: berth bootstrap --image IMAGE");
  });
});
