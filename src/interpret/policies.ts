/** `x-policies`, with the published dialect's name as a synonym: what a service may do in AWS beside Berth's nothing. */
import type { Node } from "./node";

const keys = ["x-policies", "x-defang-policies"];

/** A policy of AWS or of an account (IAM User Guide, IAM identifiers), or the name of one of this account. */
const policy = /^(arn:aws(-[a-z]+)*:iam::(aws|\d{12}):policy\/[\w+=,.@/-]+|[\w+=.@-]{1,128})$/;

/** Policies that a role can have (IAM quotas, "Managed policies attached to an IAM role"). */
const mostPolicies = 10;

/** ARNs, or names of the account's own policies, each once and sorted; a text holds them with commas between. */
export function readPolicies(service: Node): readonly string[] | undefined {
  const found = keys.flatMap((key) => policiesAt(service.get(key)));
  const policies = [...new Set(found)].sort();
  if (policies.length > mostPolicies) {
    const node = keys.map((key) => service.get(key)).find(({ present }) => present);
    node?.problem(
      `${policies.length} policies: a role has ${mostPolicies} at most`,
      "put several into one policy",
    );
  }
  return policies.length === 0 ? undefined : policies;
}

function policiesAt(node: Node): readonly string[] {
  if (!node.present) return [];
  const items = Array.isArray(node.value) ? node.items() : [node];
  return items.flatMap((item) =>
    (item.text() ?? "").split(",").flatMap((part) => {
      const name = part.trim();
      if (name === "") return [];
      if (policy.test(name)) return [name];
      item.problem(
        `${JSON.stringify(name)} is no IAM policy`,
        "an ARN like arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess, or the name of a policy of your account",
      );
      return [];
    }),
  );
}
