/** Credentials of registries in the forms that ECS and Docker's own tools take. */
import { loginPair } from "../../model/registry-login";

/** `user:password` in the form that ECS takes; what is JSON already stays as it is. */
export function credentialsJson(value: string): string {
  const text = value.trim();
  const colon = text.indexOf(":");
  if (text.startsWith("{") || colon < 0) return text;
  return JSON.stringify({ username: text.slice(0, colon), password: text.slice(colon + 1) });
}

/** The text of DOCKER_AUTH_CONFIG (docker/cli, cli/config/configfile). @param values - the credentials, in the hosts' order */
export function authConfig(hosts: readonly string[], values: readonly string[]): string {
  const auths = hosts.map((host, index) => {
    const key = host === "docker.io" || host === "index.docker.io" ? "https://index.docker.io/v1/" : host;
    return [key, { auth: Buffer.from(loginPair(values[index] ?? "")).toString("base64") }] as const;
  });
  return JSON.stringify({ auths: Object.fromEntries(auths) });
}
