/** A stack that Berth declares, as Terraform's configuration. */
import type { LeftOut } from "./left-out";
import { labelOf, terraformType } from "./names";
import { References, type Declared, type Undeclared } from "./references";
import type { Block, ProviderSchema } from "./schema";
import { Shaper, type Json, type Unplaced } from "./shape";

export interface ConversionOptions {
  readonly schema: ProviderSchema;
  /** Of the provider, exactly. */
  readonly version: string;
  readonly region: string;
}

export interface Conversion {
  /** `main.tf.json` */
  readonly document: Json;
  /** Pulumi's URN by Terraform's address. */
  readonly addresses: ReadonlyMap<string, string>;
  /** Resources of types that the provider doesn't have. */
  readonly untyped: readonly string[];
  readonly unplaced: readonly Unplaced[];
  readonly leftOut: ReadonlySet<LeftOut>;
  readonly undeclared: readonly Undeclared[];
}

/** How long the provider waits for one resource, where it can be told: an emulator is quick, or never ends. */
const patience = "4m";

export function convert(resources: readonly Declared[], options: ConversionOptions): Conversion {
  const { schema } = options;
  const wanted = resources.filter(({ custom, type }) => custom && type.startsWith("aws:"));
  const { addresses, untyped } = addressesOf(wanted, schema);
  const references = new References(schema, addresses, resources);
  const made: Record<string, Record<string, Json>> = {};
  const unplaced: Unplaced[] = [];
  const leftOut = new Set<LeftOut>();
  for (const resource of wanted) {
    const [type, label] = splitOf(addresses.get(resource.urn));
    const block = schema.resource_schemas[type]?.block;
    if (block === undefined) continue;
    const shaper = new Shaper(type, references.referOf(resource));
    const body = shaper.block(block, resource.inputs);
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
    };
  }
  const document = {
    terraform: { required_providers: { aws: { source: "hashicorp/aws", version: options.version } } },
    provider: { aws: providerOf(options.region) },
    resource: made,
  };
  const urns = new Map([...addresses].map(([urn, address]) => [address, urn]));
  return { document, addresses: urns, untyped, unplaced, leftOut, undeclared: references.undeclared };
}

function addressesOf(
  wanted: readonly Declared[],
  schema: ProviderSchema,
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
    let address = `${type}.${labelOf(urn.split("::").at(-1) ?? "")}`;
    while (taken.has(address)) address += "_";
    taken.add(address);
    addresses.set(urn, address);
  }
  return { addresses, untyped };
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

/** What stands for AWS is named by the environment, as Berth's user would: `AWS_ENDPOINT_URL`. */
function providerOf(region: string): Json {
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
