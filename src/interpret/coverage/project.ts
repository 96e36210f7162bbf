/** The verdicts on the top-level keys, and the whole table. */
import { all, honoured, list, map, refused, type Rules, section, warned } from "./rules";
import { service } from "./service";

const declared = (key: string) => warned(`declared only: what a service does with it is set at its ${key}`);

const fromStore = honoured("a secret of Parameter Store");

const swarmOnly = warned(
  "drivers are Swarm's: the content comes from file, content, environment or Parameter Store",
);

/** Every key of the Compose Specification, from the top of the file. */
export const project: Rules = {
  version: warned("obsolete: the Compose Specification has no versions"),
  name: honoured(),
  include: list(section(all(["path", "env_file", "project_directory"], honoured())), "read in"),
  services: map(section(service)),
  jobs: refused(
    "Berth starts no jobs of their own",
    'write it as a service with restart: "no", which runs to its end in every `up` that has something to do',
  ),
  networks: map(
    section({
      name: honoured("two networks of one name are one"),
      driver: honoured("only bridge and default; every other one is warned of"),
      external: section(
        { name: honoured() },
        "warned of: a network of the project's own is used instead, for Berth joins none that it does not make",
      ),
      internal: honoured("false only; true is warned of, for tasks get their images from the internet"),
      ipam: section(
        all(["driver", "config", "options"], warned("the addresses are those of the VPC's subnets")),
      ),
      driver_opts: warned("AWS runs the network"),
      attachable: warned("AWS runs the network"),
      enable_ipv4: warned("services have IPv4 addresses"),
      enable_ipv6: warned("services have IPv4 addresses"),
      labels: warned("nothing reads a network's labels"),
    }),
    "services in one network reach each other, and no others do; names resolve in the whole project",
  ),
  volumes: map(
    section({
      name: honoured("two volumes of one name are one; of an external one: an EFS file system's id"),
      external: section(
        { name: honoured() },
        "a file system on EFS that exists already, with a folder where one is wanted: fs-0123…/data",
      ),
      driver: honoured("local only; every other one is refused where a service mounts it"),
      driver_opts: honoured(
        "of type tmpfs a folder in memory, with o: bind a bind mount; else refused where a service mounts it",
      ),
      labels: warned("nothing reads a volume's labels"),
    }),
  ),
  secrets: map(
    section({
      name: honoured("of an external one: its name in Parameter Store"),
      file: honoured("kept in Parameter Store, at most 6144 bytes"),
      environment: fromStore,
      external: section({ name: honoured() }, "a secret of Parameter Store"),
      ...all(["driver", "driver_opts", "template_driver"], swarmOnly),
      labels: warned("nothing reads a secret's labels"),
    }),
  ),
  configs: map(
    section({
      name: honoured("of an external one: its name in Parameter Store"),
      ...all(
        ["file", "content"],
        honoured(
          "kept in Parameter Store; copied into the image above 6144 bytes, where it is no text, or in a folder of the system",
        ),
      ),
      environment: fromStore,
      external: section({ name: honoured() }, "a secret of Parameter Store"),
      template_driver: swarmOnly,
      labels: warned("nothing reads a config's labels"),
    }),
  ),
  models: map(
    section({
      name: honoured("decided where a service uses it"),
      ...all(["model", "context_size", "runtime_flags"], declared("models")),
    }),
  ),
  "x-berth": honoured(
    "settings over those of the mode; alerts: who is notified of what goes wrong between runs",
  ),
};
