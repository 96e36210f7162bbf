import fc from "fast-check";
import { withFullNames } from "../../../src/model/full-names";
import type { EnvironmentValue } from "../../../src/model/project";
import { containerOf, postgresOf, projectOf } from "../../support/projects";

function rewritten(variable: string, value: EnvironmentValue): EnvironmentValue | undefined {
  const web = containerOf({ name: "web", environment: { [variable]: value } });
  const api = containerOf({ name: "api", aliases: ["backend", "api.example.com"] });
  const { project } = withFullNames(projectOf([web, api, postgresOf({ name: "db" })]), "todo.internal");
  const [found] = project.services.filter(({ name }) => name === "web");
  return found?.kind === "container" ? found.environment[variable] : undefined;
}

test.each([
  ["API_URL", "http://api:8080/api?x=api", "http://api.todo.internal:8080/api?x=api"],
  ["API_URL", "http://Api", "http://Api.todo.internal"],
  ["API_URL", "http://backend/", "http://backend.todo.internal/"],
  ["API_URL", "https://api.example.com/", "https://api.example.com/"],
  ["API_URL", "http://apis:80", "http://apis:80"],
  ["DATABASE_URL", "postgres://db:db@db:5432/db", "postgres://db:db@db.todo.internal:5432/db"],
  ["DATABASE_URL", "jdbc:postgresql://db/db", "jdbc:postgresql://db.todo.internal/db"],
  ["NODES", "http://api:1,db:2", "http://api.todo.internal:1,db.todo.internal:2"],
  ["DSN", "host=db user=db dbname=db", "host=db.todo.internal user=db dbname=db"],
  ["DSN", "db:db@tcp(db:3306)/db", "db:db@tcp(db.todo.internal:3306)/db"],
  ["DB_HOST", "db", "db.todo.internal"],
  ["BROKERS", "api:9092,db:9092", "api.todo.internal:9092,db.todo.internal:9092"],
  ["TARGET", "api:80", "api.todo.internal:80"],
  ["DB_USER", "db", "db"],
  ["NAME", "api", "api"],
  ["TEXT", "the api is up", "the api is up"],
])("%s=%s", (variable, value, expected) => {
  expect(rewritten(variable, { kind: "plain", value })).toEqual({ kind: "plain", value: expected });
});

test("secrets inside a text stay where they are", () => {
  const parts = ["postgres://db:", { secret: "PASSWORD" }, "@db/", { secret: "NAME" }];
  expect(rewritten("URL", { kind: "template", parts })).toEqual({
    kind: "template",
    parts: ["postgres://db:", { secret: "PASSWORD" }, "@db.todo.internal/", { secret: "NAME" }],
  });
  expect(rewritten("PASSWORD", { kind: "secret", name: "PASSWORD" })).toEqual({
    kind: "secret",
    name: "PASSWORD",
  });
});

test("what changed is told, and programs that heed it get the search domain", () => {
  const url: EnvironmentValue = { kind: "plain", value: "http://api" };
  const web = containerOf({ environment: { URL: url, OTHER: { kind: "plain", value: "x" } } });
  const own = containerOf({ name: "api", environment: { LOCALDOMAIN: { kind: "plain", value: "mine" } } });
  const { project, changed } = withFullNames(projectOf([web, own]), "todo.internal");
  expect(changed).toEqual(["web.URL"]);
  const domains = project.services.map((service) =>
    service.kind === "container" ? service.environment["LOCALDOMAIN"] : undefined,
  );
  expect(domains).toEqual([
    { kind: "plain", value: "todo.internal" },
    { kind: "plain", value: "mine" },
  ]);
});

test("no text without a service's name changes, and a second pass changes nothing", () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom("DB_HOST", "URL", "X"), (text, variable) => {
      fc.pre(!/api|backend|db|web/i.test(text));
      expect(rewritten(variable, { kind: "plain", value: text })).toEqual({ kind: "plain", value: text });
    }),
  );
  for (const text of ["http://api:80", "host=db", "a@tcp(db)"]) {
    const once = rewritten("URL", { kind: "plain", value: text });
    expect(once).not.toEqual({ kind: "plain", value: text });
    expect(once && rewritten("URL", once)).toEqual(once);
  }
});
