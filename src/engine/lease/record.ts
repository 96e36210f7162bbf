/** A lease as it is written, and its words for people. */
import { BerthError } from "../../errors";
import type { LeaseHolder, StackIdentity } from "../../ports";
import { listOf, optional, record, text, whole } from "../../ports/shape";

const holder = record({
  id: text,
  host: text,
  machine: text,
  pid: whole,
  processStart: text,
  taskArn: optional(text),
  command: text,
  version: text,
  since: text,
  heartbeat: text,
});

const shape = record({
  /** Absent where the lease is free. */
  holder: optional(holder),
  /** Runs that ended without freeing theirs, and whose traces are still to be cleared away. */
  after: listOf(holder),
});

export interface LeaseRecord {
  /** The text is none of this version's: whoever wrote it may live. */
  readonly isUnreadable?: true;
  readonly holder?: LeaseHolder;
  readonly after: readonly LeaseHolder[];
}

/**
 * The record. What isn't JSON has no owner: no store shows a text that is half written, so a machine that lost its power
 * has left it, and its run with it.
 */
export function parseLease(text: string): LeaseRecord {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return { after: [] };
  }
  try {
    return shape(found) as LeaseRecord;
  } catch {
    return { isUnreadable: true, after: [] };
  }
}

/** The refusal of a run where the lease can't be read: nobody is provably gone. */
export function unreadableError(stack: StackIdentity, key: string): BerthError {
  return new BerthError("locked", {
    path: `${stack.project}/${stack.stack}`,
    message: `the lease ${key} beside the state can't be read: another version of Berth may have written it, whose run may still be going on`,
    hint: `if you know that nothing runs: ${cancelling(stack)} --force`,
  });
}

function cancelling({ project, stack }: StackIdentity): string {
  return `BERTH_PROJECT=${project} BERTH_STACK=${stack} berth-cd cancel`;
}

/** `berth-cd up of berth 0.1.0 on ci-7 (process 4711)`, or of an ECS task. */
export function describeHolder({ command, version, host, pid, taskArn }: LeaseHolder): string {
  const where = taskArn === undefined ? `on ${host} (process ${pid})` : `in the ECS task ${taskArn}`;
  return `berth-cd ${command} (${version}) ${where}`;
}

/** Milliseconds without a sign of life after which a message says so: eight heartbeats. */
const silence = 80_000;

/** Commands that change a running stack by calls of AWS, each whole in itself, and no state (src/app/running). */
const leavesNoTraces: readonly string[] = ["restart", "rollback", "scale", "stop", "start"];

/** Milliseconds without a sign of life after which such a command is over, whoever ran it: thirty heartbeats. */
const longSilence = 300_000;

/** Whether a holder that can't be asked from here is over all the same: what it leaves needs nobody's hand. */
export function isOver({ command, heartbeat }: LeaseHolder, now: number): boolean {
  return leavesNoTraces.includes(command) && now - Date.parse(heartbeat) > longSilence;
}

/**
 * The refusal of a run because another has locked the stack: who, since when, and the command that cancels it.
 *
 * @param known - whether its life was seen; else only its last sign of life is reported
 */
export function leasedError(
  stack: StackIdentity,
  holder: LeaseHolder,
  known: boolean,
  now: number,
): BerthError {
  const silent = now - Date.parse(holder.heartbeat) > silence;
  const message = `the stack is locked by ${describeHolder(holder)} since ${holder.since}`;
  const cancel = cancelling(stack);
  return new BerthError("locked", {
    path: `${stack.project}/${stack.stack}`,
    message: known || !silent ? message : `${message}; its last sign of life was at ${holder.heartbeat}`,
    hint:
      known || !silent
        ? `wait for it to end, or end it: ${cancel}`
        : `whether it lives can't be seen from this machine; if you know that it is gone: ${cancel} --force`,
  });
}
