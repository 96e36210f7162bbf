/** moto on the loopback interface: the AWS that the real provider's calls go to. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { answered, ended, freePort } from "../support/loopback";
import { pythonOfTests } from "../support/python";

export interface Moto {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts one with nothing in it. It ends with this process, however that ends.
 *
 * @param zones - names of the account's public hosted zones, by id
 * @throws Error where there is no Python, or it doesn't start
 */
export async function startMoto(zones: Readonly<Record<string, string>> = {}): Promise<Moto> {
  const python = pythonOfTests("provider");
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = spawn(python, [join(__dirname, "moto/server.py"), String(port)], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { PATH: process.env["PATH"], HOSTED_ZONES: JSON.stringify(zones) },
  });
  const stop = (): Promise<void> => ended(server);
  try {
    await answered(server, `${url}/moto-api/`);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}
