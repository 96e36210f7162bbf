/** What of a project people are notified of, as {@link Alerts} takes it. */
import * as pulumi from "@pulumi/pulumi";
import { definedOnly } from "../../defined";
import type { ProjectProgramArgs } from "../../ports";
import type { PublicRoute } from "../public/routes";
import { Alerts, type AlertsArgs } from "./alerts";

/**
 * @param shared - besides, the routes whose requests have alarms where the mode has them
 * @returns what the stack's outputs say: how many are notified, by which way. `undefined` where nobody is
 */
export function alertsOf(
  { project, mode, scaled }: ProjectProgramArgs,
  {
    routes,
    ...shared
  }: Pick<AlertsArgs, "scope" | "secrets" | "cluster" | "certificates"> & {
    readonly routes: readonly PublicRoute[];
  },
  opts: pulumi.ComponentResourceOptions,
): { readonly mail: readonly string[]; readonly webhooks: number } | undefined {
  const { alerts, services } = project;
  if (alerts === undefined) return undefined;
  const errors = mode.deploymentAlarms ? routes : [];
  const alarms = errors.map(({ name }) => shared.scope.name("alarm", name, "errors"));
  new Alerts("alerts", { ...shared, alerts, services, alarms, ...definedOnly({ scaled }) }, opts);
  return {
    mail: alerts.flatMap((alert) => (alert.kind === "mail" ? [alert.address] : [])),
    webhooks: alerts.filter(({ kind }) => kind === "webhook").length,
  };
}
