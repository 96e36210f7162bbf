/** Schedules of Copilot's jobs (its documentation, "Scheduled Job", on.schedule). */
import { nicknames } from "../../interpret/cron";

export type Schedule = { readonly cron: string } | { readonly every: string };

/** @returns `undefined` where the text is none of Copilot's forms, or never */
export function copilotSchedule(text: string): Schedule | undefined {
  const written = text.trim();
  if (Object.hasOwn(nicknames, written)) return { cron: nicknames[written] ?? "" };
  const every = /^@every\s+((?:\d+[smhd])+)$/.exec(written)?.[1];
  if (every !== undefined) return { every };
  const [, count, unit = ""] = /^rate\((\d+)\s+(minute|hour|day)s?\)$/.exec(written) ?? [];
  if (count !== undefined) return { every: `${count}${unit.slice(0, 1)}` };
  // AWS's form has a year behind the five fields, and a ? for one of the two days.
  const [, fields = ""] = /^cron\((.+)\)$/.exec(written) ?? [];
  const cron = fields === "" ? written : fields.split(/\s+/).slice(0, 5).join(" ").replaceAll("?", "*");
  return /^(\S+\s+){4}\S+$/.test(cron) ? { cron } : undefined;
}
