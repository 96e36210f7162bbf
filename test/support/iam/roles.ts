/** The roles that Berth makes for projects, as the declared estates have them, under the boundary of the template. */
import { textOf } from "../../../src/simulator/cloud/values";
import type { Estate } from "../estates/plans";
import { DeclaredWorld, type Declared } from "./declared";
import { managedPolicy, type Caller, type Policy } from "./evaluate";
import { account, type ResolvedTemplate } from "./template";

/** A role of a project, by what it is for. */
export interface ProjectRole {
  readonly name: string;
  readonly declared: Declared;
  readonly caller: Caller;
  /** Managed policies that it has: `x-policies`. */
  readonly attached: readonly string[];
}

/** The boundary that the template makes for projects, by its ARN. */
export function boundaryArn(): string {
  return `arn:aws:iam::${account.id}:policy/berth-cd/berth-cd-Boundary`;
}

export function projectRoles(estate: Estate, template: ResolvedTemplate): readonly ProjectRole[] {
  const world = new DeclaredWorld(estate);
  const ofType = (type: string): readonly Declared[] => world.resources.filter((one) => one.type === type);
  return ofType("aws:iam/role:Role").map((declared) => {
    const policies: readonly Policy[] = ofType("aws:iam/rolePolicy:RolePolicy")
      .filter(({ outputs }) => outputs["role"] === declared.id)
      .map(({ name, outputs }) => ({ name, document: JSON.parse(textOf(outputs["policy"])) as unknown }));
    const attached = ofType("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
      .filter(({ outputs }) => outputs["role"] === declared.id)
      .map(({ outputs }) => textOf(outputs["policyArn"]));
    return { name: declared.id, declared, attached, caller: callerOf(declared, policies, template) };
  });
}

function callerOf(declared: Declared, policies: readonly Policy[], template: ResolvedTemplate): Caller {
  const tags = Object.entries(declared.tags).map(
    ([key, value]) => [`aws:PrincipalTag/${key}`, value] as const,
  );
  return {
    arn: `arn:aws:sts::${account.id}:assumed-role/${declared.id}/session`,
    policies,
    boundary: managedPolicy(template, textOf(declared.outputs["permissionsBoundary"])),
    context: Object.fromEntries(tags),
  };
}
