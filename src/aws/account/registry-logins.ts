/** Credentials of private registries: of a project's secrets in Parameter Store, and of Amazon ECR. */
import { parameterName } from "../../model/naming";
import { ecrRegion, loginPair } from "../../model/registry-login";
import type { RegistryLogins, StackIdentity } from "../../ports";
import type { AwsClients } from "../clients";
import { ask, askIfThere } from "../ask";

export class AwsRegistryLogins implements RegistryLogins {
  constructor(private readonly clients: Pick<AwsClients, "ecr" | "ssm">) {}

  /** The one secret whose value a run reads by itself: it goes to the registry that the file names it for, and nowhere else. */
  async ofSecret({ project, stack }: StackIdentity, name: string): Promise<string | undefined> {
    const parameter = parameterName(project, stack, name);
    return askIfThere("deployment", parameter, ["ParameterNotFound"], async () => {
      const ssm = await this.clients.ssm();
      const { Parameter: found } = await ssm.getParameter({ Name: parameter, WithDecryption: true });
      return found?.Value === undefined ? undefined : loginPair(found.Value);
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
