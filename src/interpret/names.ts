/** Names that become AWS names: refused here, before anything is made. */
import type { Node } from "./node";

/** Longest label of a DNS name (RFC 1035, section 2.3.4); names of AWS with lower limits are shortened with a hash. */
const longestLabel = 63;

/** The project's name opens the names of its registries (ECR API reference, CreateRepository: repositoryName). */
const projectPattern = /^[a-z0-9]+([_-][a-z0-9]+)*$/;

/** A service's name is a host name in the project's private zone; DNS knows no case (RFC 4343). */
const servicePattern = /^[a-z0-9]([a-z0-9_-]*[a-z0-9])?$/i;

/** @returns the project's name, whatever is there */
export function readProjectName(node: Node): string {
  const name = node.text() ?? "";
  if (name.length > longestLabel) {
    node.problem(
      `${JSON.stringify(name)} has ${name.length} characters`,
      `at most ${longestLabel}, as a part of a DNS name`,
    );
  } else if (!projectPattern.test(name)) {
    node.problem(
      `AWS refuses the project name ${JSON.stringify(name)}`,
      "lower-case letters and digits, with single - or _ between them (Amazon ECR's rule for repository names)",
    );
  }
  return name;
}

/** Reports service names that no host name can be, and pairs that differ only in what DNS and ALB take as one. */
export function judgeServiceNames(services: Node): void {
  const seen = new Map<string, string>();
  for (const [name, service] of services.entries()) {
    if (name.length > longestLabel) {
      service.problem(
        `${JSON.stringify(name)} has ${name.length} characters`,
        `at most ${longestLabel}, as a part of a DNS name`,
      );
    } else if (!servicePattern.test(name)) {
      service.problem(
        `${JSON.stringify(name)} can't be a host name on AWS`,
        "letters, digits, - and _, with a letter or digit at both ends",
      );
    }
    const host = name.replaceAll("_", "-").toLowerCase();
    const other = seen.get(host);
    if (other !== undefined) {
      service.problem(
        `${name} and ${other} have the same host name in public, ${host}`,
        "rename one of them",
      );
    }
    seen.set(host, name);
  }
}
