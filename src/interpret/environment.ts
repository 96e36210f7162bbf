/** Environment variables: plain text, secrets, and texts composed with secrets (docs/design.md, Compose). */
import type { EnvironmentValue } from "../model/project";
import { hasSecret, templateParts } from "../compose/secret-marker";
import type { Node } from "./node";

/** What a parameter's name may hold (Systems Manager API reference, PutParameter: Name), without the separators. */
const secretName = /^[A-Za-z0-9_.-]{1,512}$/;

/** A name that a process can have in its environment: printable ASCII without `=` and space. */
const variableName = /^[!-<>-~]+$/;

/** The names that Docker Desktop gives its own machine (docs.docker.com, "Networking"). */
const dockerHost =
  /\b((host|gateway)\.docker\.internal|docker\.for\.(mac|win)\.(localhost|host\.internal))\b/;

/** The variables of a service, in file order. Values are never part of a message. */
export function readEnvironment(environment: Node): Readonly<Record<string, EnvironmentValue>> {
  const variables: [string, EnvironmentValue][] = [];
  for (const [name, value] of environment.entries()) {
    if (hasSecret(name)) value.unset(name);
    else if (!variableName.test(name)) {
      value.problem(`${JSON.stringify(name)} is no name for an environment variable`);
    } else {
      const read = environmentValue(name, value);
      if (read !== undefined) variables.push([name, read]);
    }
  }
  return Object.fromEntries(variables);
}

function environmentValue(name: string, node: Node): EnvironmentValue | undefined {
  if (!node.present) return readSecretName(name, node);
  const text = node.rawText();
  if (text === undefined) return undefined;
  if (dockerHost.test(text))
    node.warn(
      "it names the machine that Docker runs on (host.docker.internal), which resolves nowhere on AWS: give the name of a service, or an address",
    );
  if (!hasSecret(text)) return { kind: "plain", value: text };
  const parts = templateParts(text);
  const [only] = parts;
  if (parts.length === 1 && typeof only === "object") return readSecretName(only.secret, node);
  return { kind: "template", parts };
}

/** The secret of that name; one that Parameter Store can't have is reported. */
export function readSecretName(name: string, node: Node): EnvironmentValue | undefined {
  if (secretName.test(name)) return { kind: "secret", name };
  node.problem(
    `${JSON.stringify(name)} can't be the name of a secret`,
    "letters, digits, and _ . - (Parameter Store), or give the variable a value",
  );
  return undefined;
}
