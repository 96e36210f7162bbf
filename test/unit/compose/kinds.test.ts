/** What compose files of the public were refused for, or misread by, as properties: one for each kind. */
import fc from "fast-check";
import { load } from "./sources";

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/);

test("of whatever compose files a folder has, Compose's first one is taken, and each other one named", () => {
  const order = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];
  fc.assert(
    fc.property(fc.shuffledSubarray(order, { minLength: 1 }), (names) => {
      const files = names.map((name) => [name, `services: {a: {image: ${name}}}`]);
      const { canonical, warnings } = load(Object.fromEntries(files) as Record<string, string>);
      const [taken, ...others] = order.filter((name) => names.includes(name));
      expect(canonical.services["a"]?.image).toBe(taken);
      expect(warnings.map(({ path }) => path).sort()).toEqual(others.sort());
    }),
  );
});

test("a merge key with its tag merges what one without it merges", () => {
  const keys = fc.dictionary(fc.constantFrom("restart", "user", "hostname", "working_dir"), word);
  fc.assert(
    fc.property(keys, keys, fc.boolean(), (base, own, last) => {
      const yaml = (merge: string) => {
        const lines = Object.entries(own).map(([key, value]) => `    ${key}: ${value}`);
        const merged = [`    ${merge}: *base`];
        const body = last ? [...lines, ...merged] : [...merged, ...lines];
        return `x-base: &base ${JSON.stringify(base)}\nservices:\n  a:\n    image: x\n${body.join("\n")}\n`;
      };
      expect(load(yaml("!!merge <<")).canonical.services).toEqual(load(yaml("<<")).canonical.services);
    }),
  );
});

test("a variable's default and value elsewhere are the same, whether or not it is passed through", () => {
  const name = fc.stringMatching(/^[A-Z]{2,6}_PORT$/);
  const port = fc.integer({ min: 1, max: 65_535 });
  const set = fc.option(port, { nil: undefined });
  fc.assert(
    fc.property(name, port, set, fc.constantFrom("shell", ".env"), (variable, standard, value, where) => {
      const compose = (environment: string) =>
        `services: {a: {image: x, environment: ${environment}, ports: ["\${${variable}:-${standard}}"]}}`;
      const loaded = (text: string) =>
        load(
          {
            "compose.yaml": text,
            ...(value === undefined || where === "shell" ? {} : { ".env": `${variable}=${value}` }),
          },
          {
            unset: "secret",
            environment: value === undefined || where !== "shell" ? {} : { [variable]: `${value}` },
          },
        ).canonical.services["a"];
      const passing = loaded(compose(`[${variable}]`));
      expect(passing?.ports?.map(({ target }) => target)).toEqual([value ?? standard]);
      expect(passing?.ports).toEqual(loaded(compose("{}"))?.ports);
      expect(passing?.environment ?? {}).toEqual(value === undefined ? {} : { [variable]: `${value}` });
    }),
  );
});

test("whatever a shell would do, of a line the first command's words are kept, and a warning names the rest", () => {
  const operator = fc.constantFrom(";", "&", "|", "<", ">");
  const words = fc.array(word, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(
      words,
      fc.option(operator, { nil: undefined }),
      words,
      fc.constantFrom("command", "entrypoint"),
      (first, cut, rest, key) => {
        const line = cut === undefined ? [...first, ...rest] : [...first, cut, ...rest];
        const read = (value: unknown) => load({ "compose.yaml": fileOf({ [key]: value }) });
        const { canonical, warnings } = read(line.join(" "));
        expect(canonical.services["a"]).toMatchObject({
          [key]: cut === undefined ? [...first, ...rest] : first,
        });
        expect(warnings.map(({ path, message }) => `${path}: ${message}`)).toEqual(
          cut === undefined
            ? []
            : [
                expect.stringContaining(
                  `services.a.${key}: what follows the first unquoted ${cut} is left out`,
                ) as string,
              ],
        );
        expect(read(`'${line.join(" ")}'`).warnings).toEqual([]);
        expect(read(line).warnings).toEqual([]);
      },
    ),
  );
});

const fileOf = (keys: object): string => JSON.stringify({ services: { a: { image: "x", ...keys } } });
