// Loaded before a program that is measured: at its end it notes what the process took of the processors and of memory.
const { writeFileSync } = require("node:fs");

process.on("exit", () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  // Microseconds and KiB (getrusage(2)).
  const figures = { cpu: (userCPUTime + systemCPUTime) / 1e6, peak: maxRSS / 1024 };
  writeFileSync(process.env.BENCH_METER, JSON.stringify(figures));
});
