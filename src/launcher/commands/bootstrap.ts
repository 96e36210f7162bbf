/** `berth bootstrap`: makes an account and region ready, once. */
import { BerthError } from "../../errors";
import { table } from "../../report/terminal/tables";
import { makeAccount } from "../account/make";
import { bootstrapOptions, parametersOf } from "../account/options";
import { takeAccountDown } from "../account/take-down";
import { bootstrapTemplate } from "../account/template";
import { trustOf } from "../account/trust";
import type { CommandDefinition, Given } from "../core/command";
import type { Launcher } from "../core/launcher";

export const bootstrap: CommandDefinition = {
  name: "bootstrap",
  summary: "Set up an account and region for Berth: create or update its CloudFormation stack",
  examples: [
    "berth bootstrap",
    "berth bootstrap --domains example.com",
    "berth bootstrap --zone-roles arn:aws:iam::210987654321:role/berth-dns",
    "berth bootstrap --github acme/shop --ci-branches main --docker-hub acme",
    "berth bootstrap --vpc vpc-0a1b2c3d --subnets subnet-0a1b2c3d,subnet-4e5f6a7b",
    "berth bootstrap --print",
    "berth bootstrap --down",
  ],
  takes: ["region"],
  // Read by what parses its command line or tells of it: no other command loads the rules of its values.
  get options() {
    return bootstrapOptions;
  },
  run: async (launcher, given) => {
    const parameters = parametersOf(given);
    const trust = trustOf(given);
    const { aws, clock, terminal } = launcher;
    if (given.has("print")) {
      terminal.out(bootstrapTemplate());
      return 0;
    }
    const stacks = await aws.use((sdk, clients) => new sdk.CloudFormationStacks(clients, clock));
    if (given.has("down")) {
      await takeAccountDown(launcher, { stacks, bucket: given.text("bucket"), yes: given.has("yes") });
      return 0;
    }
    const token = await dockerHubToken(launcher, given);
    const outputs = await makeAccount(launcher, {
      stacks,
      parameters: { ...parameters, ...token },
      trust,
      yes: given.has("yes"),
    });
    terminal.out(`${table(["", ""], shown(outputs)).trimStart()}\n`);
    terminal.err("The account is ready: berth up deploys a project\n");
    return 0;
  },
};

/** Never an argument: those are in the shell's history. */
async function dockerHubToken(
  { terminal, stdin }: Launcher,
  given: Given,
): Promise<Readonly<Record<string, string>>> {
  if (given.text("dockerHub") === undefined) return {};
  const token = stdin.tty ? await terminal.askSecret("Access token of Docker Hub") : await stdin.read();
  if (token.trim() !== "") return { DockerHubAccessToken: token.trim() };
  throw new BerthError("usage", {
    path: "--docker-hub",
    message: "no access token came through standard input",
    hint: "berth bootstrap --docker-hub USER < file-with-the-token",
  });
}

/** What a person may need, and in which words. */
const rows: Readonly<Record<string, string>> = {
  Bucket: "bucket",
  Cluster: "cluster",
  Image: "image",
  LogGroup: "log group",
  LauncherPolicyArn: "policy for people who deploy",
  TaskRoleArn: "role of the CD task",
  GitHubRoleArn: "role for GitHub Actions",
  GitLabRoleArn: "role for GitLab CI",
};

function shown(outputs: Readonly<Record<string, string>>): readonly (readonly string[])[] {
  return Object.entries(rows).flatMap(([name, words]) => {
    const value = outputs[name];
    return value === undefined ? [] : [[words, value]];
  });
}
