/** The state of services as a table, with Docker Compose's columns and words where it has them. */
import { shortImage } from "../../report/terminal/images";
import { endpointsTable, table } from "../../report/terminal/tables";
import { age, ago, cut, span, wrapped } from "../core/words";
import type { StoreView } from "../../ports";
import type { TextOptions } from "./options";
import type { ServiceStatus } from "./status";
import { ranWell, scheduleNews, scheduleState } from "./schedules";
import { storeNews, storesText } from "./stores";

/** Characters that the image's column has at least, and at most. */
const imageWidth = { least: 12, most: 60 };

/**
 * A table of the services, one of the managed stores, one of the addresses, and below them what happened to each last.
 *
 * @param urls - by service
 */
export function statusText(
  services: readonly ServiceStatus[],
  options: TextOptions,
  stores: readonly StoreView[] = [],
  urls: Readonly<Record<string, string>> = {},
): string {
  if (services.length === 0 && stores.length === 0) return "No services\n";
  const news: News[] = [
    ...services.flatMap((status) => newsOf(status, options.now)),
    ...storeNews(stores).map(([service, text]): News => [service, "", text]),
  ];
  return [
    services.length === 0 ? "" : servicesText(services, options),
    storesText(stores, options),
    Object.keys(urls).length === 0 ? "" : endpointsTable(urls),
    news.length === 0 ? "" : newsText(news, options.columns),
  ]
    .filter((part) => part !== "")
    .map((part) => `${part}\n`)
    .join("\n");
}

function servicesText(services: readonly ServiceStatus[], options: TextOptions): string {
  const rows = services.map((status) => [
    status.service,
    status.image === undefined ? "" : shortImage(status.image),
    status.kind !== "service" ? "" : `${status.running}/${status.desired}`,
    stateOf(status, options.now),
    status.deployment?.created === undefined ? "" : age(status.deployment.created, options.now),
    portsOf(status),
  ]);
  const head = ["SERVICE", "IMAGE", "TASKS", "STATUS", "AGE", "PORTS"];
  const [title = "", ...lines] = table(head, fitted([head, ...rows], options.columns).slice(1)).split("\n");
  const painted = lines.map((line, index) => paintLine(services[index], line, options));
  return [title, ...painted].join("\n");
}

function paintLine(status: ServiceStatus | undefined, line: string, { paint }: TextOptions): string {
  if (status === undefined || isWell(status)) return line;
  return paint(status.kind === "service" && status.running === 0 ? "red" : "yellow", line);
}

function isWell(status: ServiceStatus): boolean {
  const { kind, running, desired, unhealthy, deployment, lastStop } = status;
  if (kind === "schedule") return ranWell(status);
  if (kind === "static") return true;
  if (kind === "task") return running > 0 || (lastStop?.exitCode ?? 0) === 0;
  return running >= desired && unhealthy === 0 && deployment?.state !== "FAILED";
}

/** In Docker's words: `Up 3 hours (healthy)`. */
export function stateOf(status: ServiceStatus, now: number): string {
  const { kind, desired, running, pending, deployment, started, lastStop } = status;
  if (kind === "schedule") return scheduleState(status, now);
  if (kind === "static") return `Published (${(status.version ?? "").slice(0, 12)})`;
  if (kind === "task" && running + pending === 0) return exited(lastStop, now);
  if (kind === "service" && desired === 0 && running === 0) return "Stopped";
  const up = started === undefined ? "Up" : `Up ${span(now - Date.parse(started))}`;
  if (deployment?.state === "FAILED") return running > 0 ? `${up} (deployment failed)` : "Deployment failed";
  if (running === 0) return restarting(status, now);
  if (deployment?.state === "IN_PROGRESS") return `${up} (deploying)`;
  return `${up}${healthOf(status)}`;
}

function restarting({ pending, lastStop }: ServiceStatus, now: number): string {
  if (lastStop === undefined) return pending > 0 ? "Starting" : "Waiting for a task";
  const code = lastStop.exitCode === undefined ? "" : ` (${lastStop.exitCode})`;
  return `Restarting${code} ${ago(lastStop.time, now)}`;
}

function exited(stop: ServiceStatus["lastStop"], now: number): string {
  if (stop === undefined) return "";
  return stop.exitCode === undefined
    ? `Stopped ${ago(stop.time, now)}`
    : `Exited (${stop.exitCode}) ${ago(stop.time, now)}`;
}

function healthOf({ healthy, unhealthy, running }: ServiceStatus): string {
  if (unhealthy > 0) return running === 1 ? " (unhealthy)" : ` (${unhealthy} of ${running} unhealthy)`;
  if (healthy === 0) return "";
  return healthy >= running ? " (healthy)" : ` (${healthy} of ${running} healthy)`;
}

function portsOf({ ports }: ServiceStatus): string {
  return ports.map(({ port, protocol }) => `${port}/${protocol}`).join(", ");
}

/** The rows with the images cut so that a line of the table holds them. */
function fitted(rows: readonly (readonly string[])[], columns: number): string[][] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const others = widths.reduce((sum, width, column) => (column === 1 ? sum : sum + width + 2), 0);
  const room = Math.min(imageWidth.most, Math.max(imageWidth.least, columns - others));
  return rows.map((row) => row.map((cell, column) => (column === 1 ? cut(cell, room) : cell)));
}

type News = readonly [service: string, time: string, text: string];

/** What ECS last said of a service, why its deployment is as it is, and why a task last stopped. */
function newsOf(status: ServiceStatus, now: number): News[] {
  const { service, kind, lastEvent, lastStop, deployment } = status;
  const news: News[] = scheduleNews(status).map(([time, text]) => [service, since(time, now), text]);
  if (lastEvent !== undefined) news.push([service, since(lastEvent.time, now), lastEvent.message]);
  const why = deployment?.reason ?? "";
  if (why !== "" && deployment?.state !== "COMPLETED") news.push([service, "", why]);
  const interesting = kind === "service" || (lastStop?.exitCode ?? 0) !== 0;
  if (lastStop !== undefined && interesting) {
    const code = lastStop.exitCode === undefined ? "" : `, exit code ${lastStop.exitCode}`;
    const reason = lastStop.reason === "" ? "" : `: ${lastStop.reason}`;
    news.push([
      service,
      since(lastStop.time, now),
      `task ${lastStop.task.slice(0, 8)} stopped${code}${reason}`,
    ]);
  }
  return news;
}

function since(time: string, now: number): string {
  return time === "" ? "" : `${age(time, now)} ago`;
}

/** The last column takes what room is left, in as many lines as it needs. */
function newsText(news: readonly News[], columns: number): string {
  const width = (column: 0 | 1, title: string): number =>
    Math.max(title.length, ...news.map((row) => row[column].length)) + 2;
  const room = Math.max(30, columns - width(0, "SERVICE") - width(1, "WHEN"));
  const rows = news.map(([service, time, text]) => [service, time, wrapped(text, room).join("\n")]);
  return table(["SERVICE", "WHEN", "LAST EVENT"], rows);
}
