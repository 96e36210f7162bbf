/** Terraform, run in a folder of its own against the plugin that is on this machine. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { join } from "node:path";
import { parseSchema, type ProviderSchema } from "./schema";
import { offlineConfig, type Tools } from "./tools";

export interface Ended {
  readonly code: number;
  /** Both streams, as they came. */
  readonly text: string;
}

/** A line that `-json` writes. */
export interface TerraformEvent {
  readonly type: string;
  readonly diagnostic?: Diagnostic;
  readonly hook?: { readonly resource: { readonly addr: string } };
  readonly change?: { readonly resource: { readonly addr: string } };
}

export interface Diagnostic {
  readonly severity: "error" | "warning";
  readonly summary?: string;
  readonly detail?: string;
  readonly address?: string;
  readonly snippet?: { readonly context?: string } | null;
}

/** Milliseconds after which a command is killed: longer than any stage of the largest project takes. */
const limit = 1_200_000;

export class Terraform {
  private readonly config: string;
  private commands = 0;

  /**
   * @param folder - of one configuration; made where it is missing
   * @param endpoint - of what stands for AWS: `http://127.0.0.1:PORT`
   * @param traced - whether each command leaves a trace of its requests
   */
  constructor(
    readonly folder: string,
    private readonly tools: Tools,
    private readonly endpoint?: string,
    private readonly traced = false,
  ) {
    mkdirSync(folder, { recursive: true });
    this.config = offlineConfig(tools, folder);
  }

  /** The trace of the last command, where there is one. */
  get trace(): string {
    return join(this.folder, `${this.commands}-trace.json`);
  }

  write(document: unknown): void {
    writeFileSync(join(this.folder, "main.tf.json"), JSON.stringify(document, undefined, 1));
  }

  /** The words go to a log in the folder too: `3-apply.log`. */
  async run(...args: readonly string[]): Promise<Ended> {
    const child = spawn(this.tools.terraform, args, {
      cwd: this.folder,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: limit,
      env: {
        PATH: process.env["PATH"],
        HOME: this.folder,
        TF_CLI_CONFIG_FILE: this.config,
        TF_IN_AUTOMATION: "1",
        CHECKPOINT_DISABLE: "1",
        AWS_ENDPOINT_URL: this.endpoint,
        ...(this.traced
          ? { TF_LOG: "JSON", TF_LOG_PATH: join(this.folder, `${this.commands + 1}-trace.json`) }
          : {}),
      },
    });
    // The plugin is a child of it: others on the machine come first.
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
    const said: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => said.push(data));
    const code = await new Promise<number>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (status) => {
        resolve(status ?? -1);
      });
    });
    const text = Buffer.concat(said).toString();
    this.commands += 1;
    writeFileSync(join(this.folder, `${this.commands}-${args[0] ?? ""}.log`), text);
    return { code, text };
  }

  /** The JSON document that a command prints. @throws Error with its words where it prints none */
  async json<T>(...args: readonly string[]): Promise<T> {
    const { text } = await this.run(...args);
    const start = text.indexOf("{");
    if (start < 0) throw new Error(`terraform ${args.join(" ")}:\n${text}`);
    return JSON.parse(text.slice(start)) as T;
  }

  /** @throws Error with its words where Terraform can't start in the folder */
  async init(): Promise<void> {
    const { code, text } = await this.run("init", "-input=false", "-no-color");
    if (code !== 0) throw new Error(`terraform init ends with ${code}:\n${text}`);
  }
}

/** The events among the lines that a command wrote. */
export function eventsOf(text: string): readonly TerraformEvent[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as TerraformEvent);
}

/**
 * The plugin's schema, asked for once a version.
 *
 * @param cache - a folder that stays
 */
export async function schemaOf(tools: Tools, cache: string): Promise<ProviderSchema> {
  const file = join(cache, `schema-${tools.version}.json`);
  if (!existsSync(file)) {
    const terraform = new Terraform(join(cache, `schema-${process.pid}`), tools);
    const required = { aws: { source: "hashicorp/aws", version: tools.version } };
    terraform.write({ terraform: { required_providers: required } });
    await terraform.init();
    const { text } = await terraform.run("providers", "schema", "-json");
    writeFileSync(`${file}.${process.pid}`, text.slice(text.indexOf("{")));
    renameSync(`${file}.${process.pid}`, file);
    rmSync(terraform.folder, { recursive: true });
  }
  return parseSchema(readFileSync(file, "utf8"));
}
