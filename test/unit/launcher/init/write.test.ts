import { composeText } from "../../../../src/launcher/init/write";

test("words that YAML 1.1 reads as true or false are quoted, and a secret has no value", () => {
  const text = composeText({
    name: "shop",
    services: { job: { image: "x", restart: "no", environment: { TOKEN: null, DEBUG: "on" } } },
  });
  expect(text).toContain('restart: "no"\n');
  expect(text).toContain('DEBUG: "on"\n');
  expect(text).toMatch(/TOKEN:\n/);
});
