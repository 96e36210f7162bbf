/** The verdicts on the keys of a service that AWS runs: a managed database or store in place of its container. */
import { storeRows } from "../../stores";
import { all, honoured, refused, type Rules, warned } from "./rules";
import { service } from "./service";

/** Keys that keep their meaning where AWS runs the store. */
const kept = "AWS keeps the managed service running and watches it";

/** The verdicts on the keys of a service that is a managed store; every other key is warned of. */
export const managedService: Rules = {
  image: honoured("names the version"),
  environment: honoured("the official image's variables for name, user and password"),
  env_file: honoured("read into environment"),
  ports: service["ports"] ?? honoured(),
  expose: honoured(),
  networks: honoured("aliases resolve"),
  links: honoured(),
  container_name: honoured("a name that resolves"),
  hostname: honoured("a name that resolves"),
  depends_on: service["depends_on"] ?? honoured(),
  profiles: honoured(),
  extends: honoured(),
  restart: honoured(kept),
  healthcheck: honoured(kept),
  volumes: honoured("the managed service keeps its data"),
  command: honoured(
    "its options that AWS has become parameters; those of files, addresses and logs are dropped",
  ),
  entrypoint: refused("a managed service runs no entrypoint", "remove it, or run the service as a container"),
  build: refused(
    "a managed service runs no image of yours",
    "name an official image, or remove the x- key to run the service as a container",
  ),
  ...all(
    ["configs", "secrets"],
    refused("a managed service reads no files", "give the values under environment"),
  ),
  ...all(
    storeRows.flatMap(({ keys }) => keys),
    honoured(),
  ),
  deploy: warned(
    "the mode decides the size: set postgresInstanceClass, mysqlInstanceClass or redisNodeType under x-berth",
  ),
};

/** The sentence for a key of a managed service that {@link managedService} does not list. */
export const managedOther = warned("no container is started for a managed service");
