/** Which values of a resource come from another one, and what waits for what. */
import { terraformName } from "./names";
import { namesOf, type Kind, type ProviderSchema } from "./schema";
import { escaped, type Json, type JsonRecord, type Refer } from "./shape";

/** A resource of a stack, as the simulator's state has it. */
export interface Declared {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly custom: boolean;
  readonly parent?: string;
  readonly inputs: JsonRecord;
  readonly outputs: JsonRecord;
  readonly dependencies: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
}

/** A value of a resource that others may use. */
interface Known {
  readonly value: string;
  /** Terraform's: `aws_vpc.net.id` */
  readonly expression: string;
  /** The cloud chose it: no input holds it. */
  readonly chosen: boolean;
  readonly urn: string;
}

/** A value of another resource, used without a dependency on it: the engine may make them in any order. */
export interface Undeclared {
  readonly urn: string;
  readonly property: string;
  readonly uses: string;
}

/** What stands for a secret in the simulator's state. */
const sealed = "\ue001sealed:";

/** What only a cloud chooses: ARNs, ids, names of hosts, addresses. */
const cloudChosen = /^arn:aws|-[0-9a-f]{8,}$|amazonaws\.com|^\d+\.\d+\.\d+\.\d+$/;

/** Outputs that no resource is referred to by. */
const common = new Set(["tags", "tagsAll", "region", "ownerId"]);

/** The shortest text that tells a resource from others. */
const tellingLength = 3;
/** The shortest name of the user's own that is looked for within texts: a shorter one stands there by chance. */
const namedLength = 8;

export class References {
  readonly undeclared: Undeclared[] = [];
  private readonly byUrn: ReadonlyMap<string, Declared>;
  private readonly places: ReadonlyMap<string, number>;
  private readonly knownOf = new Map<string, readonly Known[]>();
  private readonly earlier = new Map<string, ReadonlySet<string>>();
  private anywhere: ReadonlyMap<string, Known> | undefined;

  /** @param addresses - Terraform's address of each resource that is converted, by URN */
  constructor(
    private readonly schema: ProviderSchema,
    private readonly addresses: ReadonlyMap<string, string>,
    resources: readonly Declared[],
  ) {
    this.byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
    this.places = new Map(resources.map(({ urn }, index) => [urn, index]));
  }

  /** What the engine takes a resource to depend on: a component stands for all that it holds and that came before. */
  needs({ urn, dependencies }: Declared): ReadonlySet<string> {
    const found = new Set(dependencies);
    const place = this.places.get(urn) ?? 0;
    for (const component of dependencies.filter((other) => this.byUrn.get(other)?.custom === false)) {
      for (const [other, at] of this.places)
        if (at < place && this.isInside(other, component)) found.add(other);
    }
    return found;
  }

  /** Puts references in place of a resource's values. */
  referOf(resource: Declared): Refer {
    return (value, top) => {
      if (typeof value !== "string") return value;
      if (value.startsWith(sealed)) return `Secret-${value.slice(sealed.length, sealed.length + 32)}`;
      const candidates = (resource.propertyDependencies[top] ?? []).flatMap((urn) => this.known(urn));
      const whole = candidates.find((known) => known.value === value);
      if (whole !== undefined) return `\${${whole.expression}}`;
      const elsewhere = this.chosenAnywhere().get(value);
      if (elsewhere !== undefined && elsewhere.urn !== resource.urn) {
        if (!this.before(resource.urn).has(elsewhere.urn)) {
          this.undeclared.push({ urn: resource.urn, property: top, uses: elsewhere.urn });
        }
        return `\${${elsewhere.expression}}`;
      }
      return withReferences(value, candidates);
    };
  }

  private isInside(urn: string, component: string): boolean {
    const parent = this.byUrn.get(urn)?.parent;
    return parent !== undefined && (parent === component || this.isInside(parent, component));
  }

  /** What the engine makes before a resource: dependencies and parents, and theirs. */
  private before(urn: string): ReadonlySet<string> {
    const found = this.earlier.get(urn);
    if (found !== undefined) return found;
    const all = new Set<string>();
    this.earlier.set(urn, all);
    const resource = this.byUrn.get(urn);
    if (resource === undefined) return all;
    for (const other of [
      ...this.needs(resource),
      ...(resource.parent === undefined ? [] : [resource.parent]),
    ]) {
      all.add(other);
      for (const further of this.before(other)) all.add(further);
    }
    return all;
  }

  private chosenAnywhere(): ReadonlyMap<string, Known> {
    if (this.anywhere === undefined) {
      const found = new Map<string, Known>();
      for (const urn of this.addresses.keys()) {
        for (const known of this.known(urn)) {
          if (known.chosen && cloudChosen.test(known.value) && !found.has(known.value))
            found.set(known.value, known);
        }
      }
      this.anywhere = found;
    }
    return this.anywhere;
  }

  /** Longest first; of equal ones, an ARN by its own attribute, then what the cloud chose. */
  private known(urn: string): readonly Known[] {
    const found = this.knownOf.get(urn);
    if (found !== undefined) return found;
    const rank = ({ value, expression, chosen }: Known): readonly number[] => [
      -value.length,
      // Pulumi's id of some resources is their ARN where Terraform's is a name.
      value.startsWith("arn:") && !expression.endsWith(".arn") ? 1 : 0,
      chosen ? 0 : 1,
    ];
    const sorted = [...this.valuesOf(urn)].sort((a, b) => {
      const [mine, theirs] = [rank(a), rank(b)];
      return mine.map((part, index) => part - (theirs[index] ?? 0)).find((part) => part !== 0) ?? 0;
    });
    this.knownOf.set(urn, sorted);
    return sorted;
  }

  private *valuesOf(urn: string): Generator<Known> {
    const address = this.addresses.get(urn);
    const resource = this.byUrn.get(urn);
    if (address === undefined || resource === undefined) return;
    const { id, inputs, outputs } = resource;
    const type = address.slice(0, address.indexOf("."));
    const block = this.schema.resource_schemas[type]?.block ?? {};
    if (id !== undefined && id !== "") {
      yield { urn, value: id, expression: `${address}.id`, chosen: !Object.values(inputs).includes(id) };
    }
    for (const [key, output] of Object.entries(outputs)) {
      const name = terraformName(`${type}.${key}`, namesOf(block));
      if (name === undefined || common.has(key)) continue;
      const kind = block.attributes?.[name]?.type;
      for (const { path, value } of leavesOf(output)) {
        if (value.length < tellingLength || value.startsWith(sealed)) continue;
        if (key in inputs && path.length > 0) continue;
        const expression = `${address}.${name}`;
        yield { urn, value, expression: within(expression, kind, output, path), chosen: !(key in inputs) };
      }
    }
  }
}

/** A text in which values of other resources stand, as Terraform's template. */
function withReferences(text: string, candidates: readonly Known[]): Json {
  const usable = candidates.filter(({ value, chosen }) => chosen || value.length >= namedLength);
  const longestFirst = usable.sort((a, b) => b.value.length - a.value.length);
  let parts: readonly (string | Known)[] = [text];
  for (const known of longestFirst) {
    parts = parts.flatMap((part) =>
      typeof part === "string"
        ? part.split(known.value).flatMap((piece, index) => (index === 0 ? [piece] : [known, piece]))
        : [part],
    );
  }
  return parts.map((part) => (typeof part === "string" ? escaped(part) : `\${${part.expression}}`)).join("");
}

interface Leaf {
  readonly path: readonly (string | number)[];
  readonly value: string;
}

function* leavesOf(value: unknown, path: readonly (string | number)[] = []): Generator<Leaf> {
  if (typeof value === "string") yield { path, value };
  else if (Array.isArray(value))
    for (const [index, item] of value.entries()) yield* leavesOf(item, [...path, index]);
  else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) yield* leavesOf(item, [...path, key]);
  }
}

/** The expression of a leaf. An item of a set has no place: it is the one whose first property has that value. */
function within(expression: string, kind: Kind | undefined, output: unknown, path: Leaf["path"]): string {
  const [index, field, ...rest] = path;
  const items: readonly unknown[] = Array.isArray(output) ? output : [];
  const item = typeof index === "number" ? items[index] : undefined;
  if (isSet(kind) && items.length > 1 && typeof field === "string" && rest.length === 0 && isRecord(item)) {
    const [key, value] = Object.entries(item)[0] ?? [];
    const choice = `item.${snakeOf(key ?? "")} == ${JSON.stringify(value)}`;
    return `[for item in ${expression} : item.${snakeOf(field)} if ${choice}][0]`;
  }
  if (path.length === 0) return expression;
  const steps = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${snakeOf(step)}`));
  return `tolist(${expression})${steps.join("")}`;
}

function isSet(kind: Kind | undefined): boolean {
  return Array.isArray(kind) && kind[0] === "set";
}

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function snakeOf(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();
}
