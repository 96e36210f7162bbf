/** Secrets: by name from Parameter Store, or composed of them into a parameter of their own. */
import { getRandomPasswordOutput } from "@pulumi/aws/secretsmanager/getRandomPassword";
import { getSecretVersionOutput } from "@pulumi/aws/secretsmanager/getSecretVersion";
import { getParameterOutput } from "@pulumi/aws/ssm/getParameter";
import { Parameter } from "@pulumi/aws/ssm/parameter";
import * as pulumi from "@pulumi/pulumi";
import { definedOnly } from "../../defined";
import type {
  BuildSecret,
  ContainerService,
  EnvironmentValue,
  MountedFile,
  TemplatePart,
} from "../../model/project";
import { shortHash } from "../../model/naming";
import { secretsManagerSecret } from "../../model/registry-login";
import { secretsOf } from "../../model/values";
import type { Scope } from "./scope";

/** A container's environment as ECS takes it; names sorted. */
export interface ContainerEnvironment {
  readonly plain: readonly { readonly name: string; readonly value: string }[];
  /** `valueFrom` is a parameter's name: ECS reads the value as the task starts. */
  readonly secrets: readonly { readonly name: string; readonly valueFrom: pulumi.Input<string> }[];
  /** Changes when a secret does, so that tasks start again with it; absent where there is none. */
  readonly secretsRevision?: string;
}

/** What ECS injects for a file. */
export interface FileContent {
  /** A parameter's name; absent for an empty file, which no parameter can hold. */
  readonly valueFrom?: pulumi.Input<string>;
  /** Whether the value is in base64. */
  readonly encoded: boolean;
  /** Changes when the content does, and says nothing of it. */
  readonly revision: pulumi.Input<string>;
}

/** Bytes of a standard parameter; an advanced one, which costs money, has twice as many (Parameter tiers). */
const standardParameter = 4096;

/** Bytes that a secret inside a text is taken for, where its own length is not known. */
const assumedSecret = 256;

/** Characters; ElastiCache takes 16 to 128 (User Guide, Authenticating with the AUTH command). */
const tokenLength = 64;

/** The secrets of one stack, each read once. */
export class Secrets {
  readonly #versions: Readonly<Record<string, string>>;
  readonly #values = new Map<string, pulumi.Output<string>>();
  readonly #stores = new Map<string, pulumi.Output<string>>();
  readonly #addresses = new Map<string, pulumi.Output<string>>();

  /**
   * @param options - the provider that reads parameters
   * @param versions - the version of each secret that is set, by name
   */
  constructor(
    private readonly scope: Scope,
    private readonly options: pulumi.InvokeOptions,
    versions: Readonly<Record<string, string>> = {},
  ) {
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
          pulumi.all(value.parts.map((part) => this.#part(part))).apply((parts) => parts.join("")),
        );
    }
  }

  /** Whether all secrets of a value are known to be set; under simulation none is. */
  isSet(value: EnvironmentValue): boolean {
    return secretsOf(value).every((name) => this.#versions[name] !== undefined);
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
            ? this.scope.parameterName(value.name)
            : this.#compose(service.name, name, value, parent).name,
      })),
      secretsRevision: shortHash(secret.flatMap(([name, value]) => [name, ...this.#trace(value)])),
    };
  }

  /**
   * The content of a file. What the project itself holds becomes a SecureString parameter
   * `/berth/<project>/<stack>/<service>/files/<path>`, in base64: Parameter Store takes no value with `{{` in it.
   */
  file(service: string, { path, content }: MountedFile, parent: pulumi.Resource): FileContent {
    if (content.kind === "secret") {
      const valueFrom = this.scope.parameterName(content.name);
      return { valueFrom, encoded: false, revision: this.#trace(content).join() };
    }
    if (content.kind === "plain" && content.value === "") return { encoded: false, revision: "" };
    const parameter = new Parameter(
      `${service}/files${path}`,
      {
        name: this.scope.parameterName(service, "files", parameterPath(path)),
        type: "SecureString",
        tier: encodedSize(content) > standardParameter ? "Advanced" : "Standard",
        keyId: this.scope.secretsKeyArn,
        value: pulumi.secret(this.value(content).apply((text) => Buffer.from(text).toString("base64"))),
        tags: this.scope.tags(service),
      },
      { parent },
    );
    // The version, and no digest of the content: a short secret can be found by its digest.
    return { valueFrom: parameter.name, encoded: true, revision: parameter.version.apply(String) };
  }

  /**
   * A secret of a build. What the project itself holds becomes a SecureString parameter
   * `/berth/<project>/<stack>/<service>/build/<id>`, as it is: the executor takes the variable for the file.
   *
   * @returns the parameter's name
   */
  buildSecret(service: string, { id, content }: BuildSecret, parent: pulumi.Resource): pulumi.Input<string> {
    if (content.kind === "secret") return this.scope.parameterName(content.name);
    return this.#compose(service, `build/${parameterPath(`/${id}`)}`, content, parent).name;
  }

  /** The value of a secret with a registry's `user:password` ({@link RegistryLogin.secret}). */
  login(secret: string): pulumi.Output<string> {
    const found = secretsManagerSecret(secret);
    if (found === undefined) return this.#read(secret);
    const known = this.#values.get(secret);
    if (known !== undefined) return known;
    const { id, region } = found;
    const version = getSecretVersionOutput({ secretId: id, ...definedOnly({ region }) }, this.options);
    const value = pulumi.secret(version.secretString);
    this.#values.set(secret, value);
    return value;
  }

  #compose(service: string, name: string, value: EnvironmentValue, parent: pulumi.Resource): Parameter {
    return new Parameter(
      `${service}/${name}`,
      {
        name: this.scope.parameterName(service, name),
        type: "SecureString",
        keyId: this.scope.secretsKeyArn,
        value: this.value(value),
        tags: this.scope.tags(service),
      },
      { parent },
    );
  }

  /** The token of a managed store, kept in the parameter `/berth/<project>/<stack>/<service>/auth-token`. */
  storeToken(service: string, parent: pulumi.Resource): pulumi.Output<string> {
    return this.#makeOnce([service, "auth-token"], tokenLength, this.scope.tags(service), parent);
  }

  /**
   * What CloudFront's requests carry and nobody else's do, kept in the parameter
   * `/berth/<project>/<stack>/edge/origin-key`.
   *
   * @param length - characters
   */
  originKey(length: number, parent: pulumi.Resource): pulumi.Output<string> {
    return this.#makeOnce(["edge", "origin-key"], length, this.scope.tags(), parent);
  }

  /** Made once, by AWS, and kept in a SecureString parameter. What AWS would answer next time changes nothing. */
  #makeOnce(
    path: readonly [string, string],
    passwordLength: number,
    tags: Record<string, string>,
    parent: pulumi.Resource,
  ): pulumi.Output<string> {
    const made = getRandomPasswordOutput({ passwordLength, excludePunctuation: true }, this.options);
    const parameter = new Parameter(
      path.join("/"),
      {
        name: this.scope.parameterName(...path),
        type: "SecureString",
        keyId: this.scope.secretsKeyArn,
        value: pulumi.secret(made.randomPassword),
        tags,
      },
      { parent, ignoreChanges: ["value"] },
    );
    return pulumi.secret(parameter.value);
  }

  /** Passes what represents a store in the texts of the containers, which are made after it. */
  addStore(service: string, authority: pulumi.Output<string>): void {
    this.#stores.set(service, pulumi.secret(authority));
  }

  /** Tells the host name of a store's endpoint. */
  addAddress(service: string, address: pulumi.Output<string>): void {
    this.#addresses.set(service, address);
  }

  #part(part: TemplatePart): pulumi.Input<string> {
    if (typeof part === "string") return part;
    if ("secret" in part) return this.#read(part.secret);
    if ("address" in part) {
      const address = this.#addresses.get(part.address);
      if (address === undefined) throw new Error(`Store ${part.address} has no address.`);
      return address;
    }
    const authority = this.#stores.get(part.store);
    if (authority === undefined) throw new Error(`Store ${part.store} has no token.`);
    return authority;
  }

  #read(name: string): pulumi.Output<string> {
    const known = this.#values.get(name);
    if (known !== undefined) return known;
    const parameter = getParameterOutput(
      { name: this.scope.parameterName(name), withDecryption: true },
      this.options,
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
        // A store's token and endpoint stay as they are for as long as it lives.
        return value.parts.map((part) => {
          if (typeof part === "string") return part;
          if ("address" in part) return `address ${part.address}`;
          return "secret" in part ? version(part.secret) : `store ${part.store}`;
        });
    }
  }
}

/** A file's path as a part of a parameter's name: at most 15 levels, letters, digits, `_ . -` (PutParameter, Name). */
function parameterPath(path: string): string {
  const name = path.slice(1);
  return /^[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+){0,7}$/.test(name) && name.length <= 500
    ? name
    : shortHash([path]);
}

/** Bytes in base64. */
function encodedSize(content: EnvironmentValue): number {
  const parts = content.kind === "template" ? content.parts : content.kind === "plain" ? [content.value] : [];
  const size = parts.reduce(
    (sum, part) => sum + (typeof part === "string" ? Buffer.byteLength(part) : assumedSecret),
    0,
  );
  return Math.ceil(size / 3) * 4;
}
