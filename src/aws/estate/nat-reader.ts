/** The NAT instance of a stack, by EC2: which one it is, and what it says on its console. */
import type { EC2, Instance } from "@aws-sdk/client-ec2";
import type { NatReader, NatReport, StackIdentity } from "../../ports";
import { natName } from "../../model/nat";
import { natEnds, natMark } from "../../ports/way-out";
import type { AwsClients } from "../clients";
import { ask } from "../ask";
import { faultOf } from "../faults";

/** States in which an instance has said, or will say, something (EC2 API reference, InstanceState). */
const states = ["pending", "running", "stopping", "stopped", "shutting-down"];

export class Ec2NatReader implements NatReader {
  constructor(private readonly clients: AwsClients) {}

  async report({ project, stack }: StackIdentity): Promise<NatReport | undefined> {
    const name = natName({ project, stack });
    return ask("deployment", name, async () => {
      const ec2 = await this.clients.ec2();
      const { Reservations = [] } = await ec2.describeInstances({
        Filters: [
          { Name: "tag:berth:project", Values: [project] },
          { Name: "tag:berth:stack", Values: [stack] },
          { Name: "tag:Name", Values: [name] },
          { Name: "instance-state-name", Values: states },
        ],
      });
      const [newest] = Reservations.flatMap(({ Instances = [] }) => Instances).sort(
        (a, b) => startOf(b) - startOf(a),
      );
      if (newest?.InstanceId === undefined) return undefined;
      return {
        instanceId: newest.InstanceId,
        state: newest.State?.Name ?? "",
        startedAt: startOf(newest),
        lines: await linesOf(ec2, newest.InstanceId),
      };
    });
  }
}

function startOf({ LaunchTime }: Instance): number {
  return LaunchTime?.getTime() ?? 0;
}

/** The newest 64 KB of the console, which Nitro instances show while they run (EC2 API reference, GetConsoleOutput). */
async function linesOf(ec2: EC2, instanceId: string): Promise<readonly string[]> {
  try {
    const { Output = "" } = await ec2.getConsoleOutput({ InstanceId: instanceId, Latest: true });
    return markedLines(Buffer.from(Output, "base64").toString());
  } catch (error) {
    // Between two states it has no console to show.
    if (["IncorrectInstanceState", "InvalidInstanceID.NotFound"].includes(faultOf(error).code)) return [];
    throw error;
  }
}

/**
 * The script's lines since the instance's last start. cloud-init lays what a script prints on the console a second time,
 * behind a clock of its own.
 */
export function markedLines(text: string): readonly string[] {
  const lines = text.split(/\r?\n/).flatMap((line) => {
    const at = line.indexOf(natMark);
    return at === -1 ? [] : [line.slice(at + natMark.length).trim()];
  });
  const distinct = lines.filter((line, index) => line !== lines[index - 1]);
  return distinct.slice(Math.max(0, distinct.lastIndexOf(natEnds.begun)));
}
