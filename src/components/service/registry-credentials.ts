/**
 * The credentials of a private registry. ECS takes them from Secrets Manager alone (ECS Developer Guide, "Using
 * non-AWS container images in Amazon ECS"), so the project's secret of Parameter Store is copied there.
 */
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy";
import { Secret } from "@pulumi/aws/secretsmanager/secret";
import { SecretVersion } from "@pulumi/aws/secretsmanager/secretVersion";
import * as pulumi from "@pulumi/pulumi";
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
  /** The secret of Parameter Store: `user:password`, or the JSON that ECS takes. */
  readonly secret: string;
}

export class RegistryCredentials extends pulumi.ComponentResource {
  readonly secretArn: pulumi.Output<string>;
  /** What has to stand before a task is started. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: RegistryCredentialsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("berth:aws:RegistryCredentials", name, {}, opts);
    const { scope, cluster, secrets, service } = args;
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
    const value = secrets.value({ kind: "secret", name: args.secret });
    const version = new SecretVersion(
      name,
      { secretId: secret.id, secretString: pulumi.secret(value.apply(credentialsJson)) },
      { parent: this },
    );
    const policy = new RolePolicy(
      name,
      {
        name: scope.name("role", service, "registry"),
        role: cluster.executionRoleName,
        policy: policyDocument([
          { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: secret.arn },
        ]),
      },
      { parent: this },
    );
    this.secretArn = secret.arn;
    this.ready = [version, policy];
    this.registerOutputs({ secretArn: this.secretArn });
  }
}
