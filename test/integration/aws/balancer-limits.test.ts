/** What a load balancer of the account may have, from the answer of Elastic Load Balancing. */
import { AwsAccountInspector } from "../../../src/aws/account/inspector";
import type { BalancerLimits } from "../../../src/ports";
import { withAnswers } from "../../support/answering-aws";

const answer = (members: Readonly<Record<string, string>>): string =>
  `<DescribeAccountLimitsResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/">
    <DescribeAccountLimitsResult><Limits>${Object.entries(members)
      .map(([name, max]) => `<member><Name>${name}</Name><Max>${max}</Max></member>`)
      .join("")}</Limits></DescribeAccountLimitsResult></DescribeAccountLimitsResponse>`;

function limitsOf(members: Readonly<Record<string, string>>): Promise<BalancerLimits> {
  return withAnswers(
    () => ({ body: answer(members) }),
    (clients) => new AwsAccountInspector(clients).balancerLimits(),
  );
}

test("rules and certificates are told by their names; what AWS leaves out is not known", async () => {
  expect(
    await limitsOf({
      "application-load-balancers": "50",
      "certificates-per-application-load-balancer": "25",
      "rules-per-application-load-balancer": "150",
      "target-groups-per-application-load-balancer": "100",
    }),
  ).toEqual({ rules: 150, groups: 100, certificates: 25 });
  expect(await limitsOf({ "application-load-balancers": "50" })).toEqual({});
});
