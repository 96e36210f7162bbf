/** An object of S3 whose body breaks off is asked for again: the SDK only does so before the answer begins. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { AwsClients } from "../../../src/aws/clients";
import { S3Texts } from "../../../src/aws/s3/texts";

const text = JSON.stringify({ holder: "somebody", after: [] });
let server: Server;
let clients: AwsClients;
let asked: number;
/** How many answers break off. */
let broken: number;

beforeEach(async () => {
  asked = 0;
  server = createServer((_request, response) => {
    asked += 1;
    response.writeHead(200, { "content-type": "application/json", "content-length": text.length });
    if (asked > broken) response.end(text);
    else response.write(text.slice(0, 9), () => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  clients = new AwsClients({
    region: "us-east-1",
    endpointUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    version: "0",
  });
});
afterEach(async () => {
  await clients.close();
  server.close();
});

test("it is read whole in the end", async () => {
  broken = 3;
  expect(await new S3Texts(clients, "s3://state/berth").read("leases/shop/dev/1.json")).toBe(text);
  expect(asked).toBe(4);
});

test("and where it breaks off again and again, that is the error", async () => {
  broken = 100;
  const reading = new S3Texts(clients, "s3://state/berth").read("leases/shop/dev/1.json");
  await expect(reading).rejects.toMatchObject({
    kind: "deployment",
    problems: [{ path: "s3://state/berth/leases/shop/dev/1.json" }],
  });
  expect(asked).toBe(6);
});
