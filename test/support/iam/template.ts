/**
 * The template of an account's stack with its parameters put in and its functions worked out, as CloudFormation does it:
 * enough to hand its policies to an evaluator.
 */
import { bootstrapStack, bootstrapTemplate } from "../../../src/launcher/account/template";
import { readTemplate, type Json } from "../../../src/launcher/account/template-json";

/** The account that the stack is made in. */
export const account = { id: "123456789012", region: "us-east-1", partition: "aws" } as const;

export interface ResolvedResource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

export interface ResolvedTemplate {
  readonly resources: Readonly<Record<string, ResolvedResource>>;
  /** Logical names of resources by their ARN. */
  readonly names: ReadonlyMap<string, string>;
}

interface Making {
  readonly parameters: Readonly<Record<string, Json>>;
  readonly conditions: Readonly<Record<string, Json>>;
  readonly sources: Readonly<Record<string, { readonly Type: string }>>;
  readonly partition: string;
}

/** What stands for a value that isn't there (`AWS::NoValue`). */
const none = Symbol("AWS::NoValue");

/**
 * Reads a template of this kind.
 *
 * @param parameters - values in place of the template's defaults; a list as its members with commas between
 * @param text - another template @default Berth's
 */
export function resolveTemplate(
  parameters: Readonly<Record<string, string>> = {},
  options: { readonly text?: string; readonly partition?: string } = {},
): ResolvedTemplate {
  const root = readTemplate(options.text ?? bootstrapTemplate());
  const making: Making = {
    parameters: parameterValues(root, parameters),
    conditions: (root["Conditions"] ?? {}) as Record<string, Json>,
    sources: root["Resources"] as unknown as Making["sources"],
    partition: options.partition ?? account.partition,
  };
  const resources: Record<string, ResolvedResource> = {};
  for (const [name, source] of Object.entries(root["Resources"] as Record<string, Json>)) {
    const { Condition, Type, Properties } = source as { Condition?: string; Type: string; Properties?: Json };
    if (Condition !== undefined && !holds(Condition, making)) continue;
    resources[name] = {
      Type,
      Properties: resolve(Properties ?? {}, making) as Record<string, unknown>,
    };
  }
  const names = new Map(Object.keys(resources).map((name) => [arnOf(name, making), name]));
  return { resources, names };
}

/** A value that has to be a single one. */
function word(value: Json | undefined): string {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return String(value);
  throw new Error(`${JSON.stringify(value)} stands where a name is expected`);
}

function parameterValues(
  root: Readonly<Record<string, Json>>,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, Json>> {
  const declared = root["Parameters"] as Record<string, { Default?: Json; Type: string }>;
  for (const name of Object.keys(given))
    if (declared[name] === undefined) throw new Error(`the template has no parameter ${name}`);
  return Object.fromEntries(
    Object.entries(declared).map(([name, { Default, Type }]) => {
      const value = given[name] ?? Default ?? `the-${name}`;
      if (Type !== "CommaDelimitedList") return [name, value];
      return [name, word(value).split(",")];
    }),
  );
}

function holds(condition: string, making: Making): boolean {
  return resolve(making.conditions[condition] ?? null, making) === true;
}

function resolve(value: Json, making: Making): unknown {
  if (Array.isArray(value))
    return value.map((item: Json) => resolve(item, making)).filter((item) => item !== none);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value as Readonly<Record<string, Json>>);
  const [name, argument] = entries[0] ?? ["", null];
  const apply = entries.length === 1 ? functions[name] : undefined;
  if (apply !== undefined) return apply(argument, making);
  return Object.fromEntries(
    entries
      .map(([key, item]) => [key, resolve(item, making)] as const)
      .filter(([, item]) => (item as symbol) !== none),
  );
}

type Apply = (argument: Json, making: Making) => unknown;

const listed = (argument: Json, making: Making): readonly unknown[] =>
  resolve(argument, making) as readonly unknown[];

const functions: Readonly<Record<string, Apply>> = {
  Ref: (argument, making) => reference(word(argument), making),
  Condition: (argument, making) => holds(word(argument), making),
  "Fn::GetAtt": (argument, making) => {
    const [name = "", attribute = ""] = argument as readonly string[];
    return attribute === "Arn" ? arnOf(name, making) : `${name}.${attribute}`;
  },
  "Fn::If": (argument, making) => {
    const [condition, yes, no] = argument as readonly Json[];
    return resolve((holds(word(condition), making) ? yes : no) ?? null, making);
  },
  "Fn::Equals": (argument, making) => {
    const [left, right] = listed(argument, making);
    return String(left) === String(right);
  },
  "Fn::Not": (argument, making) => listed(argument, making)[0] !== true,
  "Fn::And": (argument, making) => listed(argument, making).every((item) => item === true),
  "Fn::Or": (argument, making) => listed(argument, making).includes(true),
  "Fn::Join": (argument, making) => {
    const [separator, parts] = listed(argument, making);
    return (parts as readonly string[]).join(String(separator));
  },
  "Fn::Split": (argument, making) => {
    const [separator, text] = listed(argument, making);
    return String(text).split(String(separator));
  },
  "Fn::Select": (argument, making) => {
    const [index, parts] = listed(argument, making);
    return (parts as readonly unknown[])[Number(index)];
  },
  "Fn::GetAZs": () => [`${account.region}a`, `${account.region}b`],
  "Fn::Cidr": () => ["10.250.0.0/26", "10.250.0.64/26"],
  "Fn::Sub": (argument, making) => {
    const [text, values] = typeof argument === "string" ? [argument, {}] : (argument as [string, Json]);
    const own = resolve(values, making) as Record<string, string>;
    return text.replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
      if (literal !== "") return `\${${name}}`;
      const [resource = "", attribute] = name.split(".");
      if (attribute === "Arn") return arnOf(resource, making);
      return own[name] ?? String(reference(name, making));
    });
  },
};

function reference(name: string, making: Making): unknown {
  const pseudo: Readonly<Record<string, unknown>> = {
    "AWS::AccountId": account.id,
    "AWS::Region": account.region,
    "AWS::Partition": making.partition,
    "AWS::StackName": bootstrapStack,
    "AWS::URLSuffix": making.partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com",
    "AWS::NoValue": none,
  };
  if (name in pseudo) return pseudo[name];
  if (name in making.parameters) return making.parameters[name];
  const type = making.sources[name]?.Type;
  if (type === undefined) throw new Error(`the template has no ${name}`);
  // What Ref gives for these types is an ARN (CloudFormation's reference, "Return values"); else a name or an id.
  if (["AWS::IAM::ManagedPolicy", "AWS::IAM::OIDCProvider", "AWS::ECS::TaskDefinition"].includes(type))
    return arnOf(name, making);
  return physicalNames[type]?.(name) ?? `${bootstrapStack}-${name}`;
}

const physicalNames: Readonly<Record<string, (name: string) => string>> = {
  "AWS::ECS::Cluster": () => bootstrapStack,
  "AWS::Logs::LogGroup": () => `/berth/${bootstrapStack}`,
};

/** ARNs of the types that the template's policies name. */
function arnOf(name: string, { sources, partition }: Making): string {
  const arn = (service: string, rest: string, region: string = account.region): string =>
    `arn:${partition}:${service}:${region}:${account.id}:${rest}`;
  switch (sources[name]?.Type) {
    case "AWS::IAM::Role":
      return arn("iam", `role/berth-cd/${bootstrapStack}-${name}`, "");
    case "AWS::IAM::ManagedPolicy":
      return arn("iam", `policy/berth-cd/${bootstrapStack}-${name}`, "");
    case "AWS::IAM::OIDCProvider":
      return arn("iam", `oidc-provider/${name}`, "");
    case "AWS::KMS::Key":
      return arn("kms", "key/11111111-2222-3333-4444-555555555555");
    case "AWS::ECS::Cluster":
      return arn("ecs", `cluster/${bootstrapStack}`);
    case "AWS::ECS::TaskDefinition":
      return arn("ecs", `task-definition/${bootstrapStack}:1`);
    case "AWS::Logs::LogGroup":
      return arn("logs", `log-group:/berth/${bootstrapStack}:*`);
    case "AWS::SQS::Queue":
      return arn("sqs", `${bootstrapStack}-${name}`);
    default:
      return arn("cloudformation", name);
  }
}
