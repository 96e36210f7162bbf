/** Clients whose calls a server of the test's own answers, on this machine. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { AwsClients } from "../../src/aws/clients";

/** XML of AWS's query and REST APIs, or JSON. */
export interface Answer {
  readonly body: string;
  /** @default 200 */
  readonly status?: number;
}

/** @param answer - to a request's body and path. @param work - what asks */
export async function withAnswers<T>(
  answer: (body: string, path: string) => Answer,
  work: (clients: AwsClients) => Promise<T>,
): Promise<T> {
  const server = createServer((request, response) => {
    void text(request).then((asked) => {
      const { body, status = 200 } = answer(asked, request.url ?? "");
      const type = body.startsWith("<") ? "text/xml" : "application/x-amz-json-1.1";
      response.writeHead(status, { "content-type": type }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const clients = new AwsClients({
    region: "us-east-1",
    endpointUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    version: "test",
  });
  try {
    return await work(clients);
  } finally {
    await clients.close();
    server.close();
    server.closeAllConnections();
  }
}
