/** What every managed store does otherwise than its image. */
import { type Difference, engineNames, type EngineName } from "./row";

const all: readonly EngineName[] = engineNames;
const databases: readonly EngineName[] = ["postgres", "mysql", "mariadb"];

export const sharedDifferences: readonly Difference[] = [
  {
    engines: ["redis", "valkey"],
    what: "scripts of the first start",
    image: "`/docker-entrypoint-initdb.d` is run once",
    aws: "no file is read",
    answer: {
      kind: "error",
      given: { volumes: [{ type: "bind", source: "./init", target: "/docker-entrypoint-initdb.d" }] },
      says: "a managed service reads no file at",
      instead: "run them from a service that connects to it",
    },
    source: "ElastiCache API: CreateReplicationGroup",
  },
  {
    engines: databases,
    what: "variables that name a file",
    image: "`…_FILE`",
    aws: "no file is read",
    answer: {
      kind: "error",
      given: {
        environment: { POSTGRES_PASSWORD_FILE: "/run/secrets/pw", MYSQL_PASSWORD_FILE: "/run/secrets/pw" },
      },
      says: "a managed service reads no files",
      instead: "write the variable without `_FILE`",
    },
    source: "Docker Hub: postgres, mysql, mariadb",
  },
  {
    engines: databases,
    what: "a folder of data",
    image: "what is there is opened",
    aws: "begins empty, or from a snapshot",
    answer: {
      kind: "warning",
      given: {
        volumes: [
          { type: "bind", source: "./data", target: "/var/lib/postgresql/data" },
          { type: "bind", source: "./data", target: "/var/lib/mysql" },
        ],
      },
      says: "the managed service keeps the data itself, and starts empty",
    },
    source: "RDS API: CreateDBInstance",
  },
  {
    engines: all,
    what: "an entrypoint or image of one's own",
    image: "anything",
    aws: "the server alone",
    answer: {
      kind: "error",
      given: { entrypoint: ["/start.sh"] },
      says: "a managed service runs no entrypoint",
      instead: "remove it, or run the service as a container",
    },
    source: "RDS API: CreateDBInstance; ElastiCache API: CreateReplicationGroup",
  },
  {
    engines: all,
    what: "a published port",
    image: "open to whoever reaches the host",
    aws: "never public here: the services that name the store reach it",
    answer: {
      kind: "warning",
      given: { ports: [{ target: 5432, published: "5432", mode: "ingress", protocol: "tcp" }] },
      says: "a managed service is never public",
    },
    source: "RDS API: CreateDBInstance, PubliclyAccessible",
  },
  {
    engines: databases,
    what: "storage",
    image: "the disk's",
    aws: "20 GiB at least, 65536 at most; grows by a tenth at least, once in six hours, and never shrinks",
    answer: {
      kind: "error",
      given: { "x-postgres": { storage: 10 }, "x-mysql": { storage: 10 } },
      says: "10",
      instead: "`storage: 20` or more, and `max-storage` to let it grow",
    },
    source: "RDS User Guide: Amazon RDS DB instance storage",
  },
];
