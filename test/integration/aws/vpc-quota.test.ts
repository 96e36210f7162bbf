/** The account's VPCs against its quota, from the answers of AWS: those that others share with it are none of its own. */
import { AwsAccountInspector } from "../../../src/aws/account/inspector";
import { withAnswers } from "../../support/answering-aws";

const account = "123456789012";

const identity = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
  <Account>${account}</Account><Arn>arn:aws:iam::${account}:user/x</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`;

const vpcs = (owners: readonly string[]): string =>
  `<DescribeVpcsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><vpcSet>${owners
    .map((owner, index) => `<item><vpcId>vpc-${index}</vpcId><ownerId>${owner}</ownerId></item>`)
    .join("")}</vpcSet></DescribeVpcsResponse>`;

function answerTo(body: string): string {
  if (body.includes("Action=GetCallerIdentity")) return identity;
  if (body.includes("Action=DescribeVpcs")) return vpcs([account, "210987654321", account, "210987654321"]);
  return JSON.stringify({ Quota: { Value: 5 } });
}

test("a VPC of another account that is shared with this one takes none of its quota", async () => {
  const quota = await withAnswers(
    (asked) => ({ body: answerTo(asked) }),
    (clients) => new AwsAccountInspector(clients).quota("vpcs"),
  );
  expect(quota).toEqual({ limit: 5, used: 2 });
});
