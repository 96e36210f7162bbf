/** `healthcheck`: the container's check as ECS takes it, and what the load balancer's check takes from it. */
import type { ImageCheck, ImageConfig } from "../model/image-config";
import type { Healthcheck, Port } from "../model/project";
import { httpTarget } from "./http-check";
import type { Node } from "./node";

interface Bounds {
  /** Where the file says nothing: Compose's own default (Dockerfile reference, HEALTHCHECK). */
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
}

/** Source of the bounds: Amazon ECS API reference, HealthCheck. Seconds, but for retries. */
const bounds = {
  interval: { fallback: 30, min: 5, max: 300 },
  timeout: { fallback: 30, min: 2, max: 60 },
  retries: { fallback: 3, min: 1, max: 10 },
  start_period: { fallback: 0, min: 0, max: 300 },
} satisfies Record<string, Bounds>;

/**
 * The check of a container. Values out of ECS's bounds are moved to the nearest one, with a warning: the check
 * asks the same, somewhat more or less often.
 *
 * What the file does not say is as the image's HEALTHCHECK has it, as in Compose: ECS does not read that itself.
 *
 * @param image - what is known of the image. @default nothing is
 * @returns `undefined` where there is none, or where it is switched off
 */
export function readHealthcheck(
  healthcheck: Node,
  serviceName: string,
  image?: ImageConfig,
): Healthcheck | undefined {
  if (healthcheck.get("disable").boolean() === true) return undefined;
  const test = healthcheck.get("test");
  const own = imageCheck(image);
  if (!test.present && own === undefined) {
    if (healthcheck.entries().some(([key, value]) => value.present && key !== "disable")) {
      healthcheck.warn("without a test nothing is checked: no HEALTHCHECK of the image is known");
    }
    return undefined;
  }
  const command = test.present ? readTest(test) : commandOf(own, image);
  if (command === undefined) return undefined;
  const target = httpTarget(command.slice(1), serviceName);
  const interval = bounded(healthcheck.get("interval"), bounds.interval, "seconds", own?.interval);
  const startPeriod = bounded(
    healthcheck.get("start_period"),
    bounds.start_period,
    "seconds",
    own?.startPeriod,
  );
  const start = Math.min(bounds.start_period.max, startPeriod + missingTime(healthcheck, interval, own));
  const also = start === startPeriod ? "" : `, and start_period ${start} s, for as long a start as before`;
  return {
    command,
    interval,
    timeout: bounded(healthcheck.get("timeout"), bounds.timeout, "seconds", own?.timeout),
    retries: bounded(healthcheck.get("retries"), bounds.retries, "number", own?.retries, also),
    startPeriod: start,
    ...target,
  };
}

/**
 * Seconds that a slow start loses where ECS takes fewer retries than the file asks for. In Docker an unhealthy container
 * runs on; ECS stops its task (ECS Developer Guide, Determine Amazon ECS task health using container health checks).
 */
function missingTime(healthcheck: Node, interval: number, image: ImageCheck | undefined): number {
  const retries = healthcheck.get("retries").number() ?? image?.retries ?? bounds.retries.fallback;
  if (retries <= bounds.retries.max) return 0;
  const asked = healthcheck.get("interval").seconds() ?? image?.interval ?? interval;
  return Math.max(0, Math.ceil(retries * asked) - bounds.retries.max * interval);
}

/** A check that asks a port which the service names nowhere is most often one that was forgotten in a change. */
export function judgeCheckedPort(
  service: Node,
  { port, path }: Pick<Healthcheck, "port" | "path"> | undefined = {},
  ports: readonly Port[],
): void {
  const test = service.at("healthcheck", "test");
  if (!test.present || port === undefined || path === undefined || ports.length === 0) return;
  const known = ports.map(({ target }) => target);
  if (known.includes(port)) return;
  test.warn(
    `the check asks port ${port}, and the service names ${known.length === 1 ? "port" : "ports"} ${known.join(", ")}: where nothing listens on ${port}, the service never becomes healthy; expose: ["${port}"] says that something does`,
  );
}

/** The image's HEALTHCHECK, where it is one that asks anything. */
export function imageCheck(image: ImageConfig | undefined): ImageCheck | undefined {
  const check = image?.healthcheck;
  const [kind] = check?.test ?? [];
  return kind === "CMD" || kind === "CMD-SHELL" ? check : undefined;
}

/** ECS runs a line with /bin/sh -c, Docker with what the image's SHELL names. */
function commandOf(
  check: ImageCheck | undefined,
  image: ImageConfig | undefined,
): readonly string[] | undefined {
  const [kind, line = ""] = check?.test ?? [];
  const { shellWords } = image ?? {};
  if (check === undefined) return undefined;
  return kind === "CMD-SHELL" && shellWords !== undefined ? ["CMD", ...shellWords, line] : check.test;
}

/** Whether a service has a check that can become healthy. */
export function hasHealthcheck(healthcheck: Node): boolean {
  const { value } = healthcheck.get("test");
  const disabled = healthcheck.get("disable").value;
  const none = Array.isArray(value) && value[0] === "NONE";
  return value !== undefined && value !== null && !none && disabled !== true && disabled !== "true";
}

function readTest(test: Node): readonly string[] | undefined {
  const hint = "a secret is given under environment, and a CMD-SHELL test reads it: $$NAME";
  if (!Array.isArray(test.value)) {
    const line = test.text(hint);
    return line === undefined || line === "" ? undefined : ["CMD-SHELL", line];
  }
  const items = test.items();
  const words = test.texts(hint);
  if (words.length < items.length || words.length === 0 || words[0] === "NONE") return undefined;
  const shell = words[0] === "CMD-SHELL" && words.length === 2;
  if (shell || (words[0] === "CMD" && words.length > 1)) return words;
  test.problem(
    "a test is a list that starts with CMD, CMD-SHELL or NONE",
    '["CMD", "curl", "-f", "http://localhost:8080/"], or one text for the shell',
  );
  return undefined;
}

function bounded(
  node: Node,
  { fallback, min, max }: Bounds,
  unit: "seconds" | "number",
  image: number | undefined,
  also = "",
): number {
  const asked = unit === "seconds" ? node.seconds() : node.number();
  if (asked === undefined || (asked === 0 && fallback !== 0)) {
    if (image === undefined || image === 0) return fallback;
    return Math.min(max, Math.max(min, Math.ceil(image)));
  }
  const given = Math.min(max, Math.max(min, Math.ceil(asked)));
  if (given !== asked) {
    const suffix = unit === "seconds" ? " s" : "";
    node.warn(
      `${asked}${suffix} becomes ${given}${suffix}${also}: ECS accepts whole numbers from ${min} to ${max}`,
    );
  }
  return given;
}
