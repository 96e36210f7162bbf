/** The mounts of a service as they are meant: what the options of a volume's driver say is in the mount itself. */
import { isRecord, Node } from "./node";

/**
 * The items of `volumes`. A volume of the driver `local` with `type: tmpfs` is a folder in memory, one with `o: bind` a
 * bind mount (docker volume create, --opt): both are read as the mounts that they are.
 *
 * @param root - the project, with the volumes
 */
export function mountsOf(service: Node, root: Node): readonly Node[] {
  return service
    .get("volumes")
    .items()
    .map((mount) => asMeant(mount, root));
}

function asMeant(mount: Node, root: Node): Node {
  const { value } = mount;
  if (!isRecord(value) || value["type"] !== "volume" || typeof value["source"] !== "string") return mount;
  const options = driverOptions(root.get("volumes").get(value["source"]));
  if (options === undefined) return mount;
  const { target, read_only } = value;
  const common = { target, ...(read_only === undefined ? {} : { read_only }) };
  if (options.type === "tmpfs")
    return new Node({ ...common, type: "tmpfs", options: options.o }, mount.path, mount.report);
  if (/(^|,)r?bind(,|$)/.test(options.o) && options.device !== "")
    return new Node({ ...common, type: "bind", source: options.device }, mount.path, mount.report);
  return mount;
}

interface DriverOptions {
  readonly type: string;
  readonly o: string;
  readonly device: string;
}

function driverOptions(declared: Node): DriverOptions | undefined {
  const driver = declared.get("driver").value ?? "";
  const options = declared.get("driver_opts");
  if (!isRecord(options.value) || (driver !== "" && driver !== "local" && driver !== "default"))
    return undefined;
  const text = (key: string): string => {
    const value = options.get(key).value;
    return typeof value === "string" ? value : "";
  };
  return { type: text("type"), o: text("o"), device: text("device") };
}
