/** The layers of images in ECR, as they are packed. */
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { BerthError } from "../../errors";
import type { Architecture } from "../../model/project";
import type { Clock, ImageLayers } from "../../ports";
import { ask } from "../ask";
import type { AwsClients } from "../clients";
import { openResumable, type BodyPart, type Rest } from "../s3/resumable";

const descriptor = z.object({ digest: z.string() });
const manifestSchema = z.object({ config: descriptor, layers: z.array(descriptor) });
const indexSchema = z.object({
  manifests: z.array(
    descriptor.extend({ platform: z.object({ os: z.string(), architecture: z.string() }).optional() }),
  ),
});
const configSchema = z.object({ config: z.object({ WorkingDir: z.string().nullish() }).nullish() });

const mediaTypes = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];

/** Attempts of one download on 429, 5xx, and connections that can't be made. */
const attempts = 4;

/**
 * The layers of an image, upper ones last; a download that is cut goes on where it was.
 *
 * @param reference - by its digest: `<account>.dkr.ecr.<region>.amazonaws.com/<name>@sha256:…`
 * @throws BerthError (deployment), also from `open`, where ECR refuses or has nothing for the architecture
 */
export function imageLayers(
  clients: AwsClients,
  reference: string,
  architecture: Architecture,
  clock: Clock,
): Promise<ImageLayers> {
  return ask("deployment", reference, async () => {
    const { repository, digest } = parsed(reference);
    const wanted = architecture === "ARM64" ? "arm64" : "amd64";
    const { config, layers } = await manifestOf(clients, repository, digest, wanted);
    const blobs = new Blobs(clients, repository, clock);
    const settings = configSchema.parse(JSON.parse(await text(await blobs.open(config.digest))));
    return {
      workingDir: settings.config?.WorkingDir ?? "/",
      layers: layers.map((layer) => ({
        digest: layer.digest,
        open: () => ask("deployment", reference, () => blobs.open(layer.digest)),
      })),
    };
  });
}

async function manifestOf(
  clients: AwsClients,
  repository: Repository,
  digest: string,
  architecture: string,
): Promise<z.infer<typeof manifestSchema>> {
  const document = await documentOf(clients, repository, digest);
  const index = indexSchema.safeParse(document);
  if (!index.success) return manifestSchema.parse(document);
  const own = index.data.manifests.find(({ platform }) => platform?.architecture === architecture);
  if (own === undefined) throw new Error(`the image has nothing for linux/${architecture}`);
  return manifestSchema.parse(await documentOf(clients, repository, own.digest));
}

async function documentOf(
  clients: AwsClients,
  repository: Repository,
  imageDigest: string,
): Promise<unknown> {
  const ecr = await clients.ecr();
  const { images: [image] = [], failures: [failure] = [] } = await ecr.batchGetImage({
    ...repository,
    ...{ imageIds: [{ imageDigest }], acceptedMediaTypes: mediaTypes },
  });
  if (image?.imageManifest === undefined)
    throw new Error(`ECR does not give the image: ${failure?.failureReason ?? "it is not there"}`);
  return JSON.parse(image.imageManifest);
}

/** What a repository keeps by digests: layers, and configurations as well. */
class Blobs {
  constructor(
    private readonly clients: AwsClients,
    private readonly repository: Repository,
    private readonly clock: Clock,
  ) {}

  open(layerDigest: string): Promise<Readable> {
    return openResumable(layerDigest, (rest) => this.#part(layerDigest, rest), this.clock);
  }

  /** Each attempt has an address of its own: ECR's are good for a while only. */
  async #part(layerDigest: string, rest: Rest | undefined): Promise<BodyPart> {
    const ecr = await this.clients.ecr();
    for (let attempt = 1; ; attempt += 1) {
      const { downloadUrl = "" } = await ecr.getDownloadUrlForLayer({ ...this.repository, layerDigest });
      const answer = await download(downloadUrl, rest).catch((error: unknown) => {
        if (attempt === attempts) throw error;
        return undefined;
      });
      if (answer?.status === (rest === undefined ? 200 : 206) && answer.body !== null) return partOf(answer);
      await answer?.body?.cancel();
      const status = answer?.status ?? 0;
      if (answer !== undefined && ((status !== 429 && status < 500) || attempt === attempts))
        throw new BerthError("deployment", `the layer ${layerDigest} is answered with ${status}`);
      await this.clock.sleep(300 * 2 ** attempt * Math.random());
    }
  }
}

/** @throws the cause of a connection that could not be made, in place of fetch's own words */
async function download(url: string, rest: Rest | undefined): Promise<Response> {
  const headers = rest === undefined ? {} : { range: `bytes=${rest.offset}-`, "if-match": rest.etag };
  try {
    return await fetch(url, { headers });
  } catch (error) {
    throw error instanceof Error && error.cause !== undefined ? error.cause : error;
  }
}

function partOf({ body, headers }: Response): BodyPart {
  const etag = headers.get("etag");
  const length = headers.get("content-length");
  return {
    body: body as AsyncIterable<Uint8Array>,
    ...(etag === null || etag.startsWith("W/") ? {} : { etag }),
    ...(length === null ? {} : { length: Number(length) }),
  };
}

interface Repository {
  readonly registryId?: string;
  readonly repositoryName: string;
}

/** `<account>.dkr.ecr.<region>.amazonaws.com/<name>@sha256:…` */
function parsed(reference: string): { readonly repository: Repository; readonly digest: string } {
  const [name = "", digest = ""] = reference.split("@");
  const registryId = /^(\d{12})\.dkr[.-]ecr/.exec(name)?.[1];
  const repositoryName = name.slice(name.indexOf("/") + 1);
  return { repository: { repositoryName, ...(registryId === undefined ? {} : { registryId }) }, digest };
}
