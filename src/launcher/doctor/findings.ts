/** What a look at the account and the project finds: one line each, with what to do about it. */
import { BerthError } from "../../errors";
import { harmless } from "../../report/progress/words";
import type { Style } from "../core/launcher";
import { wrapped } from "../core/words";

export interface Finding {
  /** What was looked at, by name. */
  readonly check: string;
  /** `fail` prevents a deployment; `warn` may, or could not be looked at. */
  readonly status: "ok" | "warn" | "fail";
  readonly message: string;
  readonly fix?: string;
}

const styles: Readonly<Record<Finding["status"], Style>> = { ok: "green", warn: "yellow", fail: "red" };
/** Cells of the two columns before the message. */
const widths = { status: 6, check: 13 };

/** The findings of a check that may be refused: then it is a warning, with AWS's words. */
export async function look(
  check: string,
  work: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof BerthError)) throw error;
    return error.problems.map(({ path, message, hint }) => ({
      check,
      status: "warn",
      message: `could not be looked at: ${path === undefined ? "" : `${path}: `}${message}`,
      ...(hint === undefined ? {} : { fix: hint }),
    }));
  }
}

/** The problems of an error as findings that prevent a deployment. */
export function failures(check: string, error: BerthError): readonly Finding[] {
  return error.problems.map(({ path, message, hint, location }) => ({
    check,
    status: "fail",
    message: [location === undefined ? undefined : `${location.file}:${location.line}`, path, message]
      .filter((part) => part !== undefined && part !== "")
      .join(": "),
    ...(hint === undefined ? {} : { fix: hint }),
  }));
}

/** @param columns - cells of a line */
export function findingsText(
  findings: readonly Finding[],
  { columns, paint }: { readonly columns: number; readonly paint: (style: Style, text: string) => string },
): string {
  const indent = widths.status + widths.check;
  const room = Math.max(30, columns - indent);
  const under = (text: string): string =>
    wrapped(text, room)
      .map((line, index) => (index === 0 ? line : `${" ".repeat(indent)}${line}`))
      .join("\n");
  const lines = findings.map(({ check, status, message, fix }) => {
    const head = `${paint(styles[status], status.padEnd(widths.status))}${check.padEnd(widths.check)}${under(harmless(message))}`;
    return fix === undefined || status === "ok"
      ? head
      : `${head}\n${" ".repeat(indent)}${under(`fix: ${harmless(fix)}`)}`;
  });
  return `${lines.join("\n")}\n`;
}
