/** Settles the managed stores of a project, before an engine starts, by what the file says and what stands. */
import { BerthError, type Problem } from "../errors";
import type { DataHolder } from "../ports";
import { definedOnly } from "../defined";
import type { StoreService } from "../model/project";
import { isStore, stores } from "../stores";
import { rdsRoots } from "../stores/certificates";
import { saysTls, settleTls, type TlsWishes } from "../stores/tls";
import type { Prepared } from "./prepare";

type Given = Pick<Prepared, "project" | "mode" | "locate">;

/**
 * What the file itself asks for is looked at without knowing what stands.
 *
 * @throws BerthError (project) with each client that says otherwise than its store
 */
export function checkStores({ project, mode, locate }: Given): void {
  const wishes = wishesOf({ project, mode });
  throwProblems(settleTls(project, wishes, (service) => saysTls(service, wishes)).problems, locate);
}

/**
 * The deployment with its stores settled: a store that stands keeps what the file does not decide.
 *
 * @param held - what the stack holds
 * @throws BerthError (project) with each client that says otherwise than its store
 */
export async function settleStores(prepared: Prepared, held: readonly DataHolder[]): Promise<Prepared> {
  const { project, locate, region } = prepared;
  const asking = project.services.filter(
    (service) => isStore(service) && "ca" in service && service.ca !== undefined,
  );
  const roots = asking.length === 0 ? undefined : await rdsRoots(region);
  if (asking.length > 0 && roots === undefined) {
    throwProblems(
      asking.map(({ name }) => ({
        path: `services.${name}`,
        message: `Berth has no certificates of Amazon RDS for the region ${region}`,
        hint: "take ca out, and put the region's bundle of truststore.pki.rds.amazonaws.com into the image",
      })),
      locate,
    );
  }
  const standing = ({ name, kind }: StoreService) =>
    held.find((holder) => holder.name === name && holder.type === stores[kind].type)?.inputs;
  const settled = settleTls(project, { ...wishesOf(prepared), standing, roots });
  throwProblems(settled.problems, locate);
  return {
    ...prepared,
    project: settled.project,
    warnings: [...prepared.warnings, ...settled.warnings],
    storeWarnings: settled.warnings,
  };
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
