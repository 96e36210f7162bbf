/**
 * The credentials of a private registry. ECS takes them from Secrets Manager alone (ECS Developer Guide, "Using
 * non-AWS container images in Amazon ECS"), so the project's secret of Parameter Store is copied there. A secret that is there already is read where it is.
 */
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy";
import { Secret } from "@pulumi/aws/secretsmanager/secret";
import { SecretVersion } from "@pulumi/aws/secretsmanager/secretVersion";
import * as pulumi from "@pulumi/pulumi";
import { secretsManagerSecret, type SecretsManagerSecret } from "../../model/registry-login";
import { credentialsJson } from "../stack/auth-config";
import type { Cluster } from "../stack/cluster";
import { policyDocument } from "../stack/iam";
import type { Scope } from "../stack/scope";
import type { Secrets } from "../stack/secrets";

export interface RegistryCredentialsArgs {
  readonly scope: Scope;
  readonly cluster: Cluster;
  readonly secrets: Secrets;
  /** The compose service that pulls with them. */
  readonly service: string;
  /**
   * The name of a secret in Parameter Store: `user:password`, or the JSON that ECS takes; or what names one of Secrets
   * Manager ({@link secretsManagerSecret}), which has to hold that JSON.
   */
  readonly secret: string;
}

export class RegistryCredentials extends pulumi.ComponentResource {
  /** The secret as a task definition names it: by its ARN, or by its name in the stack's own account and region. */
  readonly secretId: pulumi.Output<string>;
  /** What has to exist before a task is started. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: RegistryCredentialsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("berth:aws:RegistryCredentials", name, {}, opts);
    const { scope, cluster, service } = args;
    const found = secretsManagerSecret(args.secret);
    const copied = found === undefined ? this.#copy(name, args) : undefined;
    const policy = new RolePolicy(
      name,
      {
        name: scope.name("role", service, "registry"),
        role: cluster.executionRoleName,
        policy: policyDocument([
          {
            Effect: "Allow",
            Action: "secretsmanager:GetSecretValue",
            Resource: copied?.secret.arn ?? arnOf(scope, found),
          },
        ]),
      },
      { parent: this },
    );
    this.secretId = pulumi.output(copied?.secret.arn ?? found?.id ?? "");
    this.ready = [...(copied === undefined ? [] : [copied.version]), policy];
    this.registerOutputs({ secretArn: this.secretId });
  }

  #copy(name: string, { scope, secrets, service, secret: source }: RegistryCredentialsArgs) {
    const secret = new Secret(
      name,
      {
        // It is a copy: nothing is lost with it, and its name is free again at once.
        name: scope.parameterName(service, "registry").slice(1),
        recoveryWindowInDays: 0,
        kmsKeyId: scope.secretsKeyArn,
        tags: scope.tags(service),
      },
      { parent: this },
    );
    const secretString = pulumi.secret(secrets.login(source).apply(credentialsJson));
    const version = new SecretVersion(name, { secretId: secret.id, secretString }, { parent: this });
    return { secret, version };
  }
}

/** Of a name, the six characters at the ARN's end are not known (Secrets Manager User Guide, "Permissions policy examples"). */
function arnOf(scope: Scope, { id = "", region }: Partial<SecretsManagerSecret> = {}): string {
  return region === undefined ? scope.arn("secretsmanager", `secret:${id}-??????`) : id;
}
