/** Docker Hub's pull-through cache of the account, where services pull from. */
import { projectProgram } from "../../../../stacks/project";
import type { ContainerService } from "../../../../src/model/project";
import { modeSettings } from "../../../../src/modes/modes";
import { record, type Recording } from "../../../support/mocks";
import { containerOf, programArgs, projectOf } from "../../../support/projects";

const cache = "123456789012.dkr.ecr.us-east-1.amazonaws.com/hub";
const affordable = modeSettings("affordable");

function pulls(name: string, reference: string, own: Partial<ContainerService> = {}): ContainerService {
  return containerOf({ name, image: { kind: "reference", reference }, ...own });
}

async function run(
  services: readonly ContainerService[],
  imageCache: "all" | "builds" = "all",
  account: { readonly pullThroughDockerHub?: string } = { pullThroughDockerHub: "hub" },
): Promise<Recording> {
  const mode = { ...affordable, imageCache };
  return record(projectProgram(programArgs(projectOf(services), { mode, ...account })));
}

function imagesOf(recording: Recording, service: string): readonly string[] {
  const { inputs } = recording.find("aws:ecs/taskDefinition:TaskDefinition", service);
  return (JSON.parse(String(inputs["containerDefinitions"])) as { image: string }[]).map(
    ({ image }) => image,
  );
}

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

function statements(recording: Recording): readonly Statement[] {
  const { inputs } = recording.find("aws:iam/rolePolicy:RolePolicy", "ecs-task-execution-role");
  return (JSON.parse(String(inputs["policy"])) as { Statement: Statement[] }).Statement;
}

const digest = `sha256:${"a".repeat(64)}`;

test("images of Docker Hub come through the cache, by digest where that is held, and the role may fill just these", async () => {
  const recording = await run([
    pulls("web", `nginx@${digest}`),
    pulls("app", "team/app:1"),
    pulls("other", "ghcr.io/team/other:1"),
  ]);
  expect(imagesOf(recording, "web")).toEqual([`${cache}/library/nginx@${digest}`]);
  expect(imagesOf(recording, "app")).toEqual([`${cache}/team/app:1`]);
  expect(imagesOf(recording, "other")).toEqual(["ghcr.io/team/other:1"]);
  const arns = ["library/nginx", "team/app"].map(
    (name) => `arn:aws:ecr:us-east-1:123456789012:repository/hub/${name}`,
  );
  const own = "arn:aws:ecr:us-east-1:123456789012:repository/todo/kaniko-build";
  expect(statements(recording)).toEqual(
    expect.arrayContaining([
      {
        Effect: "Allow",
        Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        Resource: [own, ...arns, "arn:aws:ecr:us-east-1:123456789012:repository/hub/*"],
      },
      {
        Effect: "Allow",
        Action: ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"],
        Resource: arns,
      },
    ]),
  );
});

test("what fills a volume comes from where the service's image does", async () => {
  const begins = { from: "/usr/share/nginx/html" };
  const volume = { volume: "html", folder: "/html", path: "/usr/share/nginx/html", readOnly: false, begins };
  const recording = await run([pulls("web", "nginx:1.27", { volumes: [volume] })]);
  const image = `${cache}/library/nginx:1.27`;
  expect(imagesOf(recording, "web")).toEqual([image, image]);
});

const hub = { pullThroughDockerHub: "hub" };

test("what the cache holds may be read also where services pull without it: a rollback may need it", async () => {
  const read = "arn:aws:ecr:us-east-1:123456789012:repository/hub/*";
  const readable = async (account: object): Promise<boolean> => {
    const recording = await run([pulls("web", "nginx:1.27")], "builds", account);
    return statements(recording).some(({ Resource }) => Resource.includes(read));
  };
  expect([await readable(hub), await readable({})]).toEqual([true, false]);
});

test.each<[string, "all" | "builds", typeof hub | object, Partial<ContainerService>]>([
  ["the account has none", "all", {}, {}],
  ["it is for builds alone", "builds", hub, {}],
  ["a login is named for the image", "all", hub, { registryCredentials: "HUB_LOGIN" }],
  ["an instance pulls it", "all", hub, { gpus: 1 }],
])("an image stays where it is when %s", async (_, imageCache, account, own) => {
  const recording = await run([pulls("web", "nginx:1.27", own)], imageCache, account);
  expect(imagesOf(recording, "web")).toEqual(["nginx:1.27"]);
  expect(statements(recording).flatMap(({ Action }) => Action)).not.toContain("ecr:BatchImportUpstreamImage");
});
