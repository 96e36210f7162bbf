/** Clients of an emulator, for tests. */
import { AwsClients, type AwsConfig } from "../../../src/aws/clients";
import { credentials, region, startEmulator, type Emulator } from "../emulator";

/** Clients of the account's root, or as the configuration says. */
export function clientsOf(emulator: Emulator, config: Partial<AwsConfig> = {}): AwsClients {
  return new AwsClients({ region, endpointUrl: emulator.url, credentials, version: "test", ...config });
}

/** An account of an emulator's own; nothing of it is there before the tests that it was made for begin. */
export interface EmulatedAccount {
  readonly emulator: Emulator;
  readonly clients: AwsClients;
}

/**
 * Starts an emulator before the tests of a file, or of a `describe`, and stops it after them.
 *
 * @param options - as `startEmulator` takes them
 */
export function emulatedAccount(...options: Parameters<typeof startEmulator>): EmulatedAccount {
  let account: EmulatedAccount | undefined;
  const started = (): EmulatedAccount => {
    if (account === undefined) throw new Error("the emulator has not been started yet");
    return account;
  };
  beforeAll(async () => {
    const emulator = await startEmulator(...options);
    account = { emulator, clients: clientsOf(emulator) };
  });
  afterAll(async () => {
    await account?.clients.close();
    await account?.emulator.stop();
  });
  return {
    get emulator() {
      return started().emulator;
    },
    get clients() {
      return started().clients;
    },
  };
}
