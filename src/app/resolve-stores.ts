/** Settles the managed stores of a project, before an engine starts, by what the file says and what is deployed. */
import { BerthError, type Problem } from "../errors";
import type { DataHolder } from "../ports";
import { definedOnly } from "../defined";
import type { StoreService } from "../model/project";
import { engineOf, isStore, storeOfResource, type StoreInputs } from "../stores";
import { isDatabase, rdsSettings } from "../stores/rds";
import { resolveEviction } from "../stores/redis/eviction";
import { supportNotices, type Priced } from "../stores/support-notices";
import { supportRow } from "../stores/support";
import { rdsRoots } from "../stores/certificates";
import { saysTls, resolveTls, type TlsWishes } from "../stores/tls";
import type { Prepared } from "./prepared";

type Given = Pick<Prepared, "project" | "mode" | "locate">;

/**
 * What the file itself asks for is looked at without knowing what is deployed.
 *
 * @throws BerthError (project) with each client that says otherwise than its store
 */
export function checkStores({ project, mode, locate }: Given): void {
  const wishes = wishesOf({ project, mode });
  throwProblems(resolveTls(project, wishes, (service) => saysTls(service, wishes)).problems, locate);
}

/**
 * The deployment with its stores settled: an existing store keeps what the file does not decide.
 *
 * @param holders - what the stack holds
 * @param today - by which versions are past their support or not
 * @throws BerthError (project) with each client that says otherwise than its store
 */
export async function resolveStores(
  prepared: Prepared,
  holders: readonly DataHolder[],
  today: Date,
): Promise<Prepared> {
  const { project, locate, region } = prepared;
  const asking = project.services.filter((service) => isDatabase(service) && service.ca !== undefined);
  const roots = asking.length === 0 ? undefined : await rdsRoots(region);
  if (asking.length > 0 && roots === undefined) {
    throwProblems(
      asking.map(({ name }) => ({
        path: `services.${name}`,
        message: `Berth has no certificates of Amazon RDS for the region ${region}`,
        hint: "remove ca, and put the region's bundle of truststore.pki.rds.amazonaws.com into the image",
      })),
      locate,
    );
  }
  const deployed = ({ name, kind }: StoreService): StoreInputs | undefined =>
    holders.find(
      (holder) => holder.name === name && storeOfResource(holder.type, holder.inputs)?.kind === kind,
    )?.inputs;
  const settled = resolveTls(project, { ...wishesOf(prepared), deployed, roots });
  const evictions = settled.project.services.flatMap((service) =>
    isStore(service) && !isDatabase(service) ? [resolveEviction(service, deployed(service))] : [],
  );
  const services = settled.project.services.map(
    (service) => evictions.find((other) => other.service.name === service.name)?.service ?? service,
  );
  const notices = project.services.filter(isStore).map((service) =>
    supportNotices(service, {
      today,
      stands: isSameVersion(service, deployed(service)),
      priced: pricedOf(service, prepared.mode),
    }),
  );
  throwProblems([...settled.problems, ...notices.flatMap(({ problems }) => problems)], locate);
  const warnings = [
    ...settled.warnings,
    ...evictions.flatMap((eviction) => eviction.warnings),
    ...notices.flatMap((notice) => notice.warnings),
  ];
  return {
    ...prepared,
    project: { ...settled.project, services },
    warnings: [...prepared.warnings, ...warnings],
    storeWarnings: warnings,
  };
}

/** A cache's price is a share of its nodes', whatever they are. */
function pricedOf(service: StoreService, mode: Prepared["mode"]): Priced {
  if (!isDatabase(service)) return { instanceClass: "", standby: false };
  const { instanceClass, multiAz } = rdsSettings(service.kind, mode);
  return { instanceClass, standby: multiAz };
}

function isSameVersion(service: StoreService, inputs: StoreInputs | undefined): boolean {
  if (inputs === undefined) return false;
  const { engine, engineVersion } = inputs;
  const row = supportRow(engineOf(service), service.version);
  return (
    engine === engineOf(service) &&
    typeof engineVersion === "string" &&
    row === supportRow(engine, engineVersion)
  );
}

function wishesOf({ project, mode }: Pick<Given, "project" | "mode">): TlsWishes {
  return { settings: mode, given: (setting) => setting in project.overrides };
}

function throwProblems(problems: readonly Problem[], locate: Prepared["locate"]): void {
  if (problems.length === 0) return;
  throw new BerthError(
    "project",
    problems.map((problem) => ({ ...problem, ...definedOnly({ location: locate(problem.path ?? "") }) })),
  );
}
