/** Credentials of private registries: of secrets in Parameter Store and Secrets Manager, and of Amazon ECR. */
import { parameterName } from "../../model/naming";
import {
  ecrRegion,
  loginPair,
  secretsManagerSecret,
  type SecretsManagerSecret,
} from "../../model/registry-login";
import type { RegistryLogins, StackIdentity } from "../../ports";
import type { AwsClients } from "../clients";
import { ask, askIfThere } from "../ask";

export class AwsRegistryLogins implements RegistryLogins {
  constructor(private readonly clients: Pick<AwsClients, "ecr" | "secretsManager" | "ssm">) {}

  /** The one secret whose value a run reads by itself: it goes to the registry that the file names it for, and nowhere else. */
  async ofSecret(stack: StackIdentity, secret: string): Promise<string | undefined> {
    const found = secretsManagerSecret(secret);
    const value =
      found === undefined ? await this.#parameter(stack, secret) : await this.#secret(secret, found);
    return value === undefined ? undefined : loginPair(value);
  }

  #parameter({ project, stack }: StackIdentity, name: string): Promise<string | undefined> {
    const parameter = parameterName(project, stack, name);
    return askIfThere("deployment", parameter, ["ParameterNotFound"], async () => {
      const ssm = await this.clients.ssm();
      return (await ssm.getParameter({ Name: parameter, WithDecryption: true })).Parameter?.Value;
    });
  }

  #secret(written: string, { id, region }: SecretsManagerSecret): Promise<string | undefined> {
    return askIfThere("deployment", written, ["ResourceNotFoundException"], async () => {
      const secretsManager = await this.clients.secretsManager(region);
      return (await secretsManager.getSecretValue({ SecretId: id })).SecretString;
    });
  }

  /** `AWS:token` (ECR API reference, GetAuthorizationToken: of every registry that the caller may read, for 12 hours). */
  async ofEcr(host: string): Promise<string | undefined> {
    return ask("deployment", host, async () => {
      const ecr = await this.clients.ecr(ecrRegion(host));
      const { authorizationData = [] } = await ecr.getAuthorizationToken({});
      const token = authorizationData[0]?.authorizationToken;
      return token === undefined ? undefined : Buffer.from(token, "base64").toString("utf8");
    });
  }
}
