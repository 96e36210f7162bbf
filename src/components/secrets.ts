/** Secrets: by name from Parameter Store, or composed of them into a parameter of their own. */
import { getParameterOutput } from "@pulumi/aws/ssm/getParameter";
import { Parameter } from "@pulumi/aws/ssm/parameter";
import * as pulumi from "@pulumi/pulumi";
import type { ContainerService, EnvironmentValue } from "../project/model";
import { shortHash } from "../project/naming";
import type { Scope } from "./scope";

/** A container's environment as ECS takes it; names sorted. */
export interface ContainerEnvironment {
  readonly plain: readonly { readonly name: string; readonly value: string }[];
  /** `valueFrom` is a parameter's name: ECS reads the value as the task starts. */
  readonly secrets: readonly { readonly name: string; readonly valueFrom: pulumi.Input<string> }[];
  /** Changes when a secret does, so that tasks start anew with it; absent where there is none. */
  readonly secretsRevision?: string;
}

/** The secrets of one stack, each read once. */
export class Secrets {
  readonly #scope: Scope;
  readonly #versions: Readonly<Record<string, string>>;
  readonly #options: pulumi.InvokeOptions;
  readonly #values = new Map<string, pulumi.Output<string>>();

  /**
   * @param options - the provider that reads parameters
   * @param versions - the version of each secret that is set, by name
   */
  constructor(scope: Scope, options: pulumi.InvokeOptions, versions: Readonly<Record<string, string>> = {}) {
    this.#scope = scope;
    this.#options = options;
    this.#versions = versions;
  }

  /** A value that Pulumi itself needs; secret in the state, however it is written in the file. */
  value(value: EnvironmentValue): pulumi.Output<string> {
    switch (value.kind) {
      case "plain":
        return pulumi.secret(value.value);
      case "secret":
        return this.#read(value.name);
      case "template":
        return pulumi.secret(
          pulumi
            .all(value.parts.map((part) => (typeof part === "string" ? part : this.#read(part.secret))))
            .apply((parts) => parts.join("")),
        );
    }
  }

  /**
   * The environment of a service's container. A text composed with secrets becomes a SecureString parameter
   * `/berth/<project>/<stack>/<service>/<NAME>`, so that neither task definition nor state shows it.
   */
  environment(service: ContainerService, parent: pulumi.Resource): ContainerEnvironment {
    const entries = Object.entries(service.environment).sort(([a], [b]) => (a < b ? -1 : 1));
    const plain = entries.flatMap(([name, value]) =>
      value.kind === "plain" ? [{ name, value: value.value }] : [],
    );
    const secret = entries.filter(([, value]) => value.kind !== "plain");
    if (secret.length === 0) return { plain, secrets: [] };
    return {
      plain,
      secrets: secret.map(([name, value]) => ({
        name,
        valueFrom:
          value.kind === "secret"
            ? this.#scope.parameterName(value.name)
            : this.#compose(service.name, name, value, parent).name,
      })),
      secretsRevision: shortHash(secret.flatMap(([name, value]) => [name, ...this.#trace(value)])),
    };
  }

  #compose(service: string, name: string, value: EnvironmentValue, parent: pulumi.Resource): Parameter {
    return new Parameter(
      `${service}/${name}`,
      {
        name: this.#scope.parameterName(service, name),
        type: "SecureString",
        keyId: this.#scope.secretsKeyArn,
        value: this.value(value),
        tags: this.#scope.tags(service),
      },
      { parent },
    );
  }

  #read(name: string): pulumi.Output<string> {
    const known = this.#values.get(name);
    if (known !== undefined) return known;
    const parameter = getParameterOutput(
      { name: this.#scope.parameterName(name), withDecryption: true },
      this.#options,
    );
    const value = pulumi.secret(parameter.value);
    this.#values.set(name, value);
    return value;
  }

  /** What a value is made of, with the versions of its secrets and never their values. */
  #trace(value: EnvironmentValue): string[] {
    const version = (name: string): string => `${name}@${this.#versions[name] ?? ""}`;
    switch (value.kind) {
      case "plain":
        return [];
      case "secret":
        return [version(value.name)];
      case "template":
        return value.parts.map((part) => (typeof part === "string" ? part : version(part.secret)));
    }
  }
}
