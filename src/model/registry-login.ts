/** Registries that ask who pulls, and how their credentials are written. */

/** Whether a registry is a private one of Amazon ECR (ECR User Guide, "Amazon ECR private registry"). */
export function isEcr(host: string): boolean {
  return ecrHost.test(host);
}

/** The region of a private registry of Amazon ECR. @returns `undefined` for another registry */
export function ecrRegion(host: string): string | undefined {
  return ecrHost.exec(host)?.[1];
}

/** `123456789012.dkr.ecr.us-east-1.amazonaws.com`; FIPS and dual-stack endpoints too (AWS General Reference, Amazon ECR endpoints). */
const ecrHost = /^\d{12}\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.[a-z0-9.-]+$/;

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
