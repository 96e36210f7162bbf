/** Zones of another account, by a role that is taken, against the emulator: two accounts of it. */
import { RoleZones } from "../../../src/aws/account/zones";
import { AwsClients } from "../../../src/aws/clients";
import { withAnswers } from "../../support/answering-aws";
import { emulatedAccount } from "../../support/emulator/clients";
import { region } from "../../support/emulator";

const account = emulatedAccount();
const other = "210987654321";
const role = `arn:aws:iam::${other}:role/berth-dns`;

/** Clients of an account of the emulator's own: its access keys are account numbers. */
function inAccount(accessKeyId: string): AwsClients {
  return new AwsClients({
    region,
    endpointUrl: account.emulator.url,
    credentials: { accessKeyId, secretAccessKey: "test" },
    version: "test",
  });
}

test("the zone of the role's account is found, and none of one's own", async () => {
  const there = inAccount(other);
  const made = await (await there.route53()).createHostedZone({ Name: "corp.com", CallerReference: "1" });
  await (await account.clients.route53()).createHostedZone({ Name: "own.com", CallerReference: "1" });
  const id = made.HostedZone?.Id?.replace("/hostedzone/", "") ?? "";
  await (
    await there.iam()
  ).createRole({
    RoleName: "berth-dns",
    AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [] }),
  });
  const zones = new RoleZones(account.clients);
  const ask = (domain: string, zoneId?: string) =>
    zones.find({
      roleArn: role,
      session: "berth-shop-dev",
      domain,
      ...(zoneId === undefined ? {} : { zoneId }),
    });
  expect(await ask("www.corp.com")).toEqual({ id, name: "corp.com" });
  expect(await ask("www.corp.com", id)).toEqual({ id, name: "corp.com" });
  expect(await ask("www.own.com")).toBeUndefined();
  expect(await zones.own("www.own.com")).toMatchObject({ name: "own.com" });
  expect(await zones.own("www.corp.com")).toBeUndefined();
  const ownId = (await zones.own("www.own.com"))?.id ?? "";
  expect(await zones.own("www.shop.com", ownId)).toEqual({ id: ownId, name: "own.com" });
  expect(await zones.own("www.corp.com", id)).toBeUndefined();

  // A private zone is none, also where it is named: the world doesn't ask it.
  const hidden = await (
    await there.route53()
  ).createHostedZone({
    ...{ Name: "inside.corp.com", CallerReference: "2", HostedZoneConfig: { PrivateZone: true } },
    VPC: { VPCRegion: region, VPCId: "vpc-0123456789abcdef0" },
  });
  expect(hidden.HostedZone?.Config?.PrivateZone).toBe(true);
  const inside = hidden.HostedZone?.Id?.replace("/hostedzone/", "") ?? "";
  expect(await ask("www.inside.corp.com", inside)).toBeUndefined();
  expect(await ask("www.inside.corp.com")).toEqual({ id, name: "corp.com" });
  await there.close();
});

test("where AWS can't be reached, nobody's file or settings are at fault", async () => {
  const clients = new AwsClients({
    region,
    endpointUrl: "http://127.0.0.1:9",
    credentials: { accessKeyId: "x", secretAccessKey: "x" },
    version: "test",
  });
  const zones = new RoleZones(clients);
  const request = { roleArn: role, session: "berth-shop-dev", domain: "www.corp.com" };
  for (const asked of [() => zones.find(request), () => zones.own("www.corp.com")]) {
    await expect(asked()).rejects.toMatchObject({
      kind: "deployment",
      message: expect.stringContaining("the endpoint can't be reached") as string,
    });
  }
  await clients.close();
});

describe("a refusal of AWS's", () => {
  const words = "User: arn:aws:sts::123456789012:assumed-role/x is not authorized";
  const refusal = `<ErrorResponse><Error><Code>AccessDenied</Code><Message>${words}</Message></Error></ErrorResponse>`;
  const taken = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
    <AccessKeyId>ASIAX</AccessKeyId><SecretAccessKey>x</SecretAccessKey><SessionToken>x</SessionToken>
    <Expiration>2036-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;

  /** @param mayTake - whether it is the role that is let in, and then may do nothing */
  function refused(mayTake: boolean): Promise<unknown> {
    return withAnswers(
      (_body, path) => (mayTake && path === "/" ? { body: taken } : { body: refusal, status: 403 }),
      (clients) =>
        new RoleZones(clients)
          .find({ roleArn: role, session: "berth-shop-dev", domain: "www.corp.com" })
          .then((found) => (found as { refused: unknown }).refused),
    );
  }

  test("of the role itself names the call, and both sides that have to allow it", async () => {
    expect(await refused(false)).toEqual({
      message: `sts:AssumeRole ${role} is refused: ${words}`,
      // The option replaces the list: with this role alone it would take the others from the CD task.
      hint: expect.stringMatching(
        `berth bootstrap --zone-roles ${role} .*the roles that are allowed there already`,
      ) as string,
    });
  });

  test("of what the role wants names the calls that its policy has to allow", async () => {
    expect(await refused(true)).toEqual({
      message: expect.stringMatching(`^looking for the zone as ${role}: .*${words}`) as string,
      hint: expect.stringContaining("route53:ListHostedZones") as string,
    });
  });
});
