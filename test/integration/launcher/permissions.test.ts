/** The policy that `berth bootstrap` prints lets its holder run `berth`; somebody without it is told what is missing. */
import type { AwsClients } from "../../../src/aws/clients";
import { launcherActions } from "../../../src/launcher/doctor/account";
import { lazyAws } from "../../../src/wiring/lazy-aws";
import { region, startEmulator, type AccessKey, type Emulator } from "../../support/emulator";
import { clientsOf } from "../../support/emulator/clients";
import { berthIn } from "../../support/emulator/launcher";
import { Shop, shopPrograms } from "../../support/emulator/shop";
import type { LauncherOptions } from "../../support/launcher";

let emulator: Emulator;
let clients: AwsClients;
let holder: AccessKey;
let stranger: AccessKey;
let policyArn: string;

beforeAll(async () => {
  emulator = await startEmulator({ enforceIam: true, programs: shopPrograms });
  clients = clientsOf(emulator);
  const made = await berthIn(emulator, ["bootstrap", "--image", "berth-cd:1"]);
  policyArn = /^policy for people who deploy +(\S+)$/m.exec(made.stdout)?.[1] ?? "";
  holder = await emulator.createUser("holder");
  stranger = await emulator.createUser("stranger");
  await emulator.query("iam", {
    Action: "AttachUserPolicy",
    Version: "2010-05-08",
    UserName: "holder",
    PolicyArn: policyArn,
  });
  const shop = await new Shop(clients, { project: "shop", stack: "dev" }).open();
  await shop.serve("web", ["say:web is up", "wait"]);
});

afterAll(async () => {
  await clients.close();
  await emulator.stop();
});

function run(line: string, credentials: AccessKey, options: LauncherOptions = {}) {
  return berthIn(emulator, line.split(" "), {
    env: { BERTH_PROJECT: "shop" },
    ...options,
    launcher: (made) => ({ ...made, aws: lazyAws({ region, endpointUrl: emulator.url, credentials }) }),
  });
}

const commands: readonly (readonly [line: string, options: LauncherOptions])[] = [
  ["secret set API_KEY -", { stdin: "hidden00" }],
  ["secret get API_KEY --reveal", {}],
  ["secret ls", {}],
  ["secret rm API_KEY --yes", {}],
  ["ps", {}],
  ["logs", {}],
];

// The emulator asks for GetParameters and DeleteParameters on every resource, where AWS asks for each parameter.
const held = commands.filter(([line]) => !/get|rm/.test(line));

test.each(held)("the policy's holder may %s", async (line, options) => {
  const { code, stderr } = await run(line, holder, options);
  expect([code, stderr]).toEqual([0, expect.not.stringMatching(/refused|not shown/) as string]);
});

test.each(commands)("without it, %s says which call was refused, and what to do", async (line, options) => {
  const { code, stderr } = await run(line, stranger, options);
  expect([code, stderr]).toEqual([
    5,
    expect.stringMatching(
      /^error: (?:CloudFormation.s stack )?\S+: AWS refused access: .*\w+:\w+.*\n {2}fix: /m,
    ) as string,
  ]);
});

test("the doctor looks for what the policy allows, and for nothing more", async () => {
  const iam = await clients.iam();
  const { Policy } = await iam.getPolicy({ PolicyArn: policyArn });
  const { PolicyVersion } = await iam.getPolicyVersion({
    PolicyArn: policyArn,
    VersionId: Policy?.DefaultVersionId,
  });
  const document = JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? "{}")) as {
    readonly Statement: readonly { readonly Action: string | readonly string[] }[];
  };
  const allowed = document.Statement.flatMap(({ Action }) => Action);
  const isAllowed = (action: string): boolean =>
    allowed.some((each) => each === action || (each.endsWith("*") && action.startsWith(each.slice(0, -1))));
  expect(launcherActions.filter((action) => !isAllowed(action))).toEqual([]);
});
