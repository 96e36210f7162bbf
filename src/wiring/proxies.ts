/**
 * The way out of a network that has a proxy, or certificates of its own: `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY` and
 * `AWS_CA_BUNDLE`, for all that this process asks of others. Node does it (`http.setGlobalProxyFromEnv`, which covers
 * `fetch` and every request through the global agents; `tls.setDefaultCACertificates`), nothing is bundled for it. The
 * Pulumi CLI and its providers read the same variables themselves.
 */
import { readFileSync } from "node:fs";
import http from "node:http";
import tls from "node:tls";
import { resolve } from "node:path";
import { BerthError, messageOf } from "../errors";

type Environment = Readonly<Record<string, string>>;

/**
 * What is never asked through a proxy: this machine, where Pulumi's engine and emulators listen, and the addresses at
 * which ECS and EC2 give a task its role (ECS Developer Guide, "Task metadata endpoint"; EC2 User Guide, "Instance
 * metadata").
 */
const direct = ["localhost", "127.0.0.1", "::1", "169.254.169.254", "169.254.170.2"];

/** The variables of a proxy, as curl and the AWS CLI read them; the small letters go before. */
const names = ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"];

/** The proxies of an environment with what must not go through them; `undefined` where it names none. */
export function proxiesOf(environment: Environment): Environment | undefined {
  const found = names.flatMap((name) => {
    const value = environment[name];
    return value === undefined || value === "" ? [] : [[name, value] as const];
  });
  if (found.length === 0) return undefined;
  const written = environment["no_proxy"] ?? environment["NO_PROXY"] ?? "";
  const all = [...written.split(",").map((each) => each.trim()), ...direct].filter((each) => each !== "");
  const none = [...new Set(all)].join(",");
  return { ...Object.fromEntries(found), no_proxy: none, NO_PROXY: none };
}

let certified = false;

/**
 * Makes this process take the environment's certificates, once: before it first speaks TLS, as making all of them ready
 * takes Node longer than a small command.
 *
 * @throws BerthError (usage) as {@link ownCertificates}
 */
export function useCertificates(environment: Environment, cwd: string): void {
  if (certified) return;
  const own = ownCertificates(environment, cwd);
  if (own !== undefined)
    readable(environment, cwd, () => {
      tls.setDefaultCACertificates([...tls.getCACertificates("default"), own]);
    });
  // Where they can't be read, each that asks says so: one of them may keep it to itself.
  certified = true;
}

/** `fetch`, with the environment's certificates ready. */
export function certifiedFetch(environment: Environment, cwd: string): typeof fetch {
  return (url, init) => {
    useCertificates(environment, cwd);
    return fetch(url, init);
  };
}

let used = false;

/**
 * Makes this process use the environment's proxies, once.
 *
 * @throws BerthError (usage) where the proxy's URL can't be read, or this Node can't use a proxy
 */
export function useProxies(environment: Environment): void {
  if (used) return;
  used = true;
  const proxies = proxiesOf(environment);
  if (proxies === undefined) return;
  // Node has it since 24.14 (Node.js documentation, HTTP, `http.setGlobalProxyFromEnv`); its types lag behind.
  const { setGlobalProxyFromEnv } = http as {
    setGlobalProxyFromEnv?: (env: Readonly<Record<string, string>>) => () => void;
  };
  if (setGlobalProxyFromEnv === undefined) {
    throw new BerthError("usage", {
      path: names.find((name) => proxies[name] !== undefined) ?? "HTTPS_PROXY",
      message: `Node ${process.versions.node} can't use a proxy`,
      hint: "use Node 24.14 or later, or unset the variable where AWS can be reached directly",
    });
  }
  for (const name of names) checkUrl(name, proxies[name]);
  // The engine's own connections, which are to this machine (grpc-js reads these variables itself).
  // eslint-disable-next-line no-restricted-properties -- written for grpc-js, not read
  process.env["no_grpc_proxy"] = direct.join(",");
  setGlobalProxyFromEnv(proxies);
}

function checkUrl(path: string, value: string | undefined): void {
  if (value === undefined || (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol))) return;
  // It may have a password in it, so it isn't shown.
  throw new BerthError("usage", {
    path,
    message: "is not the URL of a proxy",
    hint: "like http://proxy.example.com:3128",
  });
}

/** The certificates that were read, by their file: they are looked at when a run begins, and taken when it speaks TLS. */
const certificates = new Map<string, string>();

/**
 * The certificates of `AWS_CA_BUNDLE`, in PEM form, read once; `undefined` where it isn't set.
 *
 * @param cwd - what a relative path is seen from
 * @throws BerthError (usage) where they can't be read
 */
export function ownCertificates(environment: Environment, cwd: string): string | undefined {
  if ((environment["AWS_CA_BUNDLE"] ?? "") === "") return undefined;
  return readable(environment, cwd, (path) => {
    const own = certificates.get(path) ?? readFileSync(path, "utf8");
    if (!own.includes("-----BEGIN CERTIFICATE-----")) throw new Error("there is no certificate in it");
    certificates.set(path, own);
    return own;
  });
}

function readable<T>(environment: Environment, cwd: string, read: (path: string) => T): T {
  const path = resolve(cwd, environment["AWS_CA_BUNDLE"] ?? "");
  try {
    return read(path);
  } catch (error) {
    throw new BerthError("usage", {
      path: "AWS_CA_BUNDLE",
      message: `${path} can't be read: ${messageOf(error)}`,
      hint: "a file with certificates in PEM form, one after the other",
    });
  }
}
