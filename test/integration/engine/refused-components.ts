/**
 * Networks of awsx that are refused, against the simulated AWS of another process (`PULUMI_DEBUG_PROVIDERS=…` as the
 * argument); prints what became of each as JSON. A process of its own, because jest counts every unhandled rejection as
 * a failure, and an engine that ends leaves the program's calls behind.
 */
import { Vpc } from "@pulumi/awsx/ec2/vpc";
import { BerthError } from "../../../src/errors";
import { engineBench } from "../../support/engine";
import { MemoryCloud } from "../../support/memory-cloud";

async function main(attach: string): Promise<void> {
  const bench = await engineBench(new MemoryCloud());
  const [name = "", ports = ""] = attach.split("=");
  const engine = bench.other({ environment: { ...bench.environment, [name]: ports } });
  const found: Record<string, unknown> = {};
  for (const cidrBlock of ["10.0.0.0/28", "10.0.0.0/8", "10.0.0.0/16"]) {
    const program = () => {
      const zones = ["us-east-1a", "us-east-1b"];
      const net = new Vpc("net", { cidrBlock, availabilityZoneNames: zones, subnetStrategy: "Auto" });
      return Promise.resolve({ vpcId: net.vpcId });
    };
    found[cidrBlock] = await engine.preview({ ...bench.request(), program }).then(
      () => "previewed",
      (error: unknown) =>
        error instanceof BerthError ? { kind: error.kind, message: error.message } : String(error),
    );
  }
  bench.close();
  process.stdout.write(JSON.stringify(found));
}

void main(process.argv[2] ?? "");
