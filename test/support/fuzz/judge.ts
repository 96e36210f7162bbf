/** What may come of a case: a project, or problems that a person can find in the files. Anything else is a finding. */
import { BerthError, type Problem } from "../../../src/errors";
import { interpretProject } from "../../../src/interpret";
import { checkConsistency, loadCompose, type LoadedProject, type LoadOptions } from "../../../src/compose";
import type { FuzzCase } from "./case";

export interface Judgement {
  readonly outcome: "project" | "refused";
  /** What is wrong with the outcome; empty where nothing is. */
  readonly findings: readonly string[];
}

/** The case through the loader (both ways to read an unset variable), the checks and the interpretation. */
export function judge(one: FuzzCase): Judgement {
  const empty = loaded(one, "empty");
  const secret = loaded(one, "secret");
  const findings = [...empty.findings, ...secret.findings, ...pollution()];
  const result = secret.project && interpreted(one, secret.project);
  return {
    outcome: result?.ok === true ? "project" : "refused",
    findings: [...findings, ...(result?.findings ?? [])],
  };
}

interface Loaded {
  readonly project?: LoadedProject;
  readonly findings: readonly string[];
}

function loaded(one: FuzzCase, unset: LoadOptions["unset"]): Loaded {
  try {
    const project = loadCompose(
      { read: (path) => one.files.get(path) },
      { files: [one.composeFile], directoryName: "demo", environment: {}, unset },
    );
    // The canonical form is printed: what JSON can't say must not be in it.
    JSON.stringify(project.canonical);
    return { project, findings: project.warnings.flatMap(({ message }) => telling(one, message)) };
  } catch (error) {
    return { findings: ofError(one, error) };
  }
}

function interpreted(one: FuzzCase, project: LoadedProject) {
  try {
    const checks = checkConsistency(project);
    const result = interpretProject(project, checks);
    const problems = result.ok ? checks : [...checks, ...result.problems];
    const warnings = result.ok ? result.project.warnings : [];
    const findings = [
      ...problems.flatMap((problem) => ofProblem(one, problem)),
      ...warnings.flatMap(({ message }) => telling(one, message)),
      ...(result.ok && checks.length > 0 ? ["a project in spite of problems"] : []),
      ...(!result.ok && result.problems.length === 0 ? ["refused without a problem"] : []),
    ];
    return { ok: result.ok, findings };
  } catch (error) {
    return { ok: false, findings: ofError(one, error) };
  }
}

function ofError(one: FuzzCase, error: unknown): readonly string[] {
  if (!(error instanceof BerthError)) {
    return [`a raw exception: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`];
  }
  if (error.kind !== "project") return [`an error of the kind ${error.kind}: ${error.message}`];
  if (error.problems.length === 0) return ["an error without a problem"];
  return error.problems.flatMap((problem) => ofProblem(one, problem));
}

function ofProblem(one: FuzzCase, problem: Problem): readonly string[] {
  const { location, message } = problem;
  const told = JSON.stringify({ ...problem, message: message.slice(0, 300) });
  // The count of what a long list leaves out belongs to no place.
  if (location === undefined) return /^and \d+ more problems$/.test(message) ? [] : [`no location: ${told}`];
  const text = one.files.get(location.file);
  if (text === undefined) return [`a location in no file: ${told}`];
  const line = text.split("\n")[location.line - 1]?.replace(/\r$/, "");
  if (line === undefined) return [`a location in no line: ${told}`];
  return [
    ...(location.column < 1 || location.column > line.length + 2
      ? [`a column outside of its line: ${told}`]
      : []),
    ...(location.text !== undefined && location.text !== line ? [`another line's text: ${told}`] : []),
    ...telling(one, `${problem.path ?? ""} ${message} ${problem.hint ?? ""}`),
  ];
}

/** Words that show a value of ours where one of the file's belongs. */
const slips = /\bundefined\b|\[object |\uE000|\bNaN\b|function \w*\(/;

function telling(one: FuzzCase, text: string): readonly string[] {
  if (text.trim() === "") return ["an empty message"];
  const slip = slips.exec(text)?.[0];
  if (
    slip === undefined ||
    [...one.files.values()].some((file) => file.toLowerCase().includes(slip.toLowerCase()))
  )
    return [];
  return [`a message with ${JSON.stringify(slip)}: ${text.slice(0, 300)}`];
}

/** Whether a file's key has become a property of every object. */
function pollution(): readonly string[] {
  const keys = Object.keys(Object.prototype);
  for (const key of keys) Reflect.deleteProperty(Object.prototype, key);
  return keys.map((key) => `a property of every object: ${key}`);
}
