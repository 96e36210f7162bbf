/** Whether alerts reach people, from a server that answers as SNS and SQS do. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { AwsClients } from "../../../src/aws/clients";
import { AwsAlertReader } from "../../../src/aws/estate/alert-reader";

const stack = { project: "shop", stack: "dev" };
const topic = "arn:aws:sns:us-east-1:123456789012:shop-dev-alerts";

/** By what is asked: the status and the body. */
let answers: Readonly<Record<string, readonly [status: number, body: string]>>;
let asked: { readonly what: string; readonly authorization: string; readonly body: string }[];
let server: Server;
let clients: AwsClients;

const identity = `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;
const member = (endpoint: string, arn: string): string =>
  `<member><TopicArn>${topic}</TopicArn><Protocol>email</Protocol><SubscriptionArn>${arn}</SubscriptionArn><Owner>1</Owner><Endpoint>${endpoint}</Endpoint></member>`;
const page = (members: string, next = ""): string =>
  `<ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult><Subscriptions>${members}</Subscriptions>${next}</ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>`;

beforeAll(async () => {
  server = createServer((request, response) => {
    void text(request).then((body) => {
      const target = request.headers["x-amz-target"];
      const query = new URLSearchParams(body);
      const what =
        typeof target === "string" ? target : `${query.get("Action") ?? ""} ${query.get("NextToken") ?? ""}`;
      asked.push({ what, authorization: request.headers.authorization ?? "", body });
      const [status, answer] = answers[what.trim()] ?? [400, ""];
      response.writeHead(status).end(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  clients = new AwsClients({
    ...{ region: "us-east-1", endpointUrl: `http://127.0.0.1:${port}`, version: "0", maxAttempts: 1 },
    credentials: { accessKeyId: "key", secretAccessKey: "secret" },
  });
});

beforeEach(() => {
  asked = [];
});

afterAll(async () => {
  await clients.close();
  server.close();
});

const sqs = "AmazonSQS.GetQueueAttributes";
const count = (number: number): string =>
  JSON.stringify({ Attributes: { ApproximateNumberOfMessages: `${number}` } });

test("addresses that nobody has confirmed, on every page, and what could not be delivered", async () => {
  answers = {
    GetCallerIdentity: [200, identity],
    ListSubscriptionsByTopic: [
      200,
      page(
        member("b@example.com", "PendingConfirmation") + member("c@example.com", `${topic}:1`),
        "<NextToken>n</NextToken>",
      ),
    ],
    "ListSubscriptionsByTopic n": [200, page(member("a&amp;b@example.com", "PendingConfirmation"))],
    [sqs]: [200, count(3)],
  };
  expect(await new AwsAlertReader(clients).state(stack)).toEqual({
    unconfirmed: ["a&b@example.com", "b@example.com"],
    undelivered: 3,
  });
  const [first] = asked.filter(({ what }) => what.startsWith("ListSubscriptions"));
  expect(first?.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=key\/\d+\/us-east-1\/sns\/aws4_request/);
  expect(new URLSearchParams(first?.body).get("TopicArn")).toBe(topic);
  const queue = asked.find(({ what }) => what === sqs);
  expect(queue?.authorization).toContain("/us-east-1/sqs/aws4_request");
  expect(JSON.parse(queue?.body ?? "")).toEqual({
    QueueUrl: "https://sqs.us-east-1.amazonaws.com/123456789012/shop-dev-alerts-undelivered",
    AttributeNames: ["ApproximateNumberOfMessages"],
  });
});

test("what is not there has nothing to tell; what AWS refuses is an error with its words", async () => {
  const refused =
    "<ErrorResponse><Error><Code>NotFound</Code><Message>Topic does not exist</Message></Error></ErrorResponse>";
  answers = {
    GetCallerIdentity: [200, identity],
    ListSubscriptionsByTopic: [404, refused],
    [sqs]: [400, JSON.stringify({ __type: "com.amazonaws.sqs#QueueDoesNotExist", message: "no" })],
  };
  expect(await new AwsAlertReader(clients).state(stack)).toEqual({ unconfirmed: [], undelivered: 0 });
  answers = {
    ...answers,
    ListSubscriptionsByTopic: [403, refused.replace("NotFound", "AuthorizationError")],
  };
  await expect(new AwsAlertReader(clients).state(stack)).rejects.toThrow(
    /shop-dev-alerts.*Topic does not exist/,
  );
});
