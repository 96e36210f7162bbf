/** The credentials that `docker login` has left (Docker CLI, config.json). */
import { z } from "zod";

const schema = z.object({
  auths: z.record(z.string(), z.object({ auth: z.string().optional() })).optional(),
});

/** @param text - of config.json; `undefined` where there is none. What can't be read has no credentials */
export function dockerCredentials(text: string | undefined): (registry: string) => string | undefined {
  const auths = parsed(text);
  return (registry) => {
    const names =
      registry === "docker.io"
        ? ["https://index.docker.io/v1/", "docker.io"]
        : [registry, `https://${registry}`];
    const auth = names.map((name) => auths[name]?.auth).find((found) => found !== undefined && found !== "");
    return auth === undefined ? undefined : Buffer.from(auth, "base64").toString("utf8");
  };
}

function parsed(text: string | undefined): Readonly<Record<string, { readonly auth?: string | undefined }>> {
  try {
    return schema.parse(JSON.parse(text ?? "{}")).auths ?? {};
  } catch {
    return {};
  }
}
