/** The log groups of a stack, those of its events among them, are the CD task's to make. */
import { eventsLogGroupName, logGroupName } from "../../../src/model/naming";
import { templateRole, verdictOf } from "../../support/iam/evaluate";
import { account, resolveTemplate } from "../../support/iam/template";

const cd = templateRole(resolveTemplate(), "TaskRole");

const actions = ["logs:CreateLogGroup", "logs:TagResource", "logs:PutRetentionPolicy", "logs:DeleteLogGroup"];

test.each(actions)("%s on the groups of a stack", async (action) => {
  for (const name of [logGroupName("shop", "dev", "web"), eventsLogGroupName("shop", "dev")])
    expect([name, await verdictOf(cd, { action, resource: groupArn(name) })]).toEqual([name, "Allowed"]);
});

test.each(actions)("%s on no other's group", async (action) => {
  for (const name of ["/acme/web", "/aws/events/acme", "/aws/lambda/pay"])
    expect([name, await verdictOf(cd, { action, resource: groupArn(name) })]).toEqual([
      name,
      "ImplicitlyDenied",
    ]);
});

function groupArn(name: string): string {
  return `arn:aws:logs:${account.region}:${account.id}:log-group:${name}`;
}
