/** The documents of a registry, as they are parsed (OCI Image Format Specification; Docker Image Manifest V2, Schema 2). */
import { z } from "zod";
import type { ImageCheck, ImageConfig } from "../model/image-config";

const descriptor = z.object({ digest: z.string().regex(/^sha256:[0-9a-f]{64}$/), size: z.int().min(0) });

export const manifest = z.object({ config: descriptor });

export const index = z.object({
  manifests: z.array(
    descriptor.extend({ platform: z.object({ os: z.string(), architecture: z.string() }).optional() }),
  ),
});

const words = z.array(z.string());

/** Nanoseconds. */
const check = z.object({
  Test: words.nullish(),
  Interval: z.number().nullish(),
  Timeout: z.number().nullish(),
  StartPeriod: z.number().nullish(),
  Retries: z.number().nullish(),
});

const image = z.object({
  config: z
    .object({
      User: z.string().nullish(),
      Volumes: z.record(z.string(), z.unknown()).nullish(),
      ExposedPorts: z.record(z.string(), z.unknown()).nullish(),
      StopSignal: z.string().nullish(),
      Shell: words.nullish(),
      Healthcheck: check.nullish(),
    })
    .nullish(),
  history: z.array(z.object({ created_by: z.string().nullish() })).nullish(),
});

/** @throws ZodError where it is no configuration of an image */
export function configOf(document: unknown): ImageConfig {
  const { config, history } = image.parse(document);
  const { User: user = "", Volumes: volumes, Shell: shell, Healthcheck: healthcheck } = config ?? {};
  const stopSignal = config?.StopSignal ?? "";
  const test = healthcheck?.Test ?? [];
  return {
    ...(user === null || user === "" ? {} : { user }),
    ...(shell === null || shell === undefined || shell.length === 0 ? {} : { shellWords: shell }),
    ...(healthcheck === null || healthcheck === undefined || test.length === 0
      ? {}
      : { healthcheck: checkOf(test, healthcheck) }),
    volumes: Object.keys(volumes ?? {}).sort(),
    exposes: Object.keys(config?.ExposedPorts ?? {}).sort(),
    ...(stopSignal === "" ? {} : { stopSignal }),
    shell: (history ?? []).some(({ created_by: line }) => isShellStep(line ?? "")),
    complete: true,
  };
}

function checkOf(
  test: readonly string[],
  { Interval, Timeout, StartPeriod, Retries }: z.infer<typeof check>,
): ImageCheck {
  const seconds = { interval: Interval, timeout: Timeout, startPeriod: StartPeriod };
  const given = Object.entries(seconds).flatMap(([key, value]) =>
    value === null || value === undefined || value === 0 ? [] : [[key, value / 1e9] as const],
  );
  return { test, ...Object.fromEntries(given), ...(Retries ? { retries: Retries } : {}) };
}

/** `/bin/sh -c apk add …` of the classic builder, `RUN /bin/sh -c apk add … # buildkit` of BuildKit. */
function isShellStep(line: string): boolean {
  return /^(RUN )?(\|\d+ .*)?\/bin\/(ba|a)?sh -c (?!#\(nop\))/.test(line);
}
