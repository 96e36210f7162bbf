/** The stacks that are taken through the real provider. */
import { join } from "node:path";
import type { Stage } from "./stages";

export interface ProviderCase {
  /** `hello, balanced, with a domain` */
  readonly name: string;
  /** The project's folder. */
  readonly project: string;
  readonly region: string;
  /** Other regions of the account that the same stack stands in at the same time. */
  readonly beside: readonly string[];
  /** The last stage: what the emulator can do no more. */
  readonly until: Stage;
  /** Settings beside the region. */
  readonly env: Readonly<Record<string, string>>;
  /** Public zones that the account has, names by id. */
  readonly zones: Readonly<Record<string, string>>;
}

export const examples = ["hello", "todo", "everything"] as const;
export const modes = ["affordable", "balanced", "high-availability"] as const;

/** Projects of the corpus that declare what no example does. */
const corpus: readonly string[] = [
  // Named volumes.
  "awesome-compose/gitea-postgres",
  // Redis.
  "defang-samples/bullmq-bullboard-redis",
  "defang-samples/hasura",
  // A GPU.
  "defang-samples/vllm",
];

const root = join(__dirname, "../..");
const domain = "example.com";

export interface CaseOptions {
  readonly mode?: string;
  readonly withDomain?: boolean;
  /** @default "us-east-1" */
  readonly region?: string;
  /** @default none */
  readonly beside?: readonly string[];
  /** @default "destroy" */
  readonly until?: Stage;
}

/** @param project - a folder below the repository's */
export function caseOf(project: string, options: CaseOptions = {}): ProviderCase {
  const {
    mode = "affordable",
    withDomain = false,
    region = "us-east-1",
    beside = [],
    until = "destroy",
  } = options;
  return {
    name: [
      project.replace("examples/", ""),
      mode,
      withDomain ? "domain" : "no domain",
      region,
      ...beside,
    ].join(", "),
    project: join(root, project),
    region,
    beside,
    until,
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

/** Every case, in the order in which they are run. Without a domain `everything` is refused: it publishes gRPC. */
export function allCases(): readonly ProviderCase[] {
  const ofExamples = examples.flatMap((example) =>
    modes.flatMap((mode) =>
      (example === "everything" ? [true] : [false, true]).map((withDomain) =>
        caseOf(`examples/${example}`, { mode, withDomain }),
      ),
    ),
  );
  const elsewhere = [
    caseOf("examples/todo", { withDomain: true, region: "eu-west-1" }),
    caseOf("examples/todo", { beside: ["eu-west-1"] }),
    // moto knows few services of other partitions.
    ...["us-gov-west-1", "cn-north-1"].map((region) => caseOf("examples/todo", { region, until: "plan" })),
  ];
  const own = [
    ...modes.map((mode) => caseOf("test/provider/projects/stores", { mode })),
    ...modes.map((mode) => caseOf("test/provider/projects/sites", { mode })),
    caseOf("test/provider/projects/edge", {}),
    caseOf("test/provider/projects/edge-names", { withDomain: true, region: "eu-west-1" }),
    caseOf("test/provider/projects/schedules"),
    caseOf("test/provider/projects/alerts"),
    caseOf("test/provider/projects/redirects", { withDomain: true }),
    caseOf("test/provider/projects/rollouts", { mode: "high-availability", withDomain: true }),
  ];
  return [...ofExamples, ...own, ...elsewhere, ...corpus.map((project) => caseOf(`test/corpus/${project}`))];
}
