/** A program that looks what stack traces there are while it runs, and a log that keeps what it is told. */
import { Vpc } from "@pulumi/aws/ec2/vpc";
import { pino } from "pino";
import { BerthError } from "../../src/errors";
import type { Logger } from "../../src/log";
import type { Program } from "../../src/ports";

export interface Seen {
  /** `Error.stackTraceLimit` when the program began, and once AWS has made its resource. */
  readonly limits: number[];
  /** The first frame of an error, and of one of ours; `undefined` for none. */
  readonly frames: (string | undefined)[];
}

/** @param end - what the program does at its end */
export function lookingProgram(end: () => Promise<Record<string, unknown>> = () => Promise.resolve({})): {
  readonly program: Program;
  readonly seen: Seen;
} {
  const seen: Seen = { limits: [], frames: [] };
  const look = (): void => void seen.limits.push(Error.stackTraceLimit);
  const program: Program = async () => {
    look();
    seen.frames.push(firstFrame(new Error("any")), firstFrame(new BerthError("bug", "ours")));
    const made = new Vpc("net", { cidrBlock: "10.0.0.0/16", tags: { tag: "one" } });
    await new Promise<void>((resolve) => {
      made.urn.apply(() => {
        look();
        resolve();
      });
    });
    return end();
  };
  return { program, seen };
}

function firstFrame({ stack = "" }: Error): string | undefined {
  return /^ +at (.*)$/m.exec(stack)?.[1];
}

/** @returns the log, and the messages that it has been told */
export function keptLog(level: string): { readonly log: Logger; readonly messages: string[] } {
  const messages: string[] = [];
  const write = (line: string): void => void messages.push((JSON.parse(line) as { msg: string }).msg);
  return { log: pino({ level }, { write }), messages };
}
