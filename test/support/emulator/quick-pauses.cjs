// `node --require quick-pauses.cjs PROGRAM`: what a program waits before it looks again takes a tenth of the time. The
// emulator is done in moments; limits and time-outs, which are other timers, stay as long as they are.
const promises = require("node:timers/promises");

const { setTimeout: wait } = promises;
promises.setTimeout = (milliseconds, ...rest) => wait(milliseconds / 10, ...rest);
