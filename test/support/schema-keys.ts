import type { Shape } from "../../src/compose/schema/shape";

/** Every key of the schema, as the coverage table calls it: `*` a free name, `[]` an item. */
export function schemaKeys({ fields = {}, items, values }: Shape, path = ""): readonly string[] {
  return [
    ...Object.entries(fields).flatMap(([key, shape]) => {
      const below = path === "" ? key : `${path}.${key}`;
      return [below, ...schemaKeys(shape, below)];
    }),
    ...(items === undefined ? [] : schemaKeys(items, `${path}[]`)),
    ...(values === undefined ? [] : schemaKeys(values, `${path}.*`)),
  ];
}
