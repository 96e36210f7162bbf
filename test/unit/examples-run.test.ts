/** What of the examples runs without Docker and without a database. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";

const root = join(__dirname, "../..");

test("examples/hello answers, and ends at SIGTERM", async () => {
  const child = spawn(process.execPath, [join(root, "examples/hello/server.mjs")], {
    env: { PORT: "0", GREETING: "Ahoy" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  try {
    const [line] = z.tuple([z.string()]).parse(await once(createInterface(child.stdout), "line"));
    const origin = `http://127.0.0.1:${/\d+$/.exec(line)?.[0] ?? ""}`;
    const [page, health, missing] = await Promise.all(
      ["/", "/healthz", "/else"].map((path) => fetch(origin + path)),
    );
    expect(await page?.text()).toBe("Ahoy\n");
    expect(health?.status).toBe(200);
    expect(missing?.status).toBe(404);
    child.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
  } finally {
    child.kill("SIGKILL");
  }
});

describe("examples/everything", () => {
  /** Starts a server of the project on a free port. @returns its origin and its end */
  async function started(folder: string, env: Readonly<Record<string, string>>) {
    const child = spawn(process.execPath, [join(root, "examples/everything", folder, "server.mjs")], {
      env: { PORT: "0", FIGURES_PORT: "0", ...env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(child, "exit");
    const [line] = z.tuple([z.string()]).parse(await once(createInterface(child.stdout), "line"));
    return { child, ended, origin: `http://127.0.0.1:${/\d+$/.exec(line)?.[0] ?? ""}` };
  }

  test("the site answers and ends at SIGTERM", async () => {
    const { child, ended, origin } = await started("site", { GREETING: "Ahoy" });
    try {
      const [page, health, missing] = await Promise.all(
        ["/", "/healthz", "/else"].map((path) => fetch(origin + path)),
      );
      expect(await page?.text()).toBe("Ahoy\n");
      expect([health?.status, missing?.status]).toEqual([200, 404]);
      child.kill("SIGTERM");
      expect(await ended).toEqual([0, null]);
    } finally {
      child.kill("SIGKILL");
    }
  });

  test("the API keeps files", async () => {
    const folder = mkdtempSync(join(tmpdir(), "berth-uploads-"));
    const { child, origin } = await started("api", { UPLOADS: folder });
    try {
      expect((await fetch(`${origin}/files/a.txt`)).status).toBe(404);
      expect((await fetch(`${origin}/files/a.txt`, { method: "PUT", body: "a" })).status).toBe(201);
      expect(await (await fetch(`${origin}/files/a.txt`)).text()).toBe("a");
      expect(await (await fetch(`${origin}/files`)).json()).toEqual(["a.txt"]);
      expect((await fetch(`${origin}/files/..%2Fa.txt`)).status).toBe(404);
    } finally {
      child.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("the greeter says over gRPC that it serves, and nothing of what it doesn't know", async () => {
    const { child, origin } = await started("greeter", {});
    const client = connect(origin);
    const call = async (path: string): Promise<readonly [status: unknown, message: string]> => {
      const stream = client.request({ ":path": path, ":method": "POST", "content-type": "application/grpc" });
      const message: Buffer[] = [];
      let status: unknown;
      const seen = (headers: Readonly<Record<string, unknown>>): void =>
        void (status = headers["grpc-status"] ?? status);
      stream.on("response", seen).on("trailers", seen);
      stream.on("data", (data: Buffer) => message.push(data)).end();
      await once(stream, "close");
      return [status, Buffer.concat(message).toString("hex")];
    };
    try {
      expect(await call("/grpc.health.v1.Health/Check")).toEqual(["0", "00000000020801"]);
      expect(await call("/AWS.ALB/healthcheck")).toEqual(["12", ""]);
    } finally {
      client.close();
      child.kill("SIGKILL");
    }
  });
});

test("examples/todo: the page's own tests pass", async () => {
  const child = spawn(process.execPath, ["--test", "test/app.test.js"], {
    cwd: join(root, "examples/todo/web"),
    env: {},
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output: string[] = [];
  child.stdout.on("data", (data: Buffer) => output.push(data.toString()));
  const [code] = z.tuple([z.number(), z.null()]).parse(await once(child, "close"));
  expect({ code, output: code === 0 ? "" : output.join("") }).toEqual({ code: 0, output: "" });
});
