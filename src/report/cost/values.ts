/** Values of a resource's inputs, which are whatever the engine has kept. */

/** A number, also written as text, as a task definition has its CPU. */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}
