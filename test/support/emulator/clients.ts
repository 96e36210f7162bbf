/** Clients of an emulator, for tests. */
import { AwsClients, type AwsConfig } from "../../../src/aws/clients";
import { credentials, region, type Emulator } from "../emulator";

/** Clients of the account's root, or as the configuration says. */
export function clientsOf(emulator: Emulator, config: Partial<AwsConfig> = {}): AwsClients {
  return new AwsClients({ region, endpointUrl: emulator.url, credentials, version: "test", ...config });
}
