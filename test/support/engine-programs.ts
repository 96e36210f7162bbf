/** Small programs for an engine, and what tests ask of its runs. */
import { Subnet } from "@pulumi/aws/ec2/subnet";
import { Vpc } from "@pulumi/aws/ec2/vpc";
import { BerthError } from "../../src/errors";
import type { EngineRun, Program } from "../../src/ports";

export const urn = {
  stack: "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev",
  net: "urn:pulumi:dev::shop::aws:ec2/vpc:Vpc::net",
  a: "urn:pulumi:dev::shop::aws:ec2/vpc:Vpc$aws:ec2/subnet:Subnet::a",
};

export interface Shape {
  readonly range?: string;
  readonly tag?: string;
  readonly subnet?: boolean;
  readonly protect?: boolean;
}

/** A network with a subnet in it. */
export function network({
  range = "10.0.0.0/16",
  tag = "one",
  subnet = true,
  protect = false,
}: Shape = {}): Program {
  return () => {
    const net = new Vpc("net", { cidrBlock: range, tags: { tag } });
    if (subnet) new Subnet("a", { vpcId: net.id, cidrBlock: "10.0.1.0/24" }, { parent: net, protect });
    return Promise.resolve({ arn: net.arn, range: net.cidrBlock });
  };
}

export function ops(run: EngineRun): Readonly<Record<string, string>> {
  return Object.fromEntries(run.steps.map((step) => [step.name, step.op]));
}

export async function failure(run: Promise<unknown>): Promise<BerthError> {
  const error: unknown = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof BerthError) return error;
  throw new Error(`expected a BerthError, got ${String(error)}`);
}
