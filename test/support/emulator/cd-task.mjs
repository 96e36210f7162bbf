// Plays the CD task's container: the built berth-cd, on the simulator in place of Pulumi and of the account's services.
// Arguments: the program to run, the folder of its state, then berth-cd's command line.
import { spawn } from "node:child_process";

const [program, home, command, ...rest] = process.argv.slice(2);
const child = spawn(process.execPath, [program, command, "--simulate", ...rest], {
  env: { ...process.env, HOME: home },
  stdio: ["ignore", "inherit", "inherit"],
});
// The signal reaches the whole group: this process only waits for the program's own end.
process.on("SIGTERM", () => undefined);
child.on("close", (code, signal) => {
  process.exit(code ?? (signal === "SIGTERM" ? 143 : 137));
});
