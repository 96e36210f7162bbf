/** A stack under simulation that is asked for an answer at each instant of a run. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServiceFault } from "../../../src/ports/rehearsal";
import { BerthError } from "../../../src/errors";
import type { Strategy } from "../../../src/model/strategy";
import { SimulatedAws } from "../../../src/simulator/cloud/aws";
import { FileCloudStore, type CloudData } from "../../../src/simulator/cloud/store";
import { textOf } from "../../../src/simulator/cloud/values";
import { SimulatedRollouts } from "../../../src/simulator/plays/rollouts";
import type { Deps } from "../../../src/app/deps";
import type { Plan } from "../../../src/app/plan";
import { cd, type Ran } from "../cd";
import { isHalfLed, send, type Address, type Answering, type Met } from "./requests";

/** What is deployed: the program of the image, and the file's keys. */
export interface Version extends Answering {
  readonly image: string;
  /** Seconds between two checks. */
  readonly interval: number;
  readonly memory: string;
  readonly domains: readonly string[];
  /** `x-rollout`. @default the mode's */
  readonly strategy?:
    Strategy | { readonly strategy: Strategy; readonly percent?: number; readonly bake: string };
}

/**
 * How a run of it ends. `at`: after so many changes of the cloud, or `between` the moves of a port's rules: once some lead to
 * another target group than the others.
 */
export type Ending =
  | { readonly kind: "success" }
  | { readonly kind: "failure"; readonly fault: ServiceFault }
  | { readonly kind: "cancel" | "kill"; readonly at: number | "between" };

export interface TrafficOptions {
  readonly mode?: string;
  /** @default the service's own name below it; none: the load balancer's */
  readonly domain?: string;
  /**
   * What of Berth's care is left out: `wait`, the rules lead to a new target group at once; `group`, a check changes in
   * the group that has the traffic. @default nothing
   */
  readonly without?: "wait" | "group";
}

/** More than any process has (Linux, `pid_max`). */
const noProcess = 4_194_305;

/** The method as it is, before a stack watches it. */
const save: (this: FileCloudStore, data: CloudData) => Promise<void> = Reflect.get(
  FileCloudStore.prototype,
  "save",
);

export class TrafficStack {
  readonly home = mkdtempSync(join(tmpdir(), "berth-traffic-"));
  /** Requests that nobody answered: the address, and why. */
  readonly lost: string[] = [];
  sent = 0;
  readonly #versions = new Map<string, Version>();
  readonly #options: TrafficOptions;
  #changes = 0;
  #asked: readonly Address[] = [];
  #onChange: (data: CloudData) => void = () => undefined;

  constructor(options: TrafficOptions = {}) {
    this.#options = options;
    const observe = (data: CloudData): void => {
      this.#observe(data);
    };
    FileCloudStore.prototype.save = async function (data) {
      await save.call(this, data);
      observe(data);
    };
  }

  /** The addresses at which a version answers. */
  addresses({ domains }: Version): readonly Address[] {
    const { domain } = this.#options;
    if (domain === undefined) return [{ path: "/" }];
    return [`web.shop.${domain}`, ...domains].map((host) => ({ host, path: "/" }));
  }

  /**
   * Brings a version up, and sends a request to each address after each change of the cloud.
   *
   * @param asked - the addresses at which somebody has to answer all the time. @default nobody asks
   */
  async up(
    version: Version,
    ending: Ending = { kind: "success" },
    asked: readonly Address[] = [],
  ): Promise<{ readonly ran: Ran; readonly killed: boolean }> {
    const project = this.#write(version);
    this.#asked = asked;
    this.#changes = 0;
    const ended = new AbortController();
    const copy = `${this.home}-copy`;
    const cut = { off: false };
    this.#onChange = (data) => {
      if (cut.off || !isMoment(ending, this.#changes, data)) return;
      cut.off = true;
      if (ending.kind === "cancel") ended.abort(new BerthError("cancelled", "the run was cancelled"));
      if (ending.kind === "kill") {
        cpSync(join(this.home, "backend"), copy, { recursive: true });
        // What the process does after its end is not done.
        this.#asked = [];
      }
    };
    const ran = await cd(["up", "--simulate", "--json", project], {
      env: this.#env(ending),
      signal: ended.signal,
      deps: (real) => careless(real, this.#options.without, version),
    });
    this.#onChange = () => undefined;
    const killed = ending.kind === "kill" && cut.off;
    if (killed) this.#restore(copy);
    this.#asked = asked;
    await this.#settle(ending);
    this.#asked = [];
    return { ran, killed };
  }

  /** The outage of the service that a preview of a version names, "" for none. */
  async outage(version: Version): Promise<string> {
    const project = this.#write(version);
    const plan = join(this.home, "plan.json");
    const argv = ["preview", "--simulate", "--json", "--plan", plan, project];
    const { code, stderr } = await cd(argv, { env: this.#env({ kind: "success" }) });
    if (code !== 0) throw new Error(`The preview ended with ${code}: ${stderr}`);
    const { summary = [] } = JSON.parse(readFileSync(plan, "utf8")) as Plan;
    return summary.find(({ service }) => service === "web")?.downtime ?? "";
  }

  /** @returns the project's folder */
  #write(version: Version): string {
    this.#versions.set(version.image, version);
    const project = join(this.home, "shop");
    mkdirSync(project, { recursive: true });
    // The requests are the load balancer's own; those through CloudFront are played by edge-requests.ts.
    const file = { services: { web: serviceOf(version) }, "x-berth": { edge: "balancer" } };
    writeFileSync(join(project, "compose.yaml"), JSON.stringify(file));
    return project;
  }

  /** What requests to these addresses meet now. */
  meet(addresses: readonly Address[]): readonly Met[] {
    const data = this.data();
    return addresses.map((address) => send(data, address, (image) => this.#program(image)));
  }

  data(): CloudData {
    return JSON.parse(readFileSync(this.#cloudFile(), "utf8")) as CloudData;
  }

  /** Outputs of the resources of a type. */
  outputs(type: string): readonly CloudData["resources"][number]["outputs"][] {
    return this.data()
      .resources.filter((resource) => resource.type === type)
      .map(({ outputs }) => outputs);
  }

  remove(): void {
    FileCloudStore.prototype.save = save;
    rmSync(this.home, { recursive: true, force: true });
    rmSync(`${this.home}-copy`, { recursive: true, force: true });
  }

  #env(ending: Ending): Readonly<Record<string, string>> {
    const { mode = "balanced", domain } = this.#options;
    return {
      HOME: this.home,
      PULUMI_BACKEND_URL: `file://${join(this.home, "backend")}`,
      BERTH_MODE: mode,
      ...(domain === undefined ? {} : { BERTH_DOMAIN: domain }),
      ...(ending.kind === "failure" ? { BERTH_SIMULATE_FAILURES: `web=${ending.fault}` } : {}),
    };
  }

  #cloudFile(): string {
    return join(this.home, "backend/simulator/shop/dev.cloud.json");
  }

  #observe(data: CloudData): void {
    for (const address of this.#asked) {
      this.sent += 1;
      const { lost } = send(data, address, (image) => this.#program(image));
      if (lost !== undefined) this.lost.push(`${address.host ?? "balancer"}${address.path}: ${lost}`);
    }
    this.#changes += 1;
    this.#onChange(data);
  }

  #program(image: string): Answering {
    const version = this.#versions.get(image);
    if (version === undefined) throw new Error(`Nobody knows how ${image} answers.`);
    return version;
  }

  /** As the disk was when the process was killed; whoever finds it knows that its owner is gone. */
  #restore(copy: string): void {
    const backend = join(this.home, "backend");
    rmSync(backend, { recursive: true });
    cpSync(copy, backend, { recursive: true });
    rmSync(copy, { recursive: true });
    for (const name of readdirSync(backend, { recursive: true, encoding: "utf8" })) {
      if (!/leases\b.*\.json$/.test(name)) continue;
      const lease = JSON.parse(readFileSync(join(backend, name), "utf8")) as { readonly holder?: object };
      const gone = { ...lease, ...(lease.holder && { holder: { ...lease.holder, pid: noProcess } }) };
      writeFileSync(join(backend, name), JSON.stringify(gone));
    }
  }

  /** ECS goes on by itself with what was begun, whoever follows it. */
  async #settle(ending: Ending): Promise<void> {
    const cloud = new SimulatedAws({ region: "us-east-1", store: new FileCloudStore(this.#cloudFile()) });
    const faults = ending.kind === "failure" ? { web: ending.fault } : {};
    const rollouts = new SimulatedRollouts({
      clouds: () => [cloud],
      clock: { now: () => Date.now() },
      faults,
    });
    for (const { outputs } of cloud.all("aws:ecs/service:Service")) {
      const placement = {
        service: "web",
        clusterArn: textOf(outputs["cluster"]),
        serviceName: textOf(outputs["name"]),
        taskDefinitionArn: textOf(outputs["taskDefinition"]),
        logGroupName: "",
      };
      // As many as a canary has stages, and some.
      for (let look = 0; look < 12; look += 1) await rollouts.describe(placement);
    }
  }
}

/** Whether a run that is cut off ends at this change of the cloud. */
function isMoment(ending: Ending, changes: number, data: CloudData): boolean {
  if (!("at" in ending)) return false;
  return ending.at === "between" ? isHalfLed(data) : changes === ending.at;
}

/** Berth without a part of what it does for the requests. */
function careless(real: Deps, without: TrafficOptions["without"], { healthPath }: Version): Deps {
  if (without === undefined) return real;
  const same = (identity: string): string => {
    const [protocol, version, , ...rest] = JSON.parse(identity) as readonly unknown[];
    return JSON.stringify([protocol, version, healthPath, ...rest]);
  };
  return {
    ...real,
    program: (args) => {
      const { balancing } = args;
      if (balancing === undefined) return real.program(args);
      if (without === "wait")
        return real.program({ ...args, balancing: { ...balancing, targets: new Map() } });
      const groups = balancing.groups.map((group) => ({ ...group, identity: same(group.identity) }));
      return real.program({ ...args, balancing: { ...balancing, groups } });
    },
  };
}

function serviceOf(given: Version): object {
  const { image, port, version, healthPath, interval, memory, domains, strategy } = given;
  const protocol = { HTTP1: "http", HTTP2: "http2", GRPC: "grpc" }[version] ?? "http";
  return {
    image,
    ports: [{ target: port, app_protocol: protocol }],
    healthcheck: {
      test: ["CMD", "curl", "-f", `http://localhost:${port}${healthPath}`],
      interval: `${interval}s`,
    },
    deploy: { resources: { limits: { memory } } },
    ...(domains.length === 0 ? {} : { "x-domains": domains }),
    ...(strategy === undefined ? {} : { "x-rollout": strategy }),
  };
}
