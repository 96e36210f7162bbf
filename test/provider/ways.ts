/** The ways to the real provider: Terraform with its plugin, or Pulumi's engine with its own. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import lock from "../../package-lock.json";
import type { ProviderCase } from "./cases";
import { runOnEngine } from "./engine";
import { startMoto } from "./moto";
import { convertCase, runCase, type CaseRun } from "./run";
import type { Stage } from "./stages";
import { schemaOf } from "./terraform";
import { findTools, missingForPulumi } from "./tools";

export const toolNames = ["terraform", "pulumi"] as const;
export type ToolName = (typeof toolNames)[number];

export interface Way {
  /** With the plugin's version. */
  readonly name: string;
  /**
   * Does for a case what can't be done for two at once.
   *
   * @returns the rest. Its argument is a folder where what Terraform wrote is left; else it is removed
   */
  prepare(wanted: ProviderCase): Promise<(keep: string | undefined) => Promise<CaseRun>>;
}

const cache = join(__dirname, "../../node_modules/.cache/berth-provider");

/** @returns what is missing and how to get it, a line for each, where there is no way */
export async function wayOf(tool: ToolName | undefined, until: Stage): Promise<Way | readonly string[]> {
  const tools = findTools(process.env);
  if (tool !== "pulumi" && "terraform" in tools) {
    mkdirSync(cache, { recursive: true });
    const shared = { tools, schema: await schemaOf(tools, cache), until };
    return {
      name: `Terraform with terraform-provider-aws ${tools.version}`,
      prepare: async (wanted) => {
        const conversion = await convertCase(wanted, shared);
        return (keep) => runCase(wanted, conversion, { ...shared, ...(keep === undefined ? {} : { keep }) });
      },
    };
  }
  const { "node_modules/@pulumi/aws": aws, "node_modules/@pulumi/awsx": awsx } = lock.packages;
  const missing = missingForPulumi({ aws: aws.version, awsx: awsx.version });
  if (tool !== "terraform" && missing.length === 0) {
    return {
      name: `Pulumi with its plugin aws ${aws.version}`,
      prepare: async (wanted) => {
        const run = await runOnMoto(wanted, until);
        return () => Promise.resolve(run);
      },
    };
  }
  return [
    ...("terraform" in tools || tool === "pulumi" ? [] : tools),
    ...(tool === "terraform" ? [] : missing),
  ];
}

async function runOnMoto(wanted: ProviderCase, until: Stage): Promise<CaseRun> {
  const moto = await startMoto(wanted.zones);
  try {
    const env = {
      AWS_ENDPOINT_URL: moto.url,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true",
    };
    return { stages: await runOnEngine(wanted, env, until) };
  } finally {
    await moto.stop();
  }
}
