/** Credentials of registries that AWS keeps, from clients that answer as its API references say. */
import { AwsRegistryLogins } from "../../../../src/aws/account/registry-logins";
import type { AwsClients } from "../../../../src/aws/clients";

type Clients = ConstructorParameters<typeof AwsRegistryLogins>[0];

const stack = { project: "shop", stack: "dev" };

function logins(parameter: () => unknown, token?: string) {
  const asked: unknown[] = [];
  const clients = {
    ssm: () =>
      Promise.resolve({
        getParameter: (request: unknown) => {
          asked.push(request);
          return Promise.resolve(parameter());
        },
      }),
    ecr: (region?: string) => {
      asked.push(region);
      const authorizationData = token === undefined ? [] : [{ authorizationToken: token }];
      return Promise.resolve({ getAuthorizationToken: () => Promise.resolve({ authorizationData }) });
    },
    secretsManager: (region?: string) => {
      asked.push(region);
      return Promise.resolve({
        getSecretValue: (request: unknown) => {
          asked.push(request);
          return Promise.resolve(parameter());
        },
      });
    },
  } as unknown as Pick<AwsClients, "ecr" | "secretsManager" | "ssm">;
  return { logins: new AwsRegistryLogins(clients satisfies Clients), asked };
}

const fails = (name: string) => () => {
  throw Object.assign(new Error("no"), { name, $metadata: { httpStatusCode: 400 } });
};

test.each([
  ["me:pa:ss\n", "me:pa:ss"],
  ['{"username": "me", "password": "pw"}', "me:pw"],
])("a secret %j is %s", async (Value, pair) => {
  const { logins: from, asked } = logins(() => ({ Parameter: { Value } }));
  expect(await from.ofSecret(stack, "LOGIN")).toBe(pair);
  expect(asked).toEqual([{ Name: "/berth/shop/dev/LOGIN", WithDecryption: true }]);
});

test("a secret that is not set is none, and one that may not be read is an error", async () => {
  expect(await logins(fails("ParameterNotFound")).logins.ofSecret(stack, "A")).toBeUndefined();
  await expect(logins(fails("AccessDeniedException")).logins.ofSecret(stack, "A")).rejects.toThrow(
    "/berth/shop/dev/A",
  );
});

const arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:team/ghcr-AbC123";

test.each([
  ["secretsmanager:team/ghcr", undefined, "team/ghcr"],
  [arn, "eu-west-1", arn],
])("%s is asked of Secrets Manager in its region", async (secret, region, SecretId) => {
  const { logins: from, asked } = logins(() => ({ SecretString: '{"username":"me","password":"pw"}' }));
  expect(await from.ofSecret(stack, secret)).toBe("me:pw");
  expect(asked).toEqual([region, { SecretId }]);
  expect(await logins(fails("ResourceNotFoundException")).logins.ofSecret(stack, secret)).toBeUndefined();
  await expect(logins(fails("AccessDeniedException")).logins.ofSecret(stack, secret)).rejects.toThrow(secret);
});

test("a registry of ECR is asked in its own region", async () => {
  const host = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
  const { logins: from, asked } = logins(() => ({}), Buffer.from("AWS:token").toString("base64"));
  expect(await from.ofEcr(host)).toBe("AWS:token");
  expect(asked).toEqual(["eu-west-1"]);
  expect(await logins(() => ({})).logins.ofEcr(host)).toBeUndefined();
});
