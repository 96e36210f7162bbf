/** The AWS SDK, loaded at its first use. */
import type { AwsConfig } from "../aws/clients";
import { definedOnly } from "../defined";
import type { Settings } from "../settings/settings";
import { version } from "../version";
import { ownCertificates, proxiesOf, useCertificates, useProxies } from "./proxies";

type Sdk = typeof import("../aws");
type Clients = InstanceType<Sdk["AwsClients"]>;

export interface LazyAws {
  /** Does something with the adapters and the clients of the run. */
  use<T>(work: (sdk: Sdk, clients: Clients) => T | Promise<T>): Promise<T>;
  /** Closes what was opened. */
  close(): Promise<void>;
}

/**
 * The AWS of a run's settings, asked by way of the environment's proxy where there is one.
 *
 * @throws BerthError (usage) as {@link useProxies} and {@link ownCertificates}
 */
export function awsOf(settings: Settings): LazyAws {
  const { region, profile, endpointUrl, archive, events, environment, cwd } = settings;
  useProxies(environment);
  ownCertificates(environment, cwd);
  const proxied = proxiesOf(environment) !== undefined;
  const config = definedOnly({ region, profile, endpointUrl, proxied: proxied ? true : undefined });
  // An emulator mostly speaks plain HTTP; the addresses of an archive and of the events may be elsewhere.
  const isPlain =
    endpointUrl?.startsWith("http:") === true &&
    [archive, events].every((location) => location?.startsWith("https:") !== true);
  return lazyAws(config, () => {
    if (!isPlain) useCertificates(environment, cwd);
  });
}

/**
 * @param config - where AWS is and who calls it; what is left out, the SDK's own chain decides
 * @param prepare - is called once, before anything is asked. @default nothing is to be done
 */
export function lazyAws(config: Omit<AwsConfig, "version">, prepare?: () => void): LazyAws {
  let opened: Promise<{ readonly sdk: Sdk; readonly clients: Clients }> | undefined;
  const open = async () => {
    prepare?.();
    const sdk = await import("../aws");
    return { sdk, clients: new sdk.AwsClients({ version, ...config }) };
  };
  return {
    async use(work) {
      const { sdk, clients } = await (opened ??= open());
      return work(sdk, clients);
    },
    async close() {
      // What could not be opened was reported to its caller.
      const clients = await opened?.then((all) => all.clients).catch(() => undefined);
      await clients?.close();
    },
  };
}
