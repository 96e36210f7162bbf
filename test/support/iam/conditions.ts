/** The condition keys that IAM fills from what a request says, beside tags. */
import { textOf } from "../../../src/simulator/cloud/values";
import type { Call } from "./evaluate";
import type { Declared, DeclaredWorld } from "./declared";

type Context = NonNullable<Call["context"]>;

/** @param resource - what the request is made for */
export function contextOf(action: string, resource: Declared, world: DeclaredWorld): Context {
  const { outputs, type } = resource;
  const [service = ""] = action.split(":");
  if (service === "route53" && type === "aws:route53/record:Record") {
    return {
      // Lower case, without the last dot (Route 53 Developer Guide, "Using IAM policy conditions").
      "route53:ChangeResourceRecordSetsNormalizedRecordNames": [
        textOf(outputs["name"]).toLowerCase().replace(/\.$/, "").replace(/\*/g, "\\052"),
      ],
      "route53:ChangeResourceRecordSetsRecordTypes": [textOf(outputs["type"])],
      "route53:ChangeResourceRecordSetsActions": ["UPSERT"],
    };
  }
  if (type.startsWith("aws:iam/role")) return roleContext(resource, world);
  return {};
}

/** The boundary of the role that the request is about, and the policy that it attaches. */
function roleContext({ outputs, type, id }: Declared, world: DeclaredWorld): Context {
  const name = type === "aws:iam/role:Role" ? id : textOf(outputs["role"]);
  const role = world.resources.find((other) => other.type === "aws:iam/role:Role" && other.id === name);
  const { permissionsBoundary } = role?.outputs ?? {};
  const { policyArn } = outputs;
  return {
    ...(typeof permissionsBoundary === "string" ? { "iam:PermissionsBoundary": permissionsBoundary } : {}),
    ...(typeof policyArn === "string" ? { "iam:PolicyARN": policyArn } : {}),
  };
}
