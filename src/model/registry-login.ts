/** Registries that ask who pulls, and how their credentials are written. */
import { partitionOf } from "../partitions";
import { registryOf } from "./image-name";

/** Whether a registry is a private one of Amazon ECR (ECR User Guide, "Amazon ECR private registry"). */
export function isEcr(host: string): boolean {
  return ecrHost.test(host);
}

/** The region of a private registry of Amazon ECR. @returns `undefined` for another registry */
export function ecrRegion(host: string): string | undefined {
  return ecrHost.exec(host)?.[1];
}

/** The ARN of the repository of an image. @returns `undefined` for an image of another registry than a private one of ECR */
export function ecrRepositoryArn(reference: string): string | undefined {
  const host = registryOf(reference);
  const region = ecrRegion(host);
  if (region === undefined) return undefined;
  const [name = ""] = reference.slice(host.length + 1).split(/[:@]/);
  return `arn:${partitionOf(region).id}:ecr:${region}:${host.slice(0, 12)}:repository/${name}`;
}

/** `123456789012.dkr.ecr.us-east-1.amazonaws.com`; FIPS and dual-stack endpoints too (AWS General Reference, Amazon ECR endpoints). */
const ecrHost = /^\d{12}\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.[a-z0-9.-]+$/;

/**
 * What to do where a private registry of ECR refuses a pull, by the words in which a pull failed ("403 Forbidden", "DENIED:
 * … is not authorized to perform: ecr:BatchGetImage"; ECR User Guide, "Repository policies": across accounts both sides
 * have to allow it).
 *
 * @returns `undefined` where the words speak of another registry, or of no refusal
 */
export function ecrRefusalHint(words: string): string | undefined {
  const account = /(\d{12})\.dkr[.-]ecr(?:-fips)?\./.exec(words)?.[1];
  if (account === undefined || !/\bdenied\b|forbidden|not authorized|status code 40[13]/i.test(words))
    return undefined;
  return `where ${account} is not the stack's own account, the repository's policy there has to let the stack's account in: ecr:BatchCheckLayerAvailability, ecr:BatchGetImage and ecr:GetDownloadUrlForLayer`;
}

/**
 * What to do where the account's pull-through cache of Docker Hub gives no image, by the words of a pull that failed. The cache's
 * prefix is that of the bootstrap stack (`berth-cd-dockerhub`), or ECR's own (`docker-hub`).
 *
 * @returns `undefined` where the words speak of another repository
 */
export function cacheRefusalHint(words: string): string | undefined {
  if (!/\.dkr[.-]ecr[a-z0-9.-]*\/[a-z0-9._-]*docker-?hub\//.test(words)) return undefined;
  return "the image comes from Docker Hub through the account's pull-through cache: check its name and tag; where Docker Hub refuses the cache's user, run berth bootstrap --docker-hub USER with a new token, or write x-berth: {imageCache: builds}, which pulls without the cache";
}

/** A secret of Secrets Manager, as `x-registry-credentials` names it. */
export interface SecretsManagerSecret {
  /** What its calls take: the whole ARN, or the name in the stack's own account and region. */
  readonly id: string;
  /** Of the ARN. @default the stack's own */
  readonly region?: string;
}

/**
 * A secret of Secrets Manager by its whole ARN, with the six characters at its end, or as `secretsmanager:NAME` (Secrets
 * Manager API reference, CreateSecret, Name: letters, digits, `/_+=.@-`).
 *
 * @returns `undefined` for any other text: a name of Parameter Store, or one that is wrong
 */
export function secretsManagerSecret(text: string): SecretsManagerSecret | undefined {
  const region = secretArn.exec(text)?.[1];
  if (region !== undefined) return { id: text, region };
  const name = /^secretsmanager:([\w/+=.@-]{1,512})$/.exec(text)?.[1];
  return name === undefined ? undefined : { id: name };
}

const secretArn =
  /^arn:aws[a-z-]*:secretsmanager:([a-z0-9-]+):\d{12}:secret:[\w/+=.@-]{1,512}-[A-Za-z0-9]{6}$/;

/** `user:password` of a secret that holds this, or the JSON that ECS takes (`{"username": …, "password": …}`). */
export function loginPair(value: string): string {
  const text = value.trim();
  if (!text.startsWith("{")) return text;
  try {
    const read = JSON.parse(text) as Readonly<Record<string, unknown>>;
    return `${String(read["username"])}:${String(read["password"])}`;
  } catch {
    return text;
  }
}
