/** The availability zones of a new network: by what they offer, not by the letters that an account has for them. */
import { getInstanceTypeOfferings } from "@pulumi/aws/ec2/getInstanceTypeOfferings";
import { getAvailabilityZones } from "@pulumi/aws/getAvailabilityZones";
import * as pulumi from "@pulumi/pulumi";

/** A zone of a region. */
export interface Zone {
  /** `us-east-1a`: each account has its own letters. */
  readonly name: string;
  /** `use1-az4`: the same for every account (RAM User Guide, Availability Zone IDs). */
  readonly id: string;
}

export interface ZonesArgs {
  readonly region: string;
  /** How many the mode asks for. */
  readonly count: number;
  /** The instance type that the network itself starts. @default none */
  readonly instanceType?: string;
  /**
   * Of an existing stack: the zones that its last run named, none where that was an earlier version. It stays where it
   * is, for a subnet can't leave its zone. @default the stack is new
   */
  readonly deployed?: readonly string[];
}

/**
 * Regions in which Fargate is in some zones only, and these zones (ECS Developer Guide, Supported Regions for Amazon ECS on
 * AWS Fargate). No call of AWS's returns it.
 */
const fargateZones: Readonly<Record<string, readonly string[]>> = {
  "us-west-1": ["usw1-az1", "usw1-az3"],
  "ap-northeast-1": ["apne1-az1", "apne1-az2", "apne1-az4"],
  "ca-central-1": ["cac1-az1", "cac1-az2"],
  "cn-north-1": ["cnn1-az1", "cnn1-az2"],
};

/** What was chosen, and what was passed over though it comes first. */
export interface ChosenZones {
  readonly names: readonly string[];
  readonly passedOver: readonly Zone[];
}

/**
 * Pure: the zones of a network.
 *
 * @param offering - names of the zones that have the instance type; `undefined` where nobody asked
 */
export function chooseZones(
  zones: readonly Zone[],
  { region, count, deployed }: ZonesArgs,
  offering?: readonly string[],
): ChosenZones {
  const byName = zones.map(({ name }) => name).sort();
  if (deployed?.length === 0) return { names: byName.slice(0, count), passedOver: [] };
  const fargate = fargateZones[region];
  const isGood = ({ name, id }: Zone): boolean =>
    (fargate === undefined || id === "" || fargate.includes(id)) && offering?.includes(name) !== false;
  const sorted = [...zones].sort((a, b) => (`${a.id} ${a.name}` < `${b.id} ${b.name}` ? -1 : 1));
  const good = sorted.filter(isGood);
  const bad = sorted.filter((zone) => !isGood(zone));
  // Two are enough for a load balancer and a database; a page that is out of date must not leave a stack with one.
  const enough = good.length >= 2 ? good : [...good, ...bad];
  const wanted = [...(deployed ?? []), ...enough.map(({ name }) => name)];
  const names = [...new Set(wanted)].slice(0, count);
  return { names, passedOver: bad.filter(({ name }) => !names.includes(name)) };
}

/** Asks AWS, once before the first resource. What is passed over is reported. */
export async function findZones(args: ZonesArgs, opts: pulumi.InvokeOptions): Promise<readonly string[]> {
  const { instanceType, deployed } = args;
  const asks = instanceType !== undefined && deployed?.length !== 0;
  const [available, offered] = await Promise.all([
    getAvailabilityZones(
      // Local zones and others that an account has to opt in to hold no load balancer.
      { state: "available", filters: [{ name: "opt-in-status", values: ["opt-in-not-required"] }] },
      opts,
    ),
    asks
      ? getInstanceTypeOfferings(
          {
            locationType: "availability-zone",
            filters: [{ name: "instance-type", values: [instanceType] }],
          },
          opts,
          // A role that may not ask is no reason to fail: the zones are taken without the answer.
        ).catch(() => undefined)
      : undefined,
  ]);
  const ids: readonly string[] = available.zoneIds;
  const zones = available.names.map((name, index) => ({ name, id: ids[index] ?? "" }));
  const { names, passedOver } = chooseZones(zones, args, offered?.locations);
  if (passedOver.length > 0 && deployed === undefined) {
    const told = passedOver.map(({ name, id }) => `${name} (${id})`).join(", ");
    void pulumi.log.info(
      `Passed over ${told}: no Fargate there, or no ${instanceType ?? "instance of the mode"}`,
    );
  }
  return names;
}
