/** What an image is built from. */
import type { Architecture, EnvironmentValue } from "./values";

/** One image build; paths are relative to the archive's root, `/`-separated, `.` for the root itself. */
export interface Build {
  readonly context: string;
  /** Relative to the archive's root; or the text itself, where the compose file holds it; or what needs none. */
  readonly dockerfile: string | InlineDockerfile | MountedImage;
  readonly target?: string;
  /** Build arguments, sorted by name. */
  readonly args: Readonly<Record<string, string>>;
  /** Sorted, each once; from two on the image is an index over them. @default the service's own */
  readonly platforms?: readonly Architecture[];
  /** Labels of the image, sorted by name. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Sorted by id, each id once. */
  readonly secrets?: readonly BuildSecret[];
  /** Sorted by host, each host once; no part of the image, so none of its digest. */
  readonly registries?: readonly RegistryLogin[];
  /** The stage of the Dockerfile that has to succeed before the image is published. */
  readonly test?: string;
  /**
   * How a step's changed files are found. `full` reads the content of every file; `fast` looks at size, mode, owner and
   * times, and loses a change that keeps all of them.
   * @default full
   */
  readonly snapshots?: "fast";
  /** What the Dockerfile takes by name, sorted by name, each name once. */
  readonly contexts?: readonly NamedContext[];
  /** Whether registries are asked for newer base images in each run (`build.pull`). @default false */
  readonly pull?: true;
  /** Whether no layer comes from the cache (`build.no_cache`); the image is the same, so no part of the digest. @default false */
  readonly noCache?: true;
  /** The digests of base images, by the references that the Dockerfile names. @default each tag is what it is at the build */
  readonly bases?: Readonly<Record<string, string>>;
  /** Images of Amazon ECR that it reads, each once, sorted; the build's role has to be let read them. @default none */
  readonly ecrImages?: readonly string[];
  /** The image that the service names beside its build, which may be published; no part of the digest. */
  readonly named?: string;
  /** What the service mounts of the project, copied over what the Dockerfile makes; at least one. */
  readonly mounts?: readonly ProjectMount[];
}

/** What a private registry of base images is logged into with. */
export interface RegistryLogin {
  /** As an image's name has it: `ghcr.io`, `registry.example.com:5000`; `docker.io` for Docker Hub. */
  readonly host: string;
  /**
   * The name of a secret in Parameter Store, or what names one of Secrets Manager ({@link secretsManagerSecret}):
   * `user:password`, or the JSON `{"username", "password"}`.
   */
  readonly secret: string;
}

/** A Dockerfile that is no file of the project: `dockerfile_inline`, or one that Berth writes (`x-build: auto`). */
export interface InlineDockerfile {
  readonly inline: string;
  /** What the context leaves out where it has no `.dockerignore`. @default nothing */
  readonly ignore?: string;
  /** What Berth took the folder for, where it wrote the text: `Node with npm`. */
  readonly writtenFor?: string;
}

/**
 * An image with files of the project in it: what its service mounts of them, for no task sees the project. The
 * context is the root, and holds nothing else.
 */
export interface MountedImage {
  /** Whose files those of the project come to. */
  readonly image: string;
  readonly mounts: readonly ProjectMount[];
}

/** A file or a folder of the project in a container (`volumes`, type bind; `configs`). */
export interface ProjectMount {
  /** Relative to the archive's root; empty where the compose file holds the text. */
  readonly path: string;
  /** What a file holds that is none of the project. */
  readonly text?: string;
  /** Absolute, in the container; without a slash at its end. */
  readonly target: string;
  /** The compose path of the mount, for messages. */
  readonly key: string;
  /** Paths in a folder that are left out, sorted: other mounts lie there. */
  readonly except?: readonly string[];
}

/** What `FROM name`, `COPY --from=name` and a bind mount's `from=name` mean (`additional_contexts`). */
export interface NamedContext {
  /** As BuildKit compares it: an image's familiar name, without `:latest`. */
  readonly name: string;
  readonly source:
    /** Relative to the archive's root. */
    | { readonly kind: "folder"; readonly path: string }
    | { readonly kind: "image"; readonly reference: string }
    /** The image that is built for another service of the project. */
    | { readonly kind: "service"; readonly service: string };
}

/** What a `RUN --mount=type=secret,id=…` reads; no part of the image, so none of its digest. */
export interface BuildSecret {
  readonly id: string;
  readonly content: EnvironmentValue;
}

/** The services whose images a build takes; each once, sorted. */
export function servicesTaken({ contexts = [] }: Pick<Build, "contexts">): readonly string[] {
  const services = contexts.flatMap(({ source }) => (source.kind === "service" ? [source.service] : []));
  return [...new Set(services)].sort();
}
