/** What a container finds, and how it is reached and checked. */
import type { EnvironmentValue } from "./values";

/** A file that a container finds: one of its `secrets` or `configs`. */
export interface MountedFile {
  /** Absolute, inside the container; never in a folder of the system. */
  readonly path: string;
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** What it holds; sensitive whatever its kind. */
  readonly content: EnvironmentValue;
}

/** A named volume as a container finds it: a folder of a file system, which other services may mount too. */
export interface VolumeMount {
  /** The key under `volumes`, with the subpath behind it: `data`, `data/uploads`. */
  readonly volume: string;
  /** Absolute, in the file system; of at most four names. */
  readonly folder: string;
  /** The id of an EFS file system outside of the stack. @default the stack's own */
  readonly fileSystem?: string;
  /** Absolute, inside the container. */
  readonly path: string;
  readonly readOnly: boolean;
  /**
   * What it begins with: nothing, or what the service's image has at an absolute path, which a first container copies
   * into a folder that is empty.
   * @default "empty"
   */
  readonly begins?: "empty" | { readonly from: string };
}

/** A Fargate size. */
export interface Size {
  /** CPU units: 1024 is one vCPU. */
  readonly cpu: number;
  /** MiB. */
  readonly memory: number;
}

/** A container port and who may reach it. */
export interface Port {
  readonly target: number;
  /** The host port asked for, where one is given: used for ordering and for the URL's path without a domain. */
  readonly published?: number;
  readonly protocol: "tcp" | "udp";
  /**
   * `ingress`: through the load balancer for HTTP. `network`: through the network load balancer, as TCP or UDP.
   * `host`: inside the network only.
   */
  readonly mode: "ingress" | "network" | "host";
  /** What the load balancer speaks to the container; `tls` is TCP whose TLS the network load balancer ends. */
  readonly appProtocol: "http" | "http2" | "grpc" | "https" | "tcp" | "tls";
  /** The compose path that publishes it as TCP or UDP. */
  readonly from?: string;
  /** The protocol for which it stays inside, where a table says so and not the file. */
  readonly guessed?: string;
}

/** A host name of the user's own, under which a service answers. */
export interface OwnDomain {
  /** Lower case, at most 64 characters; `*.` may precede it. */
  readonly name: string;
  /** The hosted zone that takes its records. @default looked up in the account */
  readonly zoneId?: string;
  /** The ARN of the role of another account that changes the records of the zone there. @default it is in this account */
  readonly zoneRole?: string;
  /** The name to which its requests are sent, with their path and query. @default the service answers them */
  readonly redirect?: string;
  /** The compose path that gives it. */
  readonly from: string;
}

/** The part of its addresses under which a service answers. */
export interface PathPrefix {
  /** `/api`: it and everything below it. */
  readonly prefix: string;
  /** Whether the service is asked without it. */
  readonly strip: boolean;
}

/** The container's check, and what the load balancer's check takes from the same lines. */
export interface Healthcheck {
  /** As ECS takes it: `["CMD", …]` or `["CMD-SHELL", "…"]`. */
  readonly command: readonly string[];
  /** Seconds, 5 to 300 (ECS HealthCheck). */
  readonly interval: number;
  /** Seconds, 2 to 60. */
  readonly timeout: number;
  /** 1 to 10. */
  readonly retries: number;
  /** Seconds, 0 to 300. */
  readonly startPeriod: number;
  /** The URL path the command asks for, where it is an HTTP check of this container. */
  readonly path?: string;
  /** The port of that URL. */
  readonly port?: number;
}
