// One `up` of 42 resources on Pulumi's engine: `bare`, as an Automation API program does it, or on `ours`.
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup";
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { systemClock } from "../../src/wiring/clock";
import { FileTexts } from "../../src/engine/lease/file-texts";
import { PulumiEngine } from "../../src/engine/pulumi/engine";
import { makeLogger } from "../../src/log";

const [variant, backendUrl] = process.argv.slice(2);
const resources = 42;
const passphrase = "correct horse";
const identity = { project: "bench", stack: "dev" };

function program() {
  for (let at = 0; at < resources; at++) new LogGroup(`group-${at}`, { retentionInDays: 7 });
  return Promise.resolve({});
}

async function bare() {
  const stack = await LocalWorkspace.createOrSelectStack(
    { projectName: identity.project, stackName: identity.stack, program },
    {
      envVars: { ...process.env, PULUMI_BACKEND_URL: backendUrl, PULUMI_CONFIG_PASSPHRASE: passphrase },
      projectSettings: { name: identity.project, runtime: "nodejs", backend: { url: backendUrl } },
    },
  );
  const { resourceChanges } = (await stack.up()).summary;
  return Object.values(resourceChanges).reduce((sum, count) => sum + count, 0);
}

async function ours() {
  const engine = new PulumiEngine({
    backendUrl,
    secretsProvider: "passphrase",
    passphrase,
    environment: process.env,
    state: new FileTexts(backendUrl.slice("file://".length)),
    // Asked for only after a run that was killed.
    tagged: () => Promise.reject(new Error("nothing was killed here")),
    clock: systemClock,
    log: makeLogger("silent"),
  });
  const { steps } = await engine.up({
    ...identity,
    program,
    onEvent: () => undefined,
    signal: new AbortController().signal,
  });
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
