/** What EC2 tells of a NAT instance, and what is read of its console. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { AwsClients } from "../../../../src/aws/clients";
import { Ec2NatReader, markedLines } from "../../../../src/aws/estate/nat-reader";

let server: Server;
let clients: AwsClients;
let asked: URLSearchParams[] = [];
let answers: Readonly<Record<string, readonly [status: number, body: string]>> = {};

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += String(chunk)));
    request.on("end", () => {
      const call = new URLSearchParams(body);
      asked.push(call);
      const [status, text] = answers[call.get("Action") ?? ""] ?? [500, ""];
      response.writeHead(status, { "content-type": "text/xml" }).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  clients = new AwsClients({
    region: "us-east-1",
    endpointUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    version: "1.0.0",
    maxAttempts: 1,
  });
});

beforeEach(() => {
  asked = [];
});

afterAll(async () => {
  await clients.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const instance = (id: string, launched: string, state: string): string =>
  `<item><instancesSet><item><instanceId>${id}</instanceId><launchTime>${launched}</launchTime><instanceState><code>16</code><name>${state}</name></instanceState></item></instancesSet></item>`;

const described = (...instances: readonly string[]): readonly [number, string] => [
  200,
  `<DescribeInstancesResponse><reservationSet>${instances.join("")}</reservationSet></DescribeInstancesResponse>`,
];

const refused = (code: string): readonly [number, string] => [
  code === "UnauthorizedOperation" ? 403 : 400,
  `<Response><Errors><Error><Code>${code}</Code><Message>no</Message></Error></Errors></Response>`,
];

const report = () => new Ec2NatReader(clients).report({ project: "shop", stack: "dev" });

test("the newest instance of the stack is read, with what it says since its start", async () => {
  const output = Buffer.from("[  0.0] Linux\nberth-nat: begins\nberth-nat: the way out is open, by nft\n");
  answers = {
    DescribeInstances: described(
      instance("i-old", "2026-11-29T10:00:00Z", "shutting-down"),
      instance("i-new", "2026-11-29T10:05:00Z", "running"),
    ),
    GetConsoleOutput: [
      200,
      `<GetConsoleOutputResponse><instanceId>i-new</instanceId><output>${output.toString("base64")}</output></GetConsoleOutputResponse>`,
    ],
  };
  expect(await report()).toEqual({
    instanceId: "i-new",
    state: "running",
    startedAt: Date.parse("2026-11-29T10:05:00Z"),
    lines: ["begins", "the way out is open, by nft"],
  });
  const values = [...(asked[0]?.entries() ?? [])].map(([key, value]) => `${key}=${value}`);
  expect(values).toEqual(
    expect.arrayContaining([
      "Filter.1.Name=tag:berth:project",
      "Filter.1.Value.1=shop",
      "Filter.3.Value.1=shop-dev-nat",
    ]),
  );
  expect([asked[1]?.get("InstanceId"), asked[1]?.get("Latest")]).toEqual(["i-new", "true"]);
});

test("a stack without one has none, and one that is still made says nothing", async () => {
  answers = { DescribeInstances: described() };
  expect(await report()).toBeUndefined();
  answers = {
    DescribeInstances: described(instance("i-1", "2026-11-29T10:00:00Z", "pending")),
    GetConsoleOutput: refused("IncorrectInstanceState"),
  };
  expect(await report()).toMatchObject({ instanceId: "i-1", lines: [] });
});

test("a role that may not look is told which call was refused", async () => {
  answers = {
    DescribeInstances: described(instance("i-1", "2026-11-29T10:00:00Z", "running")),
    GetConsoleOutput: refused("UnauthorizedOperation"),
  };
  await expect(report()).rejects.toMatchObject({
    kind: "deployment",
    message: expect.stringMatching(/refused/) as string,
  });
});

test("lines count once, though cloud-init prints them again, and from the last start on", () => {
  const text = [
    "berth-nat: begins",
    "[   30.1] cloud-init[1900]: berth-nat: begins",
    "berth-nat: dnf ended with 1: locked",
    "[   31.0] cloud-init[1900]: berth-nat: dnf ended with 1: locked",
    "reboot",
    "berth-nat: begins",
    "berth-nat: the way out is open, by nft",
  ].join("\r\n");
  expect(markedLines(text)).toEqual(["begins", "the way out is open, by nft"]);
  expect(markedLines(text.split("\r\n").slice(0, 4).join("\n"))).toEqual([
    "begins",
    "dnf ended with 1: locked",
  ]);
});
