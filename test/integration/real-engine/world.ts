/**
 * A project's whole path on the real engine: `berth-cd` as it is, Pulumi's CLI, state on `file://` or `s3://`, and the
 * simulated AWS behind it as Pulumi's providers. Three things are replaced, because nothing answers for them here: the
 * Parameter Store, asked which secrets are set, the tasks that build images, and one-off tasks.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { KanikoImageBuilder } from "../../../src/builds/image-builder";
import type { Deps } from "../../../src/app/deps";
import { OneOffRunner } from "../../../src/tasks/one-offs";
import type { Plan } from "../../../src/app/plan";
import { scaledClock, systemClock } from "../../../src/wiring/clock";
import { SimulatorEngine } from "../../../src/simulator/engine/engine";
import type { SecretStore } from "../../../src/ports";
import { SimulatedAws } from "../../../src/simulator/cloud/aws";
import { SimulatedBuildTasks } from "../../../src/simulator/plays/build-tasks";
import type { StoredResource } from "../../../src/simulator/cloud/store";
import { SimulatedOneOffTasks } from "../../../src/simulator/plays/one-off-tasks";
import type { ScriptedFailure } from "../../../src/simulator/plays/tasks";
import { serveAws } from "../../../src/simulator/provider/provider";
import { cd, type Ran } from "../../support/cd";
import { make } from "../../support/simulated-world";

/** Texts that may be seen nowhere: the state's passphrase, and the value of `POSTGRES_PASSWORD` in Parameter Store. */
export const secrets = { passphrase: "correct horse battery staple", password: "hunter2-hunter2-hunter2" };

export const identity = { project: "todo", stack: "dev" } as const;

const region = "us-east-1";

/** What is set in Parameter Store: what a run reads. */
const setSecrets = {
  POSTGRES_PASSWORD: secrets.password,
  MYSQL_PASSWORD: secrets.password,
};

/** One service of a public image: neither a build nor a secret, so that nothing needs to be replaced. */
export const plainProject = `name: todo
services:
  web:
    image: nginx:1.29
    ports: ["80"]
`;

const everySecretIsSet: SecretStore = {
  versions: (_stack, names) => Promise.resolve(names.map((name) => ({ name, version: "1" }))),
};

export interface RealWorld {
  /** The home of the runs; the project and the state lie in it. */
  readonly folder: string;
  /** A copy of the example, to be changed at will. */
  readonly project: string;
  /** The environment of a run on the real engine, state on `file://`. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * `berth-cd` on the real engine.
   *
   * @param env - variables besides its environment
   * @param unset - variables to leave out of it
   * @param deps - replaces others of its dependencies
   */
  real(
    argv: readonly string[],
    env?: Readonly<Record<string, string>>,
    unset?: readonly string[],
    deps?: (own: Deps) => Deps,
  ): Promise<Ran>;
  /** `berth-cd --simulate` on the same project. */
  simulated(argv: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ran>;
  /** The cloud behind the real engine. */
  readonly cloud: SimulatedAws;
  /** How one-off tasks of the real engine's runs fail, by name; to be changed at will. */
  readonly failures: Record<string, ScriptedFailure>;
  /** Everything that exists in the two clouds, the real engine's first. */
  clouds(): readonly [readonly StoredResource[], readonly StoredResource[]];
  close(): void;
}

/**
 * An empty simulated AWS, in which the secrets that a run reads are set, behind a real engine with no state.
 *
 * @param example - the folder of `examples` whose project is deployed
 */
export async function realWorld(example: "todo" | "everything" = "todo"): Promise<RealWorld> {
  const folder = mkdtempSync(join(tmpdir(), "berth-real-"));
  const project = join(folder, example);
  // By the working directory, the repository's: a bundled program lies elsewhere.
  cpSync(join(process.cwd(), "examples", example), project, {
    recursive: true,
    filter: (source) => !source.includes("node_modules"),
  });
  const cloud = new SimulatedAws({ region });
  for (const [name, value] of Object.entries(setSecrets)) {
    await make(cloud, "aws:ssm/parameter:Parameter", name, {
      name: `/berth/${example}/${identity.stack}/${name}`,
      type: "SecureString",
      value,
    });
  }
  const parameters = cloud.list();
  const failures: Record<string, ScriptedFailure> = {};
  const served = await serveAws(cloud);
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: folder,
    AWS_REGION: region,
    PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: secrets.passphrase,
    PULUMI_DEBUG_PROVIDERS: served.debugProviders,
    PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true",
  };
  return {
    cloud,
    failures,
    folder,
    project,
    env,
    real: (argv, more = {}, unset = [], deps = (own) => own) => {
      const all = Object.entries({ ...env, ...more }).filter(([name]) => !unset.includes(name));
      return cd([...argv, "--json"], {
        env: Object.fromEntries(all),
        cwd: project,
        deps: (own) => replaced(cloud, failures)(deps(own)),
      });
    },
    simulated: (argv, more = {}) =>
      cd([...argv, "--simulate", "--json"], {
        env: { HOME: folder, ...more },
        cwd: project,
        deps: (own) => ({ ...own, secrets: () => Promise.resolve(everySecretIsSet) }),
      }),
    clouds: () => [
      cloud.list().filter((resource) => !parameters.includes(resource)),
      simulatedCloud(folder, example).list(),
    ],
    close: () => {
      served.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The real dependencies, but for the Parameter Store and for builds and one-off tasks, which run in the simulated cloud. */
function replaced(
  cloud: SimulatedAws,
  failures: Readonly<Record<string, ScriptedFailure>>,
): (real: Deps) => Deps {
  // Waits between two looks at a build task take no time.
  const clock = scaledClock(0);
  return (real) => ({
    ...real,
    secrets: () => Promise.resolve(everySecretIsSet),
    // No resolver has a record here.
    program: (args) => real.program({ ...args, forgotten: () => Promise.resolve() }),
    imageBuilder: (archive) => {
      const tasks = new SimulatedBuildTasks({ clouds: () => [cloud], clock });
      const onProgress = real.progress.build;
      return Promise.resolve(new KanikoImageBuilder({ tasks, clock, archive, onProgress }));
    },
    taskRunner: () => {
      const tasks = new SimulatedOneOffTasks({ clouds: () => [cloud], clock, failures });
      return Promise.resolve(new OneOffRunner({ tasks, clock, onProgress: real.progress.oneOff }));
    },
  });
}

/** The cloud that the simulator keeps beside its state. */
function simulatedCloud(folder: string, project: string): SimulatedAws {
  const stateDirectory = join(folder, ".berth", "simulator");
  return new SimulatorEngine({ stateDirectory, region, clock: systemClock }).cloud({ ...identity, project });
}

export function readPlan(file: string): Plan {
  return JSON.parse(readFileSync(file, "utf8")) as Plan;
}

/** Every file below a folder, as text, but for those below another one. */
export function textsBelow(folder: string, apart: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.startsWith(apart))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
}

/** Puts a lock beside a `file://` state as Pulumi writes it: that of this process, which lives. */
export function lockState(state: string): void {
  const locks = join(state, ".pulumi/locks/organization", identity.project, identity.stack);
  mkdirSync(locks, { recursive: true });
  const timestamp = new Date().toISOString();
  const owner = { pid: process.pid, username: "ada", hostname: hostname(), timestamp };
  writeFileSync(join(locks, "0b5d5a2e-1111-4222-8333-444455556666.json"), JSON.stringify(owner));
}
