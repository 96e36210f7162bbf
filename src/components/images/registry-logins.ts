/** The logins of a build, for the executor that pulls its base images. */
import { Parameter } from "@pulumi/aws/ssm/parameter";
import * as pulumi from "@pulumi/pulumi";
import type { RegistryLogin } from "../../model/build";
import { authConfig } from "../stack/auth-config";
import type { Scope } from "../stack/scope";
import type { Secrets } from "../stack/secrets";

/**
 * The logins of a build as the executor reads them (docker/cli, DOCKER_AUTH_CONFIG), as the SecureString parameter
 * `/berth/<project>/<stack>/<service>/build/registries`.
 *
 * @returns the parameter's name
 */
export function registryLogins(
  service: string,
  logins: readonly RegistryLogin[],
  { scope, secrets }: { readonly scope: Scope; readonly secrets: Secrets },
  parent: pulumi.Resource,
): pulumi.Input<string> {
  const value = pulumi.all(logins.map(({ secret }) => secrets.login(secret))).apply((read) =>
    authConfig(
      logins.map(({ host }) => host),
      read,
    ),
  );
  return new Parameter(
    `${service}/build/registries`,
    {
      name: scope.parameterName(service, "build", "registries"),
      type: "SecureString",
      keyId: scope.secretsKeyArn,
      value: pulumi.secret(value),
      tags: scope.tags(service),
    },
    { parent },
  ).name;
}
