/** What the instructions of a Dockerfile make of an image's configuration (Docker documentation, "Dockerfile reference"). */
import type { ImageCheck, ImageConfig } from "../model/image-config";
import { secondsOf } from "../model/duration";
import type { Instruction } from "./dockerfile";

/**
 * The configuration of a built image.
 *
 * @param base - of the image that it begins with; `undefined` where nobody knows it
 */
export function withInstructions(
  base: ImageConfig | undefined,
  instructions: readonly Instruction[],
): ImageConfig {
  return instructions.reduce<ImageConfig>(
    (config, instruction) => applied(config, instruction),
    base ?? { volumes: [], complete: false },
  );
}

function applied(config: ImageConfig, { keyword, text }: Instruction): ImageConfig {
  const rest = text.slice(keyword.length).trim();
  if (keyword === "HEALTHCHECK") {
    const healthcheck = checkOf(rest);
    return healthcheck === undefined ? config : { ...config, healthcheck };
  }
  if (keyword === "USER") return { ...config, user: rest };
  if (keyword === "VOLUME")
    return { ...config, volumes: [...config.volumes, ...(jsonWords(rest) ?? rest.split(" "))] };
  if (keyword === "EXPOSE") return { ...config, exposes: [...(config.exposes ?? []), ...portsOf(rest)] };
  if (keyword === "STOPSIGNAL") return { ...config, stopSignal: rest };
  if (keyword === "SHELL") {
    const shellWords = jsonWords(rest);
    return shellWords === undefined ? config : { ...config, shellWords };
  }
  // In the shell form, after its flags.
  if (keyword === "RUN" && jsonWords(rest.replace(/^(--\S+ )*/, "")) === undefined)
    return { ...config, shell: true };
  return config;
}

/** `80 53/udp` as an image's configuration has it; a port is TCP where it says nothing. */
function portsOf(text: string): readonly string[] {
  const words = text.split(/\s+/).filter((word) => word !== "");
  return words.map((word) => (word.includes("/") ? word.toLowerCase() : `${word}/tcp`));
}

/** `[--interval=30s …] CMD command`, or `NONE`. */
function checkOf(text: string): ImageCheck | undefined {
  if (/^NONE$/i.test(text)) return { test: ["NONE"] };
  const [, flags = "", command = ""] = /^((?:--\S+ )*)CMD (.+)$/is.exec(text) ?? [];
  if (command === "") return undefined;
  const flag = (name: string): string | undefined => new RegExp(`--${name}=(\\S+)`).exec(flags)?.[1];
  const words = jsonWords(command);
  const numbers = {
    interval: secondsOf(flag("interval") ?? ""),
    timeout: secondsOf(flag("timeout") ?? ""),
    startPeriod: secondsOf(flag("start-period") ?? ""),
    retries: flag("retries") === undefined ? undefined : Number(flag("retries")),
  };
  return {
    test: words === undefined ? ["CMD-SHELL", command] : ["CMD", ...words],
    ...Object.fromEntries(Object.entries(numbers).filter(([, value]) => Number.isFinite(value))),
  };
}

/** Words in their JSON form, as CMD has them; `undefined` for what is none. */
export function jsonWords(text: string): readonly string[] | undefined {
  if (!text.startsWith("[")) return undefined;
  try {
    const words: unknown = JSON.parse(text);
    return Array.isArray(words) && words.every((word) => typeof word === "string") ? words : undefined;
  } catch {
    return undefined;
  }
}
