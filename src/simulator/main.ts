/**
 * The simulated AWS as a program of its own: `node dist/simulated-aws.js --cloud FILE` prints some variables,
 * `PULUMI_DEBUG_PROVIDERS=aws:PORT,awsx:PORT` and endpoints of a few services (`AWS_ENDPOINT_URL_EFS=http://…`), and
 * serves until it is asked to end. With these lines in its environment berth-cd runs on the real engine without an AWS
 * account, and finds what a run that was killed has made.
 */
import { parseArgs } from "node:util";
import { messageOf } from "../errors";
import { SimulatedAws } from "./cloud/aws";
import { FileCloudStore, MemoryCloudStore } from "./cloud/store";
import { serveAws } from "./provider/provider";
import { serveExisting } from "./cloud/existing";

const help = `simulated-aws [--cloud FILE] [--region REGION] [--latency FACTOR]
  --cloud FILE      keep the cloud in this file (default: in memory)
  --region REGION   default: AWS_REGION, else us-east-1
  --latency FACTOR  1 takes as long as AWS does (default: 0)
`;

async function main(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      cloud: { type: "string" },
      region: { type: "string", default: env["AWS_REGION"] ?? "us-east-1" },
      latency: { type: "string", default: "0" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return;
  }
  const latencyScale = Number(values.latency);
  if (!(latencyScale >= 0)) throw new Error(`--latency ${values.latency}: not a number of 0 or more`);
  const cloud = new SimulatedAws({
    region: values.region,
    latencyScale,
    store: values.cloud === undefined ? new MemoryCloudStore() : new FileCloudStore(values.cloud),
  });
  const served = await serveAws(cloud);
  const existing = await serveExisting(cloud);
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => {
      served.close();
      existing.close();
    });
  }
  // A component that is refused leaves calls to an engine behind that is gone; its answer has informed the engine.
  process.on("unhandledRejection", (error) => {
    process.stderr.write(`simulated-aws: ${messageOf(error)}\n`);
  });
  const variables = { PULUMI_DEBUG_PROVIDERS: served.debugProviders, ...existing.env };
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  process.stdout.write(lines.join(""));
}

main(process.argv.slice(2), process.env).catch((error: unknown) => {
  process.stderr.write(`simulated-aws: ${messageOf(error)}\n${help}`);
  process.exitCode = 2;
});
