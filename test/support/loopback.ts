/** Servers of the tests on the loopback interface, as processes of their own. */
import type { ChildProcess } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

/** Milliseconds for an emulator to answer; it takes a few seconds at the most on an idle machine, and a minute on a busy one. */
const startTimeout = 300_000;

/** A port of 127.0.0.1 that nothing listened at a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === "string") throw new Error("No free port on 127.0.0.1");
  return address.port;
}

/** Resolves when the emulator is healthy; rejects with its last words where it ends before, or stays silent. */
export async function answered(server: ChildProcess, health: string): Promise<void> {
  let said = "";
  const keep = (data: Buffer): void => {
    said = (said + data.toString()).slice(-8_000);
  };
  server.stdout?.on("data", keep);
  server.stderr?.on("data", keep);
  server.on("error", (error) => {
    keep(Buffer.from(error.message));
  });
  const deadline = Date.now() + startTimeout;
  while (server.exitCode === null && Date.now() < deadline) {
    const healthy = await fetch(health).then(
      (response) => response.ok,
      () => false,
    );
    if (healthy) return;
    await wait(50);
  }
  throw new Error(`The AWS emulator did not start (exit code ${server.exitCode ?? "none"}):\n${said}`);
}

/** Kills it, and waits until it is gone. */
export async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null || server.pid === undefined) return;
  const exit = new Promise((resolve) => server.once("exit", resolve));
  server.ref();
  server.kill("SIGKILL");
  await exit;
}
