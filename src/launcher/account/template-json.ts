/** The template as CloudFormation is sent it: as JSON, which needs no comments and no indentation. */
import { isMap, isScalar, isSeq, parseDocument, type Node } from "yaml";
import { bootstrapTemplate } from "./template";

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** The short forms that the template uses (CloudFormation User Guide, "Intrinsic function reference"). */
const shortForms = "Ref Sub GetAtt Condition If Equals Not And Or Join Select Split Cidr GetAZs".split(" ");

/**
 * CloudFormation takes 51,200 bytes in one call, and a longer template only from a bucket, which an account doesn't have
 * yet (CreateChangeSet, TemplateBody).
 */
export function templateBody(): string {
  const template = readTemplate(bootstrapTemplate());
  const sent = { ...template, Parameters: withoutHelp(template["Parameters"] ?? {}) };
  // A statement's Sid is for who reads the template, which is where it stays (IAM User Guide, "IAM JSON policy elements: Sid").
  return JSON.stringify(sent, (key, value: unknown) => (key === "Sid" ? undefined : value));
}

/** What of a parameter is for who deploys the template by hand. */
const forPeople = ["Description", "AllowedPattern", "AllowedValues", "MinValue", "MaxValue"];

/**
 * The options of `berth bootstrap` say what the parameters are, and check their values before anything is sent
 * (`options.ts`); here they are a fifteenth of the template.
 */
function withoutHelp(parameters: Json): Json {
  return Object.fromEntries(
    Object.entries(parameters as Readonly<Record<string, Readonly<Record<string, Json>>>>).map(
      ([name, parameter]) => [
        name,
        Object.fromEntries(Object.entries(parameter).filter(([key]) => !forPeople.includes(key))),
      ],
    ),
  );
}

/**
 * A template's values, its short forms as functions: `!Sub x` as `{"Fn::Sub": "x"}`.
 *
 * @throws Error where the text is no YAML
 */
export function readTemplate(text: string): Readonly<Record<string, Json>> {
  const customTags = shortForms.flatMap((name) => [
    { tag: `!${name}`, resolve: (value: string) => value },
    { tag: `!${name}`, collection: "seq" as const },
  ]);
  const { contents, errors } = parseDocument(text, { customTags });
  if (errors[0] !== undefined) throw errors[0];
  return valueOf(contents) as Readonly<Record<string, Json>>;
}

function valueOf(node: Node | null): Json {
  const value = untagged(node);
  const name = shortForms.find((form) => node?.tag === `!${form}`);
  if (name === undefined) return value;
  if (name === "Ref" || name === "Condition") return { [name]: value };
  if (name === "GetAtt" && typeof value === "string") return { "Fn::GetAtt": value.split(".") };
  return { [`Fn::${name}`]: value };
}

function untagged(node: Node | null): Json {
  if (isMap<Node, Node>(node))
    return Object.fromEntries(node.items.map(({ key, value }) => [String(key), valueOf(value)]));
  if (isSeq<Node>(node)) return node.items.map((item) => valueOf(item));
  return isScalar(node) ? (node.value as Json) : null;
}
