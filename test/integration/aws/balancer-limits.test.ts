/** What a load balancer of the account may have, from the answer of Elastic Load Balancing. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { AwsAccountInspector } from "../../../src/aws/account/inspector";
import { AwsClients } from "../../../src/aws/clients";
import type { BalancerLimits } from "../../../src/ports";

const answer = (members: Readonly<Record<string, string>>): string =>
  `<DescribeAccountLimitsResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/">
    <DescribeAccountLimitsResult><Limits>${Object.entries(members)
      .map(([name, max]) => `<member><Name>${name}</Name><Max>${max}</Max></member>`)
      .join("")}</Limits></DescribeAccountLimitsResult></DescribeAccountLimitsResponse>`;

async function limitsOf(members: Readonly<Record<string, string>>): Promise<BalancerLimits> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/xml" }).end(answer(members));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const clients = new AwsClients({
    region: "us-east-1",
    endpointUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    version: "test",
  });
  try {
    return await new AwsAccountInspector(clients).balancerLimits();
  } finally {
    await clients.close();
    server.close();
    server.closeAllConnections();
  }
}

test("rules and certificates are told by their names; what AWS leaves out is not known", async () => {
  expect(
    await limitsOf({
      "application-load-balancers": "50",
      "certificates-per-application-load-balancer": "25",
      "rules-per-application-load-balancer": "150",
    }),
  ).toEqual({ rules: 150, certificates: 25 });
  expect(await limitsOf({ "application-load-balancers": "50" })).toEqual({});
});
