/** The account's VPCs against its quota, from the answers of AWS: those that others share with it are none of its own. */
import { createServer, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import type { AddressInfo } from "node:net";
import { AwsAccountInspector } from "../../../src/aws/account/inspector";
import { AwsClients } from "../../../src/aws/clients";

const account = "123456789012";

const identity = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
  <Account>${account}</Account><Arn>arn:aws:iam::${account}:user/x</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`;

const vpcs = (owners: readonly string[]): string =>
  `<DescribeVpcsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><vpcSet>${owners
    .map((owner, index) => `<item><vpcId>vpc-${index}</vpcId><ownerId>${owner}</ownerId></item>`)
    .join("")}</vpcSet></DescribeVpcsResponse>`;

async function answerTo(request: IncomingMessage, owners: readonly string[]): Promise<string> {
  const body = await text(request);
  if (body.includes("Action=GetCallerIdentity")) return identity;
  if (body.includes("Action=DescribeVpcs")) return vpcs(owners);
  return JSON.stringify({ Quota: { Value: 5 } });
}

test("a VPC of another account that is shared with this one takes none of its quota", async () => {
  const server = createServer((request, response) => {
    void answerTo(request, [account, "210987654321", account, "210987654321"]).then((answer) => {
      const type = answer.startsWith("<") ? "text/xml" : "application/x-amz-json-1.1";
      response.writeHead(200, { "content-type": type }).end(answer);
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
    expect(await new AwsAccountInspector(clients).quota("vpcs")).toEqual({ limit: 5, used: 2 });
  } finally {
    await clients.close();
    server.close();
    server.closeAllConnections();
  }
});
