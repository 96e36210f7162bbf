/** `logging`: all output goes to CloudWatch Logs, and some options say how (ECS API reference, LogConfiguration). */
import { definedOnly } from "../defined";
import type { Node } from "./node";

const multiline = ["awslogs-multiline-pattern", "awslogs-datetime-format"] as const;

/** Options of the driver awslogs that the file may set; the others say where the output goes. */
const settable = ["mode", "max-buffer-size", ...multiline];

export function readLogOptions(logging: Node): Readonly<Record<string, string>> | undefined {
  const driver = logging.get("driver");
  if (!["", "awslogs"].includes(driver.text() ?? "")) driver.warn("all output goes to CloudWatch Logs");
  const options = logging.get("options");
  for (const [name, option] of options.entries()) {
    if (settable.includes(name)) continue;
    option.warn(
      name.startsWith("awslogs-")
        ? "the output goes to the stack's own log group"
        : "all output goes to CloudWatch Logs, which keeps it as logRetention under x-berth says",
    );
  }
  if (multiline.every((name) => options.get(name).present))
    options.get(multiline[1]).problem(`it goes with no ${multiline[0]}`, "keep one of the two");
  const read = {
    mode: readChoice(options.get("mode"), /^(non-)?blocking$/, "blocking or non-blocking"),
    "max-buffer-size": readChoice(options.get("max-buffer-size"), /^\d+[kmg]?b?$/i, "a size like 4m"),
    ...Object.fromEntries(multiline.map((name) => [name, options.get(name).text()])),
  };
  const given = definedOnly(read);
  return Object.keys(given).length === 0 ? undefined : given;
}

function readChoice(node: Node, pattern: RegExp, expected: string): string | undefined {
  const text = node.text();
  if (text === undefined || pattern.test(text)) return text;
  node.problem(`${JSON.stringify(text)} is not ${expected}`);
  return undefined;
}
