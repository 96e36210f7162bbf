/** The managed stores of a stack, from a server that answers as AWS may. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { AwsClients } from "../../../src/aws/clients";
import { AwsStoreReader } from "../../../src/aws/estate/store-reader";

const arn = "arn:aws:rds:us-east-1:123456789012:db:shop-dev-db";
const described = `<DescribeDBInstancesResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><DescribeDBInstancesResult>
  <DBInstances><DBInstance><DBInstanceStatus>available</DBInstanceStatus></DBInstance></DBInstances>
</DescribeDBInstancesResult></DescribeDBInstancesResponse>`;

/** The pages of GetResources that were asked for, by their tokens. */
const asked: unknown[] = [];
let server: Server;

beforeAll(async () => {
  server = createServer((request, response) => {
    void text(request).then((body) => {
      if (request.headers["x-amz-target"] === undefined) {
        response.setHeader("content-type", "text/xml");
        response.end(described);
        return;
      }
      const { PaginationToken: token } = JSON.parse(body) as { PaginationToken?: string };
      asked.push(token);
      const database = { ResourceARN: arn, Tags: [{ Key: "berth:service", Value: "db" }] };
      response.setHeader("content-type", "application/x-amz-json-1.1");
      response.end(
        JSON.stringify(
          token === undefined
            ? { PaginationToken: "next", ResourceTagMappingList: [] }
            : { PaginationToken: "", ResourceTagMappingList: [database] },
        ),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  server.close();
});

test("a store is found on a later page too, though the first one is empty", async () => {
  const clients = new AwsClients({
    region: "us-east-1",
    endpointUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    version: "0",
  });
  try {
    const stores = await new AwsStoreReader(clients).stores({ project: "shop", stack: "dev" });
    expect(stores).toMatchObject([{ service: "db", id: "shop-dev-db", status: "available" }]);
    expect(asked).toEqual([undefined, "next"]);
  } finally {
    await clients.close();
  }
});
