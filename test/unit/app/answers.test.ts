/** What the addresses of CloudFront answer at the end of a run. */
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { lookAtAnswers } from "../../../src/app/answers";
import type { AddressAnswer } from "../../../src/ports";
import { askAddress } from "../../../src/wiring/ask-address";

const url = "https://d111111abcdef8.cloudfront.net";

async function told(
  answer: Partial<AddressAnswer> | undefined,
  endpoints: Readonly<Record<string, string>> = { web: url },
): Promise<{ readonly asked: readonly string[]; readonly warnings: readonly string[] }> {
  const asked: string[] = [];
  const warnings = await lookAtAnswers(endpoints, {
    askAddress: (one) => {
      asked.push(one);
      return Promise.resolve(answer && { status: 200, setsCookie: false, ...answer });
    },
  });
  return { asked, warnings: warnings.map(({ path, message }) => `${path}: ${message}`) };
}

const loop: string = expect.stringMatching(
  /^services\.web: https:\/\/d1.* redirects to itself, for ever: .*CloudFront-Forwarded-Proto; docs\/edge\.md/,
) as string;

test.each([
  [{ status: 301, location: `${url}/` }],
  [{ status: 308, location: url }],
  [{ status: 302, location: "/" }],
  [{ status: 307, location: `${url}:443/` }],
])("a redirect to the very same address goes on for ever: %p", async (answer) => {
  expect((await told(answer)).warnings).toEqual([loop]);
});

test.each([
  [{ status: 302, location: "/login" }],
  [{ status: 302, location: "https://example.com/" }],
  [{ status: 302, location: "/", setsCookie: true }],
  [{ status: 302, location: "http://[" }],
  [{ status: 304 }],
  [{ status: 404 }],
  [{ status: 500 }],
  [undefined],
])("what isn't one is not spoken of: %p", async (answer) => {
  expect((await told(answer)).warnings).toEqual([]);
});

test("an answer that the service did not give is told", async () => {
  expect((await told({ status: 503 })).warnings).toEqual([
    `services.web: ${url} answers 503: berth logs web may say why`,
  ]);
});

test("only names of CloudFront's are asked, and under simulation none", async () => {
  const endpoints = { web: `${url}/api`, api: "https://api.example.com", old: "http://x.elb.amazonaws.com" };
  expect((await told({ status: 302, location: `${url}/api` }, endpoints)).asked).toEqual([`${url}/api`]);
  expect(await lookAtAnswers({ web: url }, {})).toEqual([]);
});

describe("an address is asked over HTTP", () => {
  async function answered(listener: RequestListener): Promise<unknown> {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    try {
      return await askAddress(fetch)(`http://127.0.0.1:${port}/`);
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  test("once, and no redirect is followed", async () => {
    let asked = 0;
    const answer = await answered((request, response) => {
      asked++;
      const location = `http://${request.headers.host ?? ""}/`;
      response.writeHead(301, { location, "set-cookie": "a=b" }).end("moved");
    });
    expect([asked, answer]).toEqual([
      1,
      { status: 301, setsCookie: true, location: expect.stringMatching(/^http:\/\/127/) as string },
    ]);
  });

  test("where nobody answers in time, or at all, there is none", async () => {
    expect(await answered(() => undefined)).toBeUndefined();
    expect(await askAddress(fetch)("http://127.0.0.1:9/")).toBeUndefined();
  });
});
