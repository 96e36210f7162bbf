/** What differs between two sets of inputs of a resource, and what of it AWS can't change in place. */
import type { DiffResult, Properties } from "./cloud";
import { defaultsKey, isAutoNamed } from "./naming";
import type { ResourceType } from "./resource-type";
import { same, valuesAt } from "./values";

/** Compares the inputs; a fixed name that is used once makes the old resource go first. */
export function diffOf(type: ResourceType, oldInputs: Properties, newInputs: Properties): DiffResult {
  const changed = [...new Set([...Object.keys(oldInputs), ...Object.keys(newInputs)])]
    .filter((property) => property !== defaultsKey && !same(oldInputs[property], newInputs[property]))
    .filter((property) => newInputs[property] !== undefined || type.keeps?.includes(property) !== true)
    .sort();
  const fixed = fixedPaths(type);
  const replaces = changed.filter((property) =>
    fixed.some(
      (path) => path === property || (path.startsWith(`${property}.`) && differs(oldInputs, newInputs, path)),
    ),
  );
  const deleteBeforeReplace = replaces.length > 0 && nameStays(type, oldInputs, newInputs);
  return { changed, replaces, deleteBeforeReplace };
}

/**
 * The inputs after a refresh: what another hand has changed is taken over, so that the next run changes it back.
 *
 * @param before - the properties that the state knew
 */
export function refreshedInputs(inputs: Properties, before: Properties, found: Properties): Properties {
  const taken = Object.keys(inputs).filter((key) => key in before && !same(before[key], found[key]));
  return { ...inputs, ...Object.fromEntries(taken.map((key) => [key, found[key]])) };
}

function fixedPaths({ name, replaces }: ResourceType): readonly string[] {
  const byName = name === undefined || name.changes === true ? [] : [name.property, `${name.property}Prefix`];
  return [...replaces, ...byName, "region"];
}

/** Whether the new resource would need the name that the old one has. */
function nameStays({ name }: ResourceType, oldInputs: Properties, newInputs: Properties): boolean {
  if (name === undefined || name.unique === false) return false;
  const wanted = newInputs[name.property];
  return (
    wanted !== undefined && same(oldInputs[name.property], wanted) && !isAutoNamed(newInputs, name.property)
  );
}

/** Whether what is under a path differs; paths of `replaces` go deeper than the inputs that are reported as changed. */
function differs(a: Properties, b: Properties, path: string): boolean {
  const [left, right] = [valuesAt(a, path), valuesAt(b, path)].map((found) =>
    found.map(({ value }) => value),
  );
  return !same(left, right);
}
