/** An AWS on the loopback interface, for one test file: started in `beforeAll`, stopped in `afterAll`. */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ProcessDocker, type Programs } from "./emulator/process-docker";
import { answered, ended, freePort } from "./loopback";
import { pythonOfTests } from "./python";

export interface EmulatorOptions {
  /** Evaluate IAM policies and signatures: `test` then is the account's root, everybody else needs a policy. @default false */
  readonly enforceIam?: boolean;
  /** What an ECS task runs, by the image of its container. @default only `kaniko`, which plays the image builder */
  readonly programs?: Programs;
  /** Seconds until a deployment of a service counts as done: a task that fails by itself has to do so before. @default 0.1 */
  readonly steadyAfter?: number;
}

/** The account that the emulator's credentials belong to. */
export const account = "123456789012";
export const region = "us-east-1";
export const credentials = { accessKeyId: "test", secretAccessKey: "test" };

/** The image name under which a task plays Kaniko's executor (`emulator/executor.mjs`). */
export const kanikoImage = "kaniko";

const folder = join(__dirname, "emulator");

export interface Emulator {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** The environment of a process that is to use the emulator; it waits a tenth of its pauses (`quick-pauses.cjs`). */
  readonly env: Readonly<Record<string, string>>;
  /** A call of a query API (IAM, CloudFormation, …) as the account's root. @returns the answer's XML */
  query(service: string, parameters: Readonly<Record<string, string>>): Promise<string>;
  /** An IAM user that may do nothing, where IAM is enforced. */
  createUser(name: string): Promise<AccessKey>;
  stop(): Promise<void>;
}

export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/**
 * Starts an emulator with nothing in it. It ends with this process, however that ends.
 * Throws, and says what to install, where there is no Python: a test that needs AWS is never passed over in silence.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const python = pythonOfTests();
  const directory = await mkdtemp(join(tmpdir(), "berth-aws-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = environmentOf(url);
  const programs = options.programs ?? { [kanikoImage]: [process.execPath, join(folder, "executor.mjs")] };
  const docker = new ProcessDocker(programs, env);
  const socket = join(directory, "docker.sock");
  await docker.listen(socket);
  const server = spawn(python, [join(folder, "server.py")], {
    cwd: directory,
    stdio: ["pipe", "pipe", "pipe"],
    env: {
      PATH: env["PATH"],
      HOME: directory,
      TMPDIR: directory,
      PYTHONDONTWRITEBYTECODE: "1",
      GATEWAY_PORT: String(port),
      BIND_HOST: "127.0.0.1",
      IOT_MTLS_ENABLED: "0",
      MINISTACK_ACCOUNT_ID: account,
      MINISTACK_REGION: region,
      DOCKER_HOST: `unix://${socket}`,
      AUTH: String(options.enforceIam === true),
      STEADY_AFTER: String(options.steadyAfter ?? 0.1),
      LOG_LEVEL: "WARNING",
    },
  });
  const stop = async (): Promise<void> => {
    await ended(server);
    await docker.close();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await answered(server, `${url}/_ministack/health`);
  } catch (error) {
    await stop();
    throw error;
  }
  // Where a suite fails before it could stop it, jest is to end all the same, and the emulator ends with it.
  server.unref();
  for (const pipe of [server.stdin, server.stdout, server.stderr]) (pipe as Socket | null)?.unref();
  const query: Emulator["query"] = (service, parameters) => ask(url, service, parameters);
  return { url, env: quick(env), stop, query, createUser: (name) => createUser(query, name) };
}

/** The settings that every AWS client understands. */
function environmentOf(url: string): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "",
    AWS_ENDPOINT_URL: url,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: "true",
  };
}

function quick(env: Readonly<Record<string, string>>): Record<string, string> {
  return { ...env, NODE_OPTIONS: `--require ${join(folder, "quick-pauses.cjs")}` };
}

async function createUser(query: Emulator["query"], name: string): Promise<AccessKey> {
  const user = { UserName: name, Version: "2010-05-08" };
  await query("iam", { Action: "CreateUser", ...user });
  const answer = await query("iam", { Action: "CreateAccessKey", ...user });
  const field = (tag: string): string => new RegExp(`<${tag}>([^<]+)</${tag}>`).exec(answer)?.[1] ?? "";
  return { accessKeyId: field("AccessKeyId"), secretAccessKey: field("SecretAccessKey") };
}

/** The emulator does not verify the root's signature, which spares the tests a client's package for each service. */
async function ask(
  url: string,
  service: string,
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  const scope = `${credentials.accessKeyId}/20260101/${region}/${service}/aws4_request`;
  const response = await fetch(url, {
    method: "POST",
    headers: { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0` },
    body: new URLSearchParams(parameters),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${service}: HTTP ${response.status} ${answer}`);
  return answer;
}
