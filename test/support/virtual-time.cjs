// `node --require virtual-time.cjs PROGRAM`: time that nobody waits for. Timers fire one by one in the order of their
// times, each as soon as the process has nothing else to do, and the clock stands at the time of the last one. What a
// program waits is so the same on every machine, however busy. Files and sockets take no time.
const { appendFileSync } = require("node:fs");
const promises = require("node:timers/promises");
const timers = require("node:timers");

const turn = setImmediate;
/** What a process may have open though nothing comes of it (Node.js documentation, `process.getActiveResourcesInfo`). */
const idle = new Set(["Immediate", "PipeWrap", "SignalWrap", "TTYWrap", "Timeout"]);
/** Turns of the event loop without anything to do after which nothing comes any more. */
const quiet = 12;

let now = Date.now();
let made = 0;
let looking = false;
const waiting = new Map();
Date.now = () => Math.floor(now);
// Pauses that are drawn by lot are those of every run.
Math.random = () => 0.5;

/** A file that gets the second of each thing that is written to the error stream, from the start on. */
const stamps = process.env["VIRTUAL_TIME_STAMPS"];
if (stamps !== undefined) {
  const began = now;
  const write = process.stderr.write.bind(process.stderr);
  process.stderr.write = (...given) => {
    appendFileSync(stamps, `${(now - began) / 1_000}\n`);
    return write(...given);
  };
}

function look(turns) {
  if (![...waiting.values()].some(({ isRef }) => isRef)) {
    looking = false;
    return;
  }
  const isBusy = process.getActiveResourcesInfo().some((resource) => !idle.has(resource));
  if (isBusy || turns < quiet) {
    turn(look, isBusy ? 0 : turns + 1);
    return;
  }
  const [next] = [...waiting.values()].sort((a, b) => a.at - b.at || a.order - b.order);
  waiting.delete(next.order);
  now = Math.max(now, next.at);
  if (next.again) wait(next);
  turn(look, 0);
  next.work();
}

function wait(timer) {
  timer.at = now + timer.milliseconds;
  waiting.set(timer.order, timer);
  if (looking || !timer.isRef) return;
  looking = true;
  turn(look, 0);
}

class Timer {
  isRef = true;

  constructor(work, milliseconds, again) {
    this.order = made++;
    this.work = work;
    this.milliseconds = Math.max(1, Number(milliseconds) || 0);
    this.again = again;
    wait(this);
  }

  ref() {
    this.isRef = true;
    return this;
  }

  unref() {
    this.isRef = false;
    return this;
  }

  hasRef() {
    return this.isRef;
  }

  refresh() {
    wait(this);
    return this;
  }

  close() {
    waiting.delete(this.order);
    return this;
  }

  [Symbol.toPrimitive]() {
    return this.order;
  }
}

function clear(timer) {
  waiting.delete(timer instanceof Timer ? timer.order : Number(timer));
}

const own = {
  setTimeout: (work, milliseconds, ...given) => new Timer(() => work(...given), milliseconds, false),
  setInterval: (work, milliseconds, ...given) => new Timer(() => work(...given), milliseconds, true),
  clearTimeout: clear,
  clearInterval: clear,
};
Object.assign(globalThis, own);
Object.assign(timers, own);

promises.setTimeout = (milliseconds, value, { signal, ref = true } = {}) =>
  new Promise((resolve, reject) => {
    const refuse = () => {
      const error = new Error("The operation was aborted", { cause: signal.reason });
      reject(Object.assign(error, { name: "AbortError", code: "ABORT_ERR" }));
    };
    if (signal?.aborted === true) {
      refuse();
      return;
    }
    const end = () => {
      clear(timer);
      refuse();
    };
    const timer = own.setTimeout(() => {
      signal?.removeEventListener("abort", end);
      resolve(value);
    }, milliseconds);
    if (!ref) timer.unref();
    signal?.addEventListener("abort", end, { once: true });
  });
