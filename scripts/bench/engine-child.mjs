// One `up` of so many resources on Pulumi's engine, or the `destroy` of them: `bare`, as an Automation API program does it,
// or on `ours`. The state is on `file://`, or in a bucket at AWS_ENDPOINT_URL.
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup";
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { AwsClients } from "../../src/aws/clients";
import { S3Texts } from "../../src/aws/s3/texts";
import { systemClock } from "../../src/wiring/clock";
import { FileTexts } from "../../src/engine/lease/file-texts";
import { PulumiEngine } from "../../src/engine/pulumi/engine";
import { makeLogger } from "../../src/log";

const [variant, operation, backendUrl, count] = process.argv.slice(2);
const resources = Number(count);
const passphrase = "correct horse";
const identity = { project: "bench", stack: "dev" };

function program() {
  for (let at = 0; at < resources; at++) new LogGroup(`group-${at}`, { retentionInDays: 7 });
  return Promise.resolve({});
}

async function bare() {
  const endpoint = process.env.AWS_ENDPOINT_URL;
  const query = new URLSearchParams({
    endpoint,
    s3ForcePathStyle: "true",
    region: "us-east-1",
    awssdk: "v2",
  });
  const url = endpoint === undefined ? backendUrl : `${backendUrl}?${query}`;
  const stack = await LocalWorkspace.createOrSelectStack(
    { projectName: identity.project, stackName: identity.stack, program },
    {
      envVars: { ...process.env, PULUMI_BACKEND_URL: url, PULUMI_CONFIG_PASSPHRASE: passphrase },
      projectSettings: { name: identity.project, runtime: "nodejs", backend: { url } },
    },
  );
  const { resourceChanges } = (await stack[operation]()).summary;
  return Object.values(resourceChanges).reduce((sum, changed) => sum + changed, 0);
}

async function ours() {
  const state = backendUrl.startsWith("file://")
    ? new FileTexts(backendUrl.slice("file://".length))
    : new S3Texts(new AwsClients({ version: "0", endpointUrl: process.env.AWS_ENDPOINT_URL }), backendUrl);
  const engine = new PulumiEngine({
    ...{ backendUrl, secretsProvider: "passphrase", passphrase, environment: process.env, state },
    // Asked for only after a run that was killed.
    existing: () => Promise.reject(new Error("nothing was killed here")),
    ...{ clock: systemClock, log: makeLogger("silent") },
  });
  const signal = new AbortController().signal;
  const { steps } = await engine[operation]({ ...identity, program, onEvent: () => undefined, signal });
  return steps.length;
}

async function main() {
  const changed = await (variant === "bare" ? bare() : ours());
  // The stack is a resource too.
  if (changed !== resources + 1) throw new Error(`${changed} resources, not ${resources + 1}`);
  process.exit(0);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
