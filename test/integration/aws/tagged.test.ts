/** What bears a stack's tags, by the SDK, from the simulated AWS's own answer to GetResources. */
import { AwsClients } from "../../../src/aws/clients";
import { AwsTaggedResources } from "../../../src/aws/tagged";
import { SimulatedAws } from "../../../src/simulator/aws";
import { serveTagging, type ServedTagging } from "../../../src/simulator/tagging";
import { make } from "../../support/simulated-world";

const credentials = { accessKeyId: "test", secretAccessKey: "test" };
const tags = { "berth:project": "shop", "berth:stack": "dev" };
let cloud: SimulatedAws;
let served: ServedTagging;
let clients: AwsClients;

beforeEach(async () => {
  cloud = new SimulatedAws({ region: "us-east-1" });
  served = await serveTagging(cloud);
  clients = new AwsClients({ region: "us-east-1", endpointUrl: served.url, credentials, version: "0.0.0" });
});
afterEach(async () => {
  await clients.close();
  served.close();
});

test("the stack's own resources come with their ARNs and tags, those of others don't", async () => {
  const id = await make(cloud, "aws:ec2/vpc:Vpc", "net", {
    cidrBlock: "10.0.0.0/16",
    tags: { ...tags, Name: "net" },
  });
  await make(cloud, "aws:ec2/vpc:Vpc", "other", {
    cidrBlock: "10.1.0.0/16",
    tags: { ...tags, "berth:stack": "prod" },
  });
  await make(cloud, "aws:ec2/vpc:Vpc", "nobody's", { cidrBlock: "10.2.0.0/16" });
  expect(await new AwsTaggedResources(clients).list({ project: "shop", stack: "dev" })).toEqual([
    { arn: `arn:aws:ec2:us-east-1:123456789012:vpc/${id}`, tags: { ...tags, Name: "net" } },
  ]);
});

test("where AWS can't be asked, that is the error", async () => {
  served.close();
  const asked = new AwsTaggedResources(
    new AwsClients({
      region: "us-east-1",
      endpointUrl: served.url,
      credentials,
      version: "0",
      maxAttempts: 1,
    }),
  ).list({ project: "shop", stack: "dev" });
  await expect(asked).rejects.toMatchObject({ kind: "deployment", problems: [{ path: "tag:GetResources" }] });
});
