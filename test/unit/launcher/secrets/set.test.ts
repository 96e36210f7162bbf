/** `berth secret set` on a store in memory: where values come from, in which order they are set, and what is told. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { givenOf } from "../../../../src/command-line/parse";
import { BerthError } from "../../../../src/errors";
import type { Launcher } from "../../../../src/launcher/core/launcher";
import { setSecrets, type SetArgs } from "../../../../src/launcher/secrets/set";
import type { Project } from "../../../../src/model/project";
import type { SecretKeeper, StoredSecret } from "../../../../src/ports";

const stack = { project: "shop", stack: "dev" };
const users = new Map([
  ["PASSWORD", ["web"]],
  ["API_KEY", ["web", "worker"]],
  ["NOBODY", []],
]);
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "berth-set-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

interface Command {
  readonly words?: readonly string[];
  readonly envFile?: readonly string[];
  readonly answers?: readonly string[];
  /** What comes through a pipe; else a keyboard. */
  readonly stdin?: string;
  readonly interactive?: boolean;
  readonly before?: Readonly<Record<string, StoredSecret["tier"]>>;
  readonly users?: SetArgs["users"];
  readonly project?: Project;
  readonly environment?: Readonly<Record<string, string>>;
}

async function set({ words = [], envFile, answers = [], before = {}, ...given }: Command) {
  const written: string[] = [];
  const questions: string[] = [];
  const kept: (readonly [string, string, string])[] = [];
  const left = [...answers];
  const keeper: Partial<SecretKeeper> = {
    list: () =>
      Promise.resolve(Object.entries(before).map(([name, tier]) => ({ name, tier }) as StoredSecret)),
    set: (_stack, name, value, tier) => {
      kept.push([name, value, tier]);
      return Promise.resolve(name in before ? 2 : 1);
    },
  };
  const launcher = {
    settings: { cwd: folder, environment: given.environment ?? {} },
    stdin: { tty: given.stdin === undefined, read: () => Promise.resolve(given.stdin ?? "") },
    terminal: {
      interactive: given.interactive ?? given.stdin === undefined,
      err: (text: string) => void written.push(text),
      askSecret: (question: string) => {
        questions.push(question);
        return Promise.resolve(left.shift() ?? "");
      },
    },
  } as unknown as Launcher;
  const parts = { launcher, keeper: keeper as SecretKeeper, stack };
  const optional = { ...("users" in given ? { users: given.users } : { users }), project: given.project };
  const asked = { ...parts, ...optional, given: givenOf(words, { envFile }) } as SetArgs;
  const error = await setSecrets(asked).then(
    () => undefined,
    (thrown: unknown) => thrown as BerthError,
  );
  return { written, questions, kept, error };
}

const standard = "Standard";
const restarts = "The next berth up restarts these services with it.\n";

test("each name is asked for once, and told with those that use it", async () => {
  const { written, questions, kept } = await set({
    words: ["PASSWORD", "API_KEY", "PASSWORD", "NOBODY", "OTHER"],
    answers: ["one", "two", "three", "four"],
  });
  expect(questions).toEqual(["PASSWORD", "API_KEY", "NOBODY", "OTHER"].map((name) => `Value of ${name}`));
  expect(kept.map(([, value]) => value)).toEqual(["one", "two", "three", "four"]);
  expect(written).toEqual([
    "set PASSWORD (version 1), used by web\n",
    "set API_KEY (version 1), used by web, worker\n",
    "set NOBODY (version 1)\n",
    "set OTHER (version 1)\n",
  ]);
});

test("without a compose file nobody knows who uses it", async () => {
  const { written } = await set({
    ...{ words: ["API_KEY"], answers: ["x"], users: undefined, before: { API_KEY: standard } },
  });
  expect(written).toEqual(["set API_KEY (version 2)\n"]);
});

test.each<[string, Command["before"], readonly string[], boolean]>([
  ["one that is used and was set before", { API_KEY: standard }, ["API_KEY"], true],
  ["one that a single service uses", { PASSWORD: standard }, ["PASSWORD"], true],
  ["one of two", { API_KEY: standard }, ["PASSWORD", "API_KEY"], true],
  ["one that is new", {}, ["API_KEY"], false],
  ["one that nobody uses", { NOBODY: standard }, ["NOBODY"], false],
  ["one that the file does not know", { OTHER: standard }, ["OTHER"], false],
])("that services start anew is said of %s", async (_what, before, words, said) => {
  const { written } = await set({ before: before ?? {}, words, answers: ["x", "y"] });
  expect(written.includes(restarts)).toBe(said);
});

test.each<[number, StoredSecret["tier"] | undefined, boolean]>([
  [4096, undefined, false],
  [4097, undefined, true],
  [4097, standard, true],
  [4097, "Advanced", false],
  [10, "Advanced", false],
])("what %i bytes cost, of one that was %s, is said: %s", async (bytes, tier, said) => {
  const before: Command["before"] = tier === undefined ? {} : { OTHER: tier };
  const { written } = await set({ words: ["OTHER"], answers: ["a".repeat(bytes)], before });
  expect(written.some((line) => line.startsWith("note: OTHER is over 4096 bytes"))).toBe(said);
});

test("nothing is set where one value can't be kept", async () => {
  const { kept, error } = await set({ words: ["PASSWORD", "API_KEY"], answers: ["fine", ""] });
  expect(kept).toEqual([]);
  expect(error).toMatchObject({ kind: "usage", problems: [{ path: "API_KEY" }] });
});

test("a value that breaks a URL is set, with a warning", async () => {
  const url = { kind: "template", parts: ["postgres://u:", { secret: "PASSWORD" }, "@db"] };
  const project = {
    services: [{ kind: "container", name: "web", environment: { URL: url } }],
  } as unknown as Project;
  const broken = await set({ words: ["PASSWORD"], answers: ["a@b"], project });
  expect(broken.kept).toEqual([["PASSWORD", "a@b", standard]]);
  expect(broken.written[1]).toMatch(/^warning: PASSWORD is part of a URL \(web: URL\)/);
  const whole = await set({ words: ["PASSWORD"], answers: ["ab"], project });
  expect(whole.written).toHaveLength(1);
});

describe("through a pipe", () => {
  test.each<[string, Command]>([
    ["a dash", { words: ["API_KEY", "-"], interactive: true }],
    ["no keyboard", { words: ["API_KEY"] }],
  ])("with %s comes the value of one", async (_what, command) => {
    const { kept, questions } = await set({ ...command, stdin: "piped\n" });
    expect([kept, questions]).toEqual([[["API_KEY", "piped", standard]], []]);
  });

  test("a person at a terminal is asked, whatever standard input is", async () => {
    const { questions } = await set({ words: ["API_KEY"], stdin: "x", interactive: true, answers: ["y"] });
    expect(questions).toEqual(["Value of API_KEY"]);
  });

  test("a keyboard is asked where nobody is known to be there", async () => {
    const { questions } = await set({ words: ["API_KEY"], interactive: false, answers: ["y"] });
    expect(questions).toEqual(["Value of API_KEY"]);
  });

  test("come no two values", async () => {
    const { kept, error } = await set({ words: ["A", "B", "-"], stdin: "x" });
    expect(kept).toEqual([]);
    expect(error).toMatchObject({
      kind: "usage",
      problems: [{ path: "-", message: "standard input has the value of one secret" }],
    });
  });
});

describe("from files", () => {
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return name;
  };

  test("come all variables, the later file's before the earlier one's, and standard input as one of them", async () => {
    const { kept, questions } = await set({
      envFile: [file("a.env", "A=1\nB=é\n"), "-"],
      stdin: "A=3\nC=${HOST}\n",
      environment: { HOST: "h" },
    });
    expect(kept.map(([name, value]) => [name, value])).toEqual([
      ["A", "3"],
      ["B", "é"],
      ["C", "h"],
    ]);
    expect(questions).toEqual([]);
  });

  test("come those that are named; every one that is missing is told", async () => {
    const envFile = [file("a.env", "A=1\nB=2\n")];
    expect((await set({ envFile, words: ["B"] })).kept).toEqual([["B", "2", standard]]);
    const { kept, error } = await set({ envFile, words: ["B", "C", "D"] });
    expect(kept).toEqual([]);
    const message = "a.env has no such variable";
    expect(error).toMatchObject({ kind: "usage", problems: ["C", "D"].map((path) => ({ path, message })) });
    expect(error?.problems).toHaveLength(2);
    expect((await set({ envFile, words: ["B", "C"] })).error?.problems).toEqual([{ path: "C", message }]);
  });

  test("come no names that Parameter Store refuses", async () => {
    const { kept, error } = await set({ envFile: [file("a.env", `A=1\n${"N".repeat(513)}=2\n`)] });
    expect(kept).toEqual([]);
    expect(error).toMatchObject({ kind: "usage", problems: [{ path: "argument 2" }] });
  });

  test("that have no variable, or can't be read, comes nothing", async () => {
    const empty = await set({ envFile: [file("empty.env", "# none\n")] });
    expect(empty.error).toMatchObject({
      kind: "usage",
      problems: [{ path: "empty.env", message: "the file has no variables" }],
    });
    const missing = await set({ envFile: ["missing.env"] });
    expect(missing.error).toMatchObject({ kind: "usage", problems: [{ path: "missing.env" }] });
    expect(missing.error?.message).toContain("the file can't be read");
  });
});

test.each<[SetArgs["users"], string]>([
  [users, "the compose file wants API_KEY, NOBODY, PASSWORD"],
  [new Map(), "for example berth secret set API_KEY, or berth secret set --env-file .env.secrets"],
  [undefined, "for example berth secret set API_KEY, or berth secret set --env-file .env.secrets"],
])("where none is named the error says which there are", async (known, hint) => {
  const { error } = await set({ users: known });
  expect(error).toMatchObject({ kind: "usage", problems: [{ path: "NAME", hint }] });
});

test("a value in the place of a name is refused before anything is asked", async () => {
  const { error, questions } = await set({ words: ["API_KEY=hunter2"], answers: ["x"] });
  expect(error?.problems).toMatchObject([{ path: "API_KEY" }]);
  expect([error?.message.includes("hunter2"), questions]).toEqual([false, []]);
});
