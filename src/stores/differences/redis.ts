/** ElastiCache with Redis or Valkey beside the images `redis` and `valkey`. */
import { decided } from "../parameters";
import { type Difference, type EngineName, type Keys, wordsIn } from "./row";

const guide = (page: string): string => `ElastiCache User Guide: ${page}`;
const key = (options: Keys): Keys => ({ "x-redis": options });
const parameters = (own: Readonly<Record<string, string | number>>): Keys => key({ parameters: own });

const both: readonly EngineName[] = ["redis", "valkey"];
const engineParameters = guide("Engine specific parameters");

export const redisDifferences: readonly Difference[] = [
  {
    engines: both,
    what: "TLS",
    image: "off",
    aws: "off, both, or forced with a token, by `tls`",
    answer: { kind: "setting", write: key({ tls: "required" }) },
    source: guide("Enabling in-transit encryption"),
  },
  {
    engines: both,
    what: "a full cache",
    image: "evicts nothing",
    aws: "`volatile-lru`: evicts keys with a time to live",
    // An existing cache without a group of its own keeps its own, with a warning; each has an alarm at 90 % of the memory.
    answer: { kind: "kept", parameters: { "maxmemory-policy": "noeviction" } },
    parameters: ["maxmemory-policy"],
    source: engineParameters,
  },
  {
    engines: both,
    what: "memory for data",
    image: "all that the container has",
    aws: "three quarters of the node's",
    answer: { kind: "setting", write: parameters({ "reserved-memory-percent": 10 }) },
    parameters: ["reserved-memory-percent"],
    source: engineParameters,
  },
  {
    engines: both,
    what: "keys that are compared when some are evicted",
    image: "5",
    aws: "3",
    answer: { kind: "setting", write: parameters({ "maxmemory-samples": 5 }) },
    parameters: ["maxmemory-samples"],
    source: engineParameters,
  },
  {
    engines: both,
    what: "a client's buffer as a replica, connections, and scripts that hang",
    image: "256 MB; 10000; reported after 5 s",
    aws: "a tenth of the memory; 65000; ended after 5 s",
    answer: {
      kind: "warning",
      given: { command: ["redis-server", "--lua-time-limit", "10000"] },
      says: "AWS keeps the data and the log of a managed service by rules of its own",
    },
    parameters: wordsIn(
      "lua-time-limit maxclients client-output-buffer-limit-replica-hard-limit client-output-buffer-limit-replica-soft-limit",
    ),
    source: engineParameters,
  },
  {
    engines: both,
    what: "persistence, memory, files and addresses of the server",
    image: "as its command says: snapshots, append only file",
    aws: "snapshots by the mode; no append only file; the memory of the node",
    answer: {
      kind: "warning",
      given: { command: ["redis-server", "--appendonly", "yes"] },
      says: "AWS keeps the data and the log of a managed service by rules of its own",
    },
    parameters: decided.redis,
    source: engineParameters,
  },
  {
    engines: both,
    what: "`CONFIG SET` and other commands of an administrator",
    image: "there",
    aws: "refused: a program that sets `notify-keyspace-events` by itself fails",
    answer: { kind: "setting", write: parameters({ "notify-keyspace-events": "Ex" }) },
    source: guide("Supported and restricted commands"),
  },
  {
    engines: both,
    what: "modules",
    image: "by image, and by `loadmodule`",
    aws: "none but JSON, and Bloom filters and search of Valkey from 8.1 on",
    answer: {
      kind: "error",
      given: { command: ["redis-server", "--loadmodule", "/m.so"] },
      says: "a managed service accepts no options of the server but its parameters",
      instead: "leave it out, or run the image as a container",
    },
    source: guide("Getting started with JSON, Bloom filters, vector search"),
  },
  {
    engines: ["redis"],
    what: "images with modules",
    image: "`redis/redis-stack`, `redislabs/redismod` and others",
    aws: "plain Redis",
    answer: {
      kind: "error",
      given: { image: "redis/redis-stack:7.4.0-v3" },
      says: "nothing of this image beyond Redis itself",
      instead: "run it as a container, or name a redis image",
    },
    source: guide("Supported engines and versions"),
  },
  {
    engines: ["redis"],
    what: "versions after 7.1",
    image: "7.2, 7.4, 8",
    aws: "Valkey, which speaks the same protocol",
    answer: {
      kind: "warning",
      given: { image: "redis:7.4" },
      says: "Amazon ElastiCache has no Redis 7.4",
    },
    source: guide("Supported engines and versions"),
  },
  {
    engines: both,
    what: "a password of the command",
    image: "`--requirepass`",
    aws: "none; a token of Berth's own where TLS is required",
    answer: {
      kind: "warning",
      given: { command: ["redis-server", "--requirepass", "hunter2hunter2"] },
      says: "ElastiCache asks for no password of the file's own",
    },
    source: guide("Authenticating with the AUTH command"),
  },
  {
    engines: both,
    what: "a password of the variables",
    image: "`REDIS_PASSWORD` of some images",
    aws: "none",
    answer: {
      kind: "error",
      given: { environment: { REDIS_PASSWORD: "hunter2hunter2" } },
      says: "Berth sets no password of the user's own",
      instead: "remove it: only the services that name the store reach it",
    },
    source: guide("Authenticating with the AUTH command"),
  },
];
