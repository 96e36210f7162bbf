/**
 * What the interpretation says of a project: problems, warnings, and one verdict for each key.
 */
import type { Problem, SourceLocation } from "../errors";
import type { Coverage, Warning } from "../model/project";
import { readable } from "../compose/secret-marker";

/** Where a compose path is in its file, where the loader knows it. */
export type Locate = (path: string) => SourceLocation | undefined;

const severity: Readonly<Record<Coverage["verdict"], number>> = { honoured: 0, warned: 1, refused: 2 };

/** Collects in the order of the file; a path keeps its severest verdict, and each sentence is said once. */
export class Report {
  private readonly byPath = new Map<string, Coverage>();
  private readonly told = new Set<string>();
  private readonly problemList: Problem[] = [];
  private readonly warningList: Warning[] = [];

  /**
   * @param locate - where a path is
   * @param checks - problems that were found before: they come first, and what they say of a path is kept
   * @param secrets - variables that are secrets because services take them by their name alone
   */
  constructor(
    private readonly locate: Locate,
    private readonly checks: readonly Problem[] = [],
    private readonly secrets: ReadonlySet<string> = new Set(),
  ) {
    checks.forEach((problem) => {
      this.add(problem);
    });
  }

  /** Whether a variable without a value is a secret, rather than one that is set nowhere. */
  isSecret(variable: string): boolean {
    return this.secrets.has(variable);
  }

  get problems(): readonly Problem[] {
    return this.problemList;
  }

  get warnings(): readonly Warning[] {
    return this.warningList;
  }

  get coverage(): readonly Coverage[] {
    return [...this.byPath.values()];
  }

  /** A second problem of the same path and message is dropped. */
  private add(problem: Problem): void {
    const path = problem.path ?? "";
    if (!this.first("problem", path, problem.message)) return;
    const location = problem.location ?? this.locate(path);
    this.problemList.push(location === undefined ? problem : { ...problem, location });
  }

  /** A value that can't be used: wrong in itself. */
  problem(path: string, message: string, hint?: string): void {
    if (this.checks.some((check) => check.path === path)) return;
    const location = this.locate(path);
    this.add({
      path: readable(path),
      message: readable(message),
      ...(hint === undefined ? {} : { hint: readable(hint) }),
      ...(location === undefined ? {} : { location }),
    });
  }

  /** A key whose loss would change what the program does. */
  refuse(path: string, why: string, fix?: string): void {
    this.judge({ path, verdict: "refused", why });
    this.problem(path, why, fix);
  }

  /** A key that has no meaning on Fargate; `why` says what happens instead. */
  warn(path: string, why: string): void {
    this.judge({ path, verdict: "warned", why });
    if (this.first("warning", path, why)) {
      this.warningList.push({ path: readable(path), message: readable(why) });
    }
  }

  honour(path: string, why?: string): void {
    this.judge(why === undefined ? { path, verdict: "honoured" } : { path, verdict: "honoured", why });
  }

  private judge(coverage: Coverage): void {
    const before = this.byPath.get(coverage.path);
    if (before === undefined || severity[coverage.verdict] > severity[before.verdict]) {
      const { path, verdict, why } = coverage;
      const told = { path: readable(path), verdict, ...(why === undefined ? {} : { why: readable(why) }) };
      this.byPath.set(path, told);
    }
  }

  private first(kind: string, path: string, message: string): boolean {
    const key = JSON.stringify([kind, path, message]);
    if (this.told.has(key)) return false;
    this.told.add(key);
    return true;
  }
}
