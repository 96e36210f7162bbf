/** `--restore SERVICE=SNAPSHOT`: stores that a run makes again of a snapshot, whatever the file says. */
import { BerthError, type Problem } from "../errors";
import type { Project } from "../model/project";
import { didYouMean } from "../nearest";
import type { DataHolder } from "../ports";
import { isStore, storeOfResource } from "../stores";

/** One wish of the command line. */
export interface Restored {
  readonly service: string;
  /** As AWS names it. */
  readonly snapshot: string;
}

const form = /^([^=\s]+)=([A-Za-z][A-Za-z0-9:._/-]*)$/;

/** The wishes as far as they can be read; {@link withRestored} refuses the rest. */
export function restoredOf(words: readonly string[]): readonly Restored[] {
  return words.flatMap((word) => {
    const [, service, snapshot] = form.exec(word) ?? [];
    return service === undefined || snapshot === undefined ? [] : [{ service, snapshot }];
  });
}

/**
 * The project whose stores begin with these snapshots. It counts for this run alone: later the snapshot is among what is
 * fixed of a store, so that the file needs no key for it.
 *
 * @param words - `SERVICE=SNAPSHOT`
 * @throws BerthError (usage) with each word that is none, or names no store of the project
 */
export function withRestored<P extends Project>(project: P, words: readonly string[]): P {
  if (words.length === 0) return project;
  const names = project.services.filter(isStore).map(({ name }) => name);
  const problems = words.flatMap((word): Problem[] => {
    const [wish] = restoredOf([word]);
    if (wish === undefined) return [problem(`${JSON.stringify(word)} names no service and snapshot`)];
    if (names.includes(wish.service)) return [];
    const known = names.length === 0 ? "the project has none" : `there are ${names.join(", ")}`;
    return [
      problem(
        `${wish.service} is no database or cache of the project`,
        didYouMean(wish.service, names, known),
      ),
    ];
  });
  if (problems.length > 0) throw new BerthError("usage", problems);
  const wishes = new Map(restoredOf(words).map(({ service, snapshot }) => [service, snapshot]));
  const services = project.services.map((service) => {
    const fromSnapshot = wishes.get(service.name);
    return fromSnapshot === undefined || !isStore(service) ? service : { ...service, fromSnapshot };
  });
  return { ...project, services };
}

function problem(message: string, hint = "SERVICE=SNAPSHOT, such as db=before-the-migration"): Problem {
  return { path: "--restore", message, hint };
}

/**
 * A store that began with the very snapshot would be left as it is: its inputs are the same.
 *
 * @throws BerthError (usage) with each of them
 */
export function refuseSame(words: readonly string[], holders: readonly DataHolder[]): void {
  const problems = restoredOf(words).flatMap(({ service, snapshot }): Problem[] => {
    const holder = holders.find(({ name }) => name === service);
    const store = holder && storeOfResource(holder.type, holder.inputs);
    if (holder === undefined || store === undefined || holder.inputs[store.snapshotInput] !== snapshot)
      return [];
    return [
      problem(
        `${service} began with the snapshot ${snapshot} already, and nothing would change`,
        `copy it under another name (aws rds copy-db-snapshot, aws elasticache copy-snapshot), and restore the copy`,
      ),
    ];
  });
  if (problems.length > 0) throw new BerthError("usage", problems);
}
