/** The stacks that are taken through the real provider. */
import { join } from "node:path";

export interface ProviderCase {
  /** `hello, balanced, with a domain` */
  readonly name: string;
  /** The project's folder. */
  readonly project: string;
  readonly region: string;
  /** Settings beside the region. */
  readonly env: Readonly<Record<string, string>>;
  /** Public zones that the account has, names by id. */
  readonly zones: Readonly<Record<string, string>>;
}

export const examples = ["hello", "todo", "everything"] as const;
export const modes = ["affordable", "balanced", "high-availability"] as const;

/** Projects of the corpus that declare what no example does, each for what stands after it. */
const corpus: Readonly<Record<string, string>> = {};

const root = join(__dirname, "../..");
const domain = "example.com";

export interface CaseOptions {
  readonly mode?: string;
  readonly withDomain?: boolean;
  /** @default "us-east-1" */
  readonly region?: string;
}

/** @param project - a folder below the repository's */
export function caseOf(project: string, options: CaseOptions = {}): ProviderCase {
  const { mode = "affordable", withDomain = false, region = "us-east-1" } = options;
  return {
    name: [project.replace("examples/", ""), mode, withDomain ? "domain" : "no domain", region].join(", "),
    project: join(root, project),
    region,
    env: {
      AWS_REGION: region,
      BERTH_MODE: mode,
      ...(withDomain ? { BERTH_DOMAIN: domain, BERTH_HOSTED_ZONE_ID: zoneId } : {}),
    },
    zones: withDomain ? { [zoneId]: domain } : {},
  };
}

/** Of the account's zone of the domain. */
const zoneId = "Z0123456789EXAMPLE00";

/** Every case, in the order in which they are run. */
export function allCases(): readonly ProviderCase[] {
  const ofExamples = examples.flatMap((example) =>
    modes.flatMap((mode) =>
      [false, true].map((withDomain) => caseOf(`examples/${example}`, { mode, withDomain })),
    ),
  );
  return [...ofExamples, ...Object.keys(corpus).map((project) => caseOf(`test/corpus/${project}`))];
}
