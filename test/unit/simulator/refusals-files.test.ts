import type { Properties } from "../../../src/simulator/cloud";
import type { World } from "../../support/simulated-world";
import { container } from "../../support/simulated-world";
import { describeRefusals } from "../../support/refusals";

const point = "aws:efs/accessPoint:AccessPoint";
const definition = "aws:ecs/taskDefinition:TaskDefinition";

type Ids = World["ids"];

const access =
  (rootDirectory: Properties) =>
  ({ files }: Ids): Properties => ({ fileSystemId: files, rootDirectory });
const good = access({ path: "/a/b/c/d", creationInfo: { ownerUid: 0, ownerGid: 0, permissions: "0777" } });

const mounting =
  (own: Properties) =>
  ({ files }: Ids): Properties => ({
    family: "files",
    containerDefinitions: JSON.stringify([container()]),
    volumes: [
      {
        name: "data",
        efsVolumeConfiguration: {
          fileSystemId: files,
          transitEncryption: "ENABLED",
          authorizationConfig: { iam: "ENABLED" },
          ...own,
        },
      },
    ],
  });
const at = "volumes[0].efsVolumeConfiguration";

describeRefusals([
  ["an access point's depth", point, good, access({ path: "/a/b/c/d/e" }), "rootDirectory.path"],
  ["an access point's characters", point, good, access({ path: "/a*" }), "rootDirectory.path"],
  ["an access point's length", point, good, access({ path: `/${"a".repeat(100)}` }), "rootDirectory.path"],
  [
    "an access point's permissions",
    point,
    good,
    access({ path: "/a", creationInfo: { ownerUid: 0, ownerGid: 0, permissions: "rwx" } }),
    "rootDirectory.creationInfo.permissions",
  ],
  [
    "IAM authorization without TLS",
    definition,
    mounting({}),
    mounting({ transitEncryption: "DISABLED" }),
    `${at}.transitEncryption`,
  ],
  [
    "a file system that is not there",
    definition,
    mounting({}),
    mounting({ fileSystemId: "fs-0" }),
    `${at}.fileSystemId`,
  ],
  [
    "a root directory of an access point's",
    definition,
    mounting({ rootDirectory: "/data" }),
    ({ files }: Ids) =>
      mounting({ rootDirectory: "/data", authorizationConfig: { accessPointId: "fsap-0" } })({
        files,
      } as Ids),
    `${at}.rootDirectory`,
  ],
]);
