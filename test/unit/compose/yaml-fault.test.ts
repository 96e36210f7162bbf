import { problemsOf } from "./sources";

test("a number in place of a duration is told what durations are like", () => {
  expect(problemsOf("services: {web: {image: x, healthcheck: {test: [CMD, y], interval: 5}}}")).toMatchObject(
    [{ message: "must be a text, not the number 5", hint: "write it like 30s, 1m30s or 500ms" }],
  );
});

test("a key without a value is told what to do", () => {
  expect(problemsOf("services:\n")).toMatchObject([
    { path: "services", hint: "write one, indented below the key, or remove the key" },
  ]);
});

test.each([
  [
    "a line that is indented too far",
    'services:\n  web:\n    build: .\n     ports: ["80"]\n',
    "the next line is indented further, so it belongs to this value",
    "begin the next line below the first letter of this one's key",
  ],
  [
    "a colon in a value",
    "services:\n  web:\n    command: say: hello\n    ports: []\n",
    "a colon makes a second key of a value",
    'quote a value that has a colon in it: "key: value"',
  ],
  [
    "a key without a colon",
    "services:\n  web\n    image: x\n",
    "a key has no colon behind it",
    "a colon and a space are missing behind the key, or a quote at the end of a text",
  ],
])("%s is told once, with what to write", (_what, text, message, hint) => {
  expect(problemsOf(text)).toMatchObject([{ message: `invalid YAML: ${message}`, hint }]);
});
