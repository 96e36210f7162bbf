/** A stack that Berth declares, as Terraform's configuration. */
import type { LeftOut } from "./left-out";
import { labelOf, terraformType } from "./names";
import { References, type Declared, type Undeclared } from "./references";
import { namesOf, type Block, type ProviderSchema } from "./schema";
import { Shaper, type Json, type Unplaced } from "./shape";

export interface ConversionOptions {
  readonly schema: ProviderSchema;
  /** Of the provider, exactly. */
  readonly version: string;
  readonly region: string;
  /** Of the stack, where its configuration is one of several: begins the labels, and names the provider. */
  readonly alias?: string;
}

/** `main.tf.json`: resources by type and label. */
export interface TerraformDocument {
  readonly terraform: Json;
  /** One for each region. */
  readonly provider: { readonly aws: readonly Json[] };
  readonly resource: Readonly<Record<string, Readonly<Record<string, Json>>>>;
}

export interface Conversion {
  readonly document: TerraformDocument;
  /** Pulumi's URN by Terraform's address. */
  readonly addresses: ReadonlyMap<string, string>;
  /** Resources of types that the provider doesn't have. */
  readonly untyped: readonly string[];
  readonly unplaced: readonly Unplaced[];
  readonly leftOut: ReadonlySet<LeftOut>;
  readonly undeclared: readonly Undeclared[];
  /** Texts with an ARN of another partition than the region's. */
  readonly wrongArns: readonly string[];
}

/** How long the provider waits for one resource, where it can be told: an emulator is quick, or never ends. */
const patience = "4m";

export function convert(resources: readonly Declared[], options: ConversionOptions): Conversion {
  const { schema, region, alias } = options;
  const wanted = resources.filter(({ custom, type }) => custom && type.startsWith("aws:"));
  const { addresses, untyped } = addressesOf(wanted, schema, alias === undefined ? "" : `${alias}_`);
  const references = new References(schema, addresses, resources);
  const made: Record<string, Record<string, Json>> = {};
  const unplaced: Unplaced[] = [];
  const leftOut = new Set<LeftOut>();
  const regions = new Set<string>();
  for (const resource of wanted) {
    const [type, label] = splitOf(addresses.get(resource.urn));
    const block = schema.resource_schemas[type]?.block;
    if (block === undefined) continue;
    const shaper = new Shaper(type, references.referOf(resource));
    const { inputs, elsewhere } = withRegion(resource.inputs, block);
    const own = elsewhere ?? alias;
    if (elsewhere !== undefined) regions.add(elsewhere);
    const body = shaper.block(block, inputs);
    unplaced.push(...shaper.unplaced);
    for (const entry of shaper.leftOut) leftOut.add(entry);
    const filled = Object.entries(body).map(([name, value]) => [name, withLabel(value, label)] as const);
    const needs = [...references.needs(resource)]
      .flatMap((urn) => addresses.get(urn) ?? [])
      .filter((address) => address !== `${type}.${label}`);
    (made[type] ??= {})[label] = {
      ...Object.fromEntries(filled),
      ...(needs.length === 0 ? {} : { depends_on: [...new Set(needs)].sort() }),
      ...timeoutsOf(block),
      ...(own === undefined ? {} : { provider: `aws.${own}` }),
    };
  }
  const document = {
    terraform: { required_providers: { aws: { source: "hashicorp/aws", version: options.version } } },
    provider: {
      aws: [
        { ...providerOf(region), ...(alias === undefined ? {} : { alias }) },
        ...[...regions].map((other) => ({ ...providerOf(other), alias: other })),
      ],
    },
    resource: made,
  };
  const urns = new Map([...addresses].map(([urn, address]) => [address, urn]));
  const { undeclared } = references;
  return {
    document,
    addresses: urns,
    untyped,
    unplaced,
    leftOut,
    undeclared,
    wrongArns: wrongArnsIn(made, region),
  };
}

/** Stacks of one account, each with an alias but for the first, as one configuration. */
export function together(first: Conversion, others: readonly Conversion[]): Conversion {
  return others.reduce((all, other) => {
    const types = new Set([...Object.keys(all.document.resource), ...Object.keys(other.document.resource)]);
    const merged = [...types].map((type) => [
      type,
      { ...all.document.resource[type], ...other.document.resource[type] },
    ]);
    return {
      document: {
        ...all.document,
        provider: { aws: distinct([...all.document.provider.aws, ...other.document.provider.aws]) },
        resource: Object.fromEntries(merged) as TerraformDocument["resource"],
      },
      addresses: new Map([...all.addresses, ...other.addresses]),
      untyped: [...all.untyped, ...other.untyped],
      unplaced: [...all.unplaced, ...other.unplaced],
      leftOut: new Set([...all.leftOut, ...other.leftOut]),
      undeclared: [...all.undeclared, ...other.undeclared],
      wrongArns: [...all.wrongArns, ...other.wrongArns],
    };
  }, first);
}

/** Providers, each alias once. */
function distinct(providers: readonly Json[]): readonly Json[] {
  return [...new Map(providers.map((each) => [JSON.stringify(each), each])).values()];
}

/**
 * A resource says its region since version 6.0.0 of the provider (its upgrade guide, "Enhanced Region Support"); an older one takes
 * it from a provider of that region.
 */
function withRegion(
  inputs: Declared["inputs"],
  block: Block,
): { readonly inputs: Declared["inputs"]; readonly elsewhere?: string } {
  const { region, ...others } = inputs;
  if (typeof region !== "string" || namesOf(block).includes("region")) return { inputs };
  return { inputs: others, elsewhere: region };
}

function addressesOf(
  wanted: readonly Declared[],
  schema: ProviderSchema,
  prefix: string,
): { readonly addresses: ReadonlyMap<string, string>; readonly untyped: readonly string[] } {
  const addresses = new Map<string, string>();
  const taken = new Set<string>();
  const untyped: string[] = [];
  for (const { urn, type: token } of wanted) {
    const type = terraformType(token, schema.resource_schemas);
    if (type === undefined) {
      untyped.push(urn);
      continue;
    }
    let address = `${type}.${labelOf(prefix + (urn.split("::").at(-1) ?? ""))}`;
    while (taken.has(address)) address += "_";
    taken.add(address);
    addresses.set(urn, address);
  }
  return { addresses, untyped };
}

function wrongArnsIn(value: Json, region: string): readonly string[] {
  if (typeof value === "object" && value !== null) {
    return Object.values(value).flatMap((item) => wrongArnsIn(item, region));
  }
  const partition = /^cn-/.test(region) ? "aws-cn" : /^us-gov-/.test(region) ? "aws-us-gov" : "aws";
  const arns = typeof value === "string" ? value.matchAll(/arn:(aws[a-z-]*):[^"\s]*/g) : [];
  return [...arns].filter(([, found]) => found !== partition).map(([arn]) => arn);
}

function splitOf(address = "."): readonly [string, string] {
  const dot = address.indexOf(".");
  return [address.slice(0, dot), address.slice(dot + 1)];
}

function withLabel(value: Json, label: string): Json {
  return value === "{label}" ? label : value;
}

function timeoutsOf(block: Block): { readonly timeouts?: Json } {
  const waits = Object.keys(block.block_types?.["timeouts"]?.block.attributes ?? {});
  return waits.length === 0 ? {} : { timeouts: Object.fromEntries(waits.map((wait) => [wait, patience])) };
}

/**
 * The hosted zones that a stack's records stand in and that it doesn't make: names by id. A zone's name is not in a
 * record; what its records' names have in common serves.
 */
export function foreignZones({ resource }: TerraformDocument): Readonly<Record<string, string>> {
  const names = new Map<string, (readonly string[])[]>();
  for (const record of Object.values(resource["aws_route53_record"] ?? {})) {
    const { zone_id: zone, name } = record as { readonly zone_id?: Json; readonly name?: Json };
    if (typeof zone !== "string" || zone.includes("${")) continue;
    const labels =
      typeof name === "string" && !name.includes("${") ? name.replace(/^\*\./, "").split(".") : [];
    names.set(zone, [...(names.get(zone) ?? []), ...(labels.length === 0 ? [] : [labels.reverse()])]);
  }
  return Object.fromEntries(
    [...names].map(([zone, [first = [], ...others]]) => {
      const differs = first.findIndex((label, index) => others.some((labels) => labels[index] !== label));
      return [
        zone,
        first
          .slice(0, differs < 0 ? first.length : differs)
          .reverse()
          .join("."),
      ];
    }),
  );
}

/** What stands for AWS is named by the environment, as Berth's user would: `AWS_ENDPOINT_URL`. */
function providerOf(region: string): { readonly [key: string]: Json } {
  return {
    region,
    access_key: "test",
    secret_key: "test",
    skip_credentials_validation: true,
    skip_metadata_api_check: true,
    skip_region_validation: true,
    s3_use_path_style: true,
    max_retries: 2,
  };
}
