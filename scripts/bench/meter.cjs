// Loaded before a program that is measured: at its end it notes the peak of the process's memory.
const { writeFileSync } = require("node:fs");

process.on("exit", () => {
  // KiB (getrusage(2)).
  const peak = process.resourceUsage().maxRSS / 1024;
  writeFileSync(process.env.BENCH_METER, JSON.stringify({ peak }));
});
