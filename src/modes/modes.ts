/** The deployment modes: a column each of the table of settings, each setting overridable alone under `x-berth:`. */
import { z } from "zod";
import { BerthError, type Problem, type SourceLocation } from "../errors";
import { definedOnly } from "../defined";
import { didYouMean } from "../nearest";
import { modeNames, type ModeName } from "./names";
import { settings, type ModeSettings } from "./settings";

export { modeNames, type ModeName } from "./names";
export { settings, type ModeSettings } from "./settings";

type SettingName = keyof ModeSettings;

const settingNames = Object.keys(settings) as SettingName[];

/** What `x-berth` takes besides settings, and others read. */
const otherKeys = ["alerts"];

/** One column of the table. */
function settingsOf(mode: ModeName): ModeSettings {
  const column = modeNames.indexOf(mode);
  return Object.fromEntries(
    settingNames.map((name) => [name, settings[name].values[column]]),
  ) as ModeSettings;
}

/** Each mode's value of each setting. */
export const modes = Object.fromEntries(modeNames.map((mode) => [mode, settingsOf(mode)])) as Readonly<
  Record<ModeName, ModeSettings>
>;

function overrides() {
  return z
    .strictObject(
      Object.fromEntries(settingNames.map((name) => [name, settings[name].schema()])) as {
        readonly [Name in SettingName]: ReturnType<(typeof settings)[Name]["schema"]>;
      },
    )
    .partial();
}

/** A wrong value is reported with what the setting decides; an unknown one with the setting that is meant. */
function problemsOf(
  issue: z.core.$ZodIssue,
  locate: (path: string) => SourceLocation | undefined,
): readonly Problem[] {
  const path = issue.path.reduce<string>(below, "x-berth");
  if (issue.code === "unrecognized_keys" && issue.path.length === 0) {
    return issue.keys.map((key) => {
      const known = `settings are ${settingNames.join(", ")}`;
      const hint = didYouMean(key, [...settingNames, ...otherKeys], known);
      return located(
        { path: below(path, key), message: `there is no setting ${JSON.stringify(key)}`, hint },
        locate,
      );
    });
  }
  const setting = settingNames.find((name) => name === issue.path[0]);
  const hint = setting === undefined ? undefined : settings[setting].means;
  return [located({ path, message: issue.message, ...(hint === undefined ? {} : { hint }) }, locate)];
}

function located(problem: Problem, locate: (path: string) => SourceLocation | undefined): Problem {
  const location = locate(problem.path ?? "");
  return location === undefined ? problem : { ...problem, location };
}

function below(path: string, key: PropertyKey): string {
  return typeof key === "number" ? `${path}[${key}]` : `${path}.${String(key)}`;
}

/**
 * The settings of a mode with a project's own over them.
 *
 * @param mode - the mode's name
 * @param own - `x-berth:` as written
 * @param locate - where a compose path is in its file
 * @throws BerthError (project) that names every setting that is unknown or out of range
 */
export function modeSettings(
  mode: ModeName,
  own: Readonly<Record<string, unknown>> = {},
  locate: (path: string) => SourceLocation | undefined = () => undefined,
): ModeSettings {
  // Most projects say nothing, and what reads the settings takes as long to load as the whole loader.
  if (Object.keys(own).length === 0) return modes[mode];
  const parsed = overrides().safeParse(own);
  if (!parsed.success) {
    throw new BerthError(
      "project",
      parsed.error.issues.flatMap((issue) => problemsOf(issue, locate)),
    );
  }
  return { ...modes[mode], ...definedOnly(parsed.data) };
}
