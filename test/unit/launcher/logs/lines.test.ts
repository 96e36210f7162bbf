import { LinePrinter, writerOf } from "../../../../src/launcher/logs/lines";

const time = Date.UTC(2026, 10, 25, 12, 0, 0, 7);
const event = (stream: string, message: string) => ({ stream, message, time });

function printer(services: readonly string[], own: { timestamps?: boolean; prefix?: boolean } = {}) {
  return new LinePrinter(services, {
    timestamps: false,
    prefix: true,
    paint: (style, text) => `<${style}>${text}</>`,
    ...own,
  });
}

test("service and task before each line, under each other, each service in its colour", () => {
  const lines = printer(["web", "worker"]);
  expect(lines.text(event("worker/worker/0123456789abcdef", "one\ntwo"))).toBe(
    "<yellow>worker/0123 |</> one\n<yellow>worker/0123 |</> two\n",
  );
  expect(lines.text(event("web/web/fedcba", "three"))).toBe("<cyan>web/fedc    |</> three\n");
});

test("a service that nobody knew gets the next colour, and keeps it", () => {
  const lines = printer(["web"]);
  expect(lines.text(event("migrate/migrate/aa", "x"))).toMatch(/^<yellow>migrate\/aa \|/);
  expect(lines.text(event("web/web/bb", "x"))).toMatch(/^<cyan>/);
  expect(lines.text(event("migrate/migrate/aa", "x"))).toMatch(/^<yellow>/);
});

test("a container beside the service's own is called by its name", () => {
  expect(writerOf("web/web-files/1f3a")).toEqual({ service: "web", container: "web-files", task: "1f3a" });
  expect(printer(["web"]).text(event("web/web-files/1f3a9c", "wrote"))).toMatch(/web-files\/1f3a/);
});

test("times, and no prefix", () => {
  expect(printer([], { timestamps: true, prefix: false }).text(event("web/web/a", "x"))).toBe(
    "2026-11-25T12:00:00.007Z x\n",
  );
});

test("a line that was written over shows as it stood last; colours stay, movements of the cursor go", () => {
  const escape = String.fromCharCode(27);
  const lines = printer([], { prefix: false });
  expect(lines.text(event("a/a/a", "10 %\r50 %\rdone"))).toBe("done\n");
  expect(lines.text(event("a/a/a", `${escape}[31mred${escape}[0m${escape}[2J${escape}[1A!`))).toBe(
    `${escape}[31mred${escape}[0m!\n`,
  );
});
