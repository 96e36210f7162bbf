/** A text with secrets in it: what is written to a file of the model, and what a person reads. */
import { hasSecret, readable, secretMarker, templateParts } from "../../../src/compose/secret-marker";

const url = `postgres://${secretMarker("USER")}:${secretMarker("PASSWORD")}@db/${secretMarker("NAME")}`;

test("each of several secrets is told from the text around it, and no part is empty", () => {
  const secrets = [{ secret: "USER" }, ":", { secret: "PASSWORD" }, "@db/", { secret: "NAME" }];
  expect(templateParts(url)).toEqual(["postgres://", ...secrets]);
  expect(templateParts(`${secretMarker("A")}${secretMarker("B_2")}`)).toEqual([
    { secret: "A" },
    { secret: "B_2" },
  ]);
  expect(templateParts("")).toEqual([]);
});

test("a person reads the name of a secret as a file writes it, never a mark", () => {
  expect(readable(url)).toBe("postgres://${USER}:${PASSWORD}@db/${NAME}");
  expect(readable("plain $HOME")).toBe("plain $HOME");
});

test("only a whole mark of a name is a secret", () => {
  const mark = secretMarker("A").slice(0, 1);
  expect(
    [url, secretMarker("A"), "A", `${mark}A`, `${mark}${mark}`, `${mark}1A${mark}`].map(hasSecret),
  ).toEqual([true, true, false, false, false, false]);
});
