/** A stack on the simulator, deployed by the program itself, and the commands that people give to it. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readJournal, type Journal } from "../../src/app/running/journal";
import { FileTexts } from "../../src/engine/lease/file-texts";
import { berth, type LauncherOptions, type LauncherRun } from "./launcher";

/** Two services that ECS keeps running, one that follows its load, a one-off task and a database. */
export const shopFile = `services:
  web:
    image: nginx:1.27
    ports: ["80:80"]
  worker:
    image: busybox:1
    command: [sleep, 1d]
    deploy: {replicas: 2}
  auto:
    image: nginx:1.27
    x-autoscaling: {min: 2, max: 4}
  migrate:
    image: busybox:1
    command: ["true"]
    restart: "no"
  db:
    image: postgres:17
    x-postgres: true
    environment: {POSTGRES_PASSWORD: }
`;

export class RunningShop {
  readonly #folder = mkdtempSync(join(tmpdir(), "berth-running-"));
  readonly #project = join(this.#folder, "shop");
  readonly texts = new FileTexts(join(this.#folder, "state", "simulator"));

  /** @param env - besides the shop's own */
  constructor(
    file = shopFile,
    private readonly env: Readonly<Record<string, string>> = {},
  ) {
    mkdirSync(this.#project);
    this.write(file);
  }

  /** Another compose file. */
  write(file: string): void {
    writeFileSync(join(this.#project, "compose.yaml"), file);
  }

  /** One command of `berth` on the simulator. @param faults - how services fail that it deploys */
  run(line: string, options: LauncherOptions & { readonly faults?: string } = {}): Promise<LauncherRun> {
    const { faults, ...rest } = options;
    return berth([...line.split(" "), "--simulate"], {
      cwd: this.#project,
      ...rest,
      env: {
        PULUMI_BACKEND_URL: `file://${join(this.#folder, "state")}`,
        CI: "1",
        ...this.env,
        ...(faults === undefined ? {} : { BERTH_SIMULATE_FAILURES: faults }),
      },
    });
  }

  /** The version that each static site serves, its first characters, by service. */
  versions(): Readonly<Record<string, string>> {
    const folder = join(this.#folder, "state", "simulator", "sites");
    const served = readdirSync(folder).map((bucket) => {
      const record = readFileSync(join(folder, bucket, "berth%2Fsite.json"), "utf8");
      const { current } = JSON.parse(record) as { readonly current: string };
      return [/us-east-1-([a-z]+)/.exec(bucket)?.[1] ?? "", current.slice(0, 12)];
    });
    return Object.fromEntries(served) as Record<string, string>;
  }

  journal(): Promise<Journal> {
    return readJournal(this.texts, { project: "shop", stack: "dev" });
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
