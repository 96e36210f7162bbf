/** The real world of a run: every port with its adapter, each made when it is first asked for. */
import { KanikoImageBuilder } from "../builds/image-builder";
import { priceList } from "../wiring/price-list";
import { registryImages } from "../wiring/registry-images";
import type { Deps, Learned, Progress } from "../app/deps";
import { attachedAws, simulatedNat, simulatedSites, simulatedZones, sitesOf } from "./attached";
import { OneOffRunner } from "../tasks/one-offs";
import { ServicesWatch } from "../rollout/services";
import { NatWayOut } from "../tasks/way-out";
import type { RunDeps } from "./close";
import type { Output } from "./console";
import { scaledClock, systemClock } from "../wiring/clock";
import { cdTaskOf, simulatedCdTask } from "../wiring/cd-task";
import { FileTexts } from "../engine/lease/file-texts";
import { StackLeases } from "../engine/lease/lease";
import { backendRoot, checkpointKey, checkpointVersions, locksFolder } from "../engine/pulumi/backend";
import { StateFiles } from "../simulator/state/state";
import { awsOf, type LazyAws } from "../wiring/lazy-aws";
import { makeLogger, type Logger } from "../log";
import type { Ending } from "../wiring/ending";
import type { Clock, Engine, EngineKind, StackIdentity, TextStore } from "../ports";
import { definedOnly } from "../defined";
import { accountReaders, type AccountReaders } from "./account-readers";
import { originOf } from "./origin";
import { runOwners } from "../wiring/run-owners";
import { RunRecord } from "../report/page/run-record";
import { pageOf } from "./page";
import { long, progressOf } from "./progress";
import { regionOf } from "./region";
import { engineOf } from "../settings/arguments";
import type { Settings } from "../settings/settings";
import { version } from "../version";

/** Makes a thing once, on demand. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

/** The parts of a run that differ by its engine: mostly, what is on the simulator another than in an account. */
type World<Kind extends EngineKind = EngineKind> = Pick<
  Deps,
  | "stateVersion"
  | "stateVersions"
  | "locked"
  | "imageBuilder"
  | "taskRunner"
  | "serviceWatch"
  | "siteStore"
  | "control"
  | "wayOut"
  | "leftovers"
  | "certificates"
  | "zones"
  | "cdTask"
  | "schedules"
  | "records"
  | "secrets"
> &
  AccountReaders & { readonly engineKind: Kind; engine(): Promise<Engine<Kind>> };

/** What makes the adapters of each engine. */
const worlds: { readonly [Kind in EngineKind]: (shared: Shared) => World<Kind> } = {
  pulumi: realWorld,
  simulator: simulatedWorld,
};

/**
 * The adapters of a run.
 *
 * @param ending - how the run comes to an early end
 * @param given - clients that somebody else closes. @default the run's own
 * @throws BerthError (usage) where the event stream's place can't be written
 */
export function realDeps(settings: Settings, output: Output, ending: Ending, given?: LazyAws): RunDeps {
  const clock = settings.simulate ? scaledClock(settings.simulatorLatency) : systemClock;
  const log = makeLogger(settings.logLevel);
  const aws = given ?? awsOf(settings);
  const put: Deps["put"] = (...what) => aws.use((sdk, clients) => sdk.putObject(clients, ...what));
  const { events: location, cwd } = settings;
  const record =
    location === undefined ? undefined : new RunRecord({ location, cwd, put, clock: systemClock });
  const progress = progressOf(output, record, settings);
  const learned: Learned = {};
  const region = once(() => regionOf(settings, aws));
  const shared = { settings, clock, log, aws, progress, region, signal: ending.signal };
  const world = worlds[engineOf(settings)](shared);
  const { timeout } = settings;
  const unlimit = timeout === undefined ? undefined : ending.limit(timeout.milliseconds, timeout.text);
  return {
    ...world,
    sites: (archive) => sitesOf(archive, { store: world.siteStore, clock, note: progress.note }),
    leases: once(async () => {
      const owners = runOwners(settings.ecsMetadataUri, aws);
      const store = await world.records();
      return new StackLeases({ store, owners, clock: systemClock, version, note: progress.note });
    }),
    origin: once(() => originOf(settings, clock.now())),
    // One for the run: what it asks of registries has one limit.
    images: once(() =>
      Promise.resolve(
        registryImages(settings, {
          cache: () => world.records(),
          logins: () => aws.use((sdk, clients) => new sdk.AwsRegistryLogins(clients)),
        }),
      ),
    ),
    prices: once(() => priceList(settings, aws)),
    archives: once(() => aws.use((sdk, clients) => new sdk.AwsArchiveStore(clients, systemClock))),
    program: async (args) => (await import("../wiring/runtime")).projectProgram(args),
    region,
    clock,
    signal: ending.signal,
    ending,
    progress,
    log,
    learned,
    put,
    keepReport: async (result) => {
      if (record === undefined || !long.includes(settings.command)) return;
      await record.keepPage(await pageOf(result, settings, learned, () => world.records()));
    },
    close: async () => {
      progress.end();
      unlimit?.();
      await record?.close();
      if (given === undefined) await aws.close();
    },
  };
}

interface Shared {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Logger;
  readonly aws: LazyAws;
  readonly progress: Progress;
  readonly region: () => Promise<string>;
  readonly signal: AbortSignal;
}

function realWorld({ settings, clock, log, aws, progress, signal }: Shared): World<"pulumi"> {
  const { backendUrl, secretsProvider, environment, passphrase } = settings;
  const inBucket = backendUrl.startsWith("s3://");
  const texts = (folder: string): Promise<TextStore> => {
    const root = backendRoot(backendUrl);
    return inBucket
      ? aws.use((sdk, clients) => new sdk.S3Texts(clients, root + folder))
      : Promise.resolve(new FileTexts(root.slice("file://".length)));
  };
  const state = once(() => texts(""));
  const attached = once(() => attachedAws(settings));
  return {
    engineKind: "pulumi",
    engine: once(async () => {
      const { PulumiEngine } = await import("../wiring/runtime");
      return new PulumiEngine({
        backendUrl,
        secretsProvider,
        environment,
        state: await state(),
        existing: () => aws.use((sdk, clients) => new sdk.AwsExistingResources(clients)),
        ...("PULUMI_DEBUG_PROVIDERS" in environment ? { tagsFollowWithin: 0 } : {}),
        clock,
        log,
        ...definedOnly({ passphrase }),
      });
    }),
    stateVersion: async (stack) => (await state()).version(checkpointKey(stack)),
    stateVersions: async () => checkpointVersions(await state()),
    locked: async (stack) => (await (await state()).list(locksFolder(stack))).length > 0,
    imageBuilder: async (archive) => {
      const tasks = await aws.use((sdk, clients) => new sdk.FargateBuildTasks(clients));
      return new KanikoImageBuilder({
        tasks,
        clock,
        archive,
        labels: settings.imageLabels,
        builds: !settings.noBuild,
        onProgress: progress.build,
      });
    },
    taskRunner: async () => {
      const tasks = await aws.use((sdk, clients) => new sdk.FargateOneOffTasks(clients));
      return new OneOffRunner({ tasks, clock, onProgress: progress.oneOff });
    },
    serviceWatch: async () => {
      const simulated = await attached();
      const control = simulated ?? (await aws.use((sdk, clients) => new sdk.FargateServices(clients)));
      // Nobody waits between two looks at what is simulated.
      const pace = simulated === undefined ? clock : scaledClock(settings.simulatorLatency);
      const tests = await aws.use((sdk, clients) => new sdk.FargateOneOffTasks(clients));
      return new ServicesWatch({ control, clock: pace, tests, onProgress: progress.service });
    },
    siteStore: async () =>
      (await attached()) === undefined
        ? aws.use((sdk, clients) => new sdk.AwsSiteStore(clients, { clock: systemClock }))
        : simulatedSites(settings),
    control: async () =>
      (await attached())?.control() ?? (await aws.use((sdk, clients) => new sdk.EcsStackControl(clients))),
    wayOut: () =>
      new NatWayOut({
        reader: async () =>
          (await attached()) === undefined
            ? aws.use((sdk, clients) => new sdk.Ec2NatReader(clients))
            : simulatedNat(settings),
        ...{ clock, note: progress.note, signal },
      }),
    leftovers: async () =>
      (await attached()) ?? (await aws.use((sdk, clients) => new sdk.AwsLeftovers(clients))),
    certificates: async () =>
      (await attached()) ?? (await aws.use((sdk, clients) => new sdk.AcmCertificates(clients))),
    cdTask: once(() => cdTaskOf(settings, aws)),
    schedules: async () =>
      (await attached()) ?? (await aws.use((sdk, clients) => new sdk.EventBridgeSchedules(clients))),
    // A bucket may hold more than a state.
    records: once(() => texts(inBucket ? "/.berth" : "")),
    secrets: once(() => aws.use((sdk, clients) => new sdk.ParameterStoreSecrets(clients))),
    ...("PULUMI_DEBUG_PROVIDERS" in environment
      ? { zones: () => simulatedZones(settings) }
      : accountReaders(aws, settings)),
  };
}

/** No account, no network: the engine keeps its state and its cloud in a directory, and builds run in that cloud. */
function simulatedWorld({ settings, clock, log, progress, region, signal }: Shared): World<"simulator"> {
  const { simulatorDirectory: stateDirectory, simulatorLatency: latencyScale } = settings;
  const engine = once(async () => {
    const { SimulatorEngine } = await import("../wiring/runtime");
    return new SimulatorEngine({
      ...{ stateDirectory, latencyScale, clock: systemClock, log },
      ...{ region: await region(), verified: !settings.simulatorFaults.unverified },
    });
  });
  const nat = once(() => simulatedNat(settings));
  const cloudOf = async () => {
    const simulator = await engine();
    return (stack: StackIdentity) => simulator.cloud(stack);
  };
  const world = async () => {
    const simulator = await engine();
    const starts = settings.simulatorFaults.starts;
    const opener = await nat();
    const wayOut = (): boolean => opener.isOpen;
    return { clouds: () => simulator.openClouds(), clock: systemClock, latencyScale, starts, wayOut };
  };
  const ofBuilds = { builds: !settings.noBuild, onProgress: progress.build };
  const oneOffs = async () => new (await import("../wiring/runtime")).SimulatedOneOffTasks(await world());
  return {
    engineKind: "simulator",
    engine,
    stateVersion: (stack) => Promise.resolve(new StateFiles(stateDirectory).version(stack)),
    stateVersions: () => Promise.resolve(new StateFiles(stateDirectory).versions()),
    locked: () => Promise.resolve(false),
    imageBuilder: async (archive) => {
      const { SimulatedBuildTasks } = await import("../wiring/runtime");
      const tasks = new SimulatedBuildTasks({ ...(await world()), faults: settings.simulatorFaults.builds });
      return new KanikoImageBuilder({ tasks, clock, archive, ...ofBuilds });
    },
    taskRunner: async () => new OneOffRunner({ tasks: await oneOffs(), clock, onProgress: progress.oneOff }),
    serviceWatch: async () => {
      const { SimulatedRollouts } = await import("../wiring/runtime");
      const control = new SimulatedRollouts({
        ...(await world()),
        faults: settings.simulatorFaults.services,
      });
      return new ServicesWatch({ control, clock, tests: await oneOffs(), onProgress: progress.service });
    },
    siteStore: async () => simulatedSites(settings, (await world()).clouds),
    control: async () => {
      const { SimulatedStackControl } = await import("../wiring/runtime");
      const faults = settings.simulatorFaults.services;
      return new SimulatedStackControl({ ...(await world()), cloud: await cloudOf(), faults });
    },
    wayOut: () => new NatWayOut({ reader: nat, clock, note: progress.note, signal }),
    leftovers: async () => new (await import("../wiring/runtime")).SimulatedLeftovers((await world()).clouds),
    certificates: async () => new (await import("../wiring/runtime")).SimulatedCertificates(await cloudOf()),
    zones: () => simulatedZones(settings),
    cdTask: async () => simulatedCdTask(await region()),
    schedules: async () => new (await import("../wiring/runtime")).SimulatedSchedules(await cloudOf()),
    records: once(() => Promise.resolve(new FileTexts(stateDirectory))),
    secrets: () => Promise.resolve(undefined),
  };
}
