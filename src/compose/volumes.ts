/** The short form of a mount: `[SOURCE:]TARGET[:OPTIONS]` (Compose Specification, "volumes", short syntax). */
import { LoadProblem } from "./load-problem";
import { cleanPath } from "./paths";
import { hasMarker, shown } from "./markers";
import { entry, mapping, type Node, type Place, scalar, textOf } from "./tree";

interface ShortMount {
  readonly source?: string;
  readonly target: string;
  readonly options: readonly string[];
}

const propagations: ReadonlySet<string> = new Set([
  "rprivate",
  "private",
  "rshared",
  "shared",
  "rslave",
  "slave",
]);

/** A mount in the long form. */
export function longMount(text: string, path: string, at?: Place): Node {
  const mount = parseMount(text);
  if (typeof mount === "string") {
    const because = hasMarker(text) ? ", because the variable in it is not set" : "";
    throw new LoadProblem(`${JSON.stringify(shown(text))} is no volume: ${mount}${because}`, {
      path,
      ...(at === undefined ? {} : { at }),
      hint: "write SOURCE:TARGET, or the long form",
    });
  }
  const { source, target, options } = mount;
  const readOnly = options.filter((option) => option === "ro" || option === "rw").at(-1) === "ro";
  const isBind = source !== undefined && isFilePath(source);
  const bind = options.flatMap((option): readonly (readonly [string, Node])[] =>
    propagations.has(option)
      ? [["propagation", scalar(option, at)]]
      : option === "z" || option === "Z"
        ? [["selinux", scalar(option, at)]]
        : [],
  );
  const noCopy = options.includes("nocopy");
  const hasVolume = noCopy || (!isBind && text.length > 2);
  return mapping(
    [
      ["type", scalar(isBind ? "bind" : "volume", at)],
      ...(source === undefined ? [] : [["source", scalar(source, at)] as const]),
      ["target", scalar(cleanPath(target), at)],
      ...(readOnly ? [["read_only", scalar(true, at)] as const] : []),
      ...(isBind || bind.length > 0
        ? [
            [
              "bind",
              mapping([...bind, ...(isBind ? [["create_host_path", scalar(true, at)] as const] : [])], at),
            ] as const,
          ]
        : []),
      ...(hasVolume ? [["volume", mapping(noCopy ? [["nocopy", scalar(true, at)]] : [], at)] as const] : []),
    ],
    at,
  );
}

/** The path in the container that a mount in either form has. */
export function parsePathOfMount(node: Node): string | undefined {
  const text = textOf(node);
  if (text === undefined) return textOf(entry(node, "target"));
  const mount = parseMount(text);
  return typeof mount === "string" ? undefined : mount.target;
}

/** The parts of a mount, or what is wrong with it. */
function parseMount(text: string): ShortMount | string {
  if (text === "") return "it is empty";
  if (text.length <= 2) return { target: text, options: [] };
  const parts = splitAtColons(text);
  if (parts.some((part) => part === "")) return "there is nothing between two colons";
  const [first = "", second, options, ...more] = parts;
  if (more.length > 0) return "it has too many colons";
  if (second === undefined) return { target: first, options: [] };
  return { source: first, target: second, options: options?.split(",") ?? [] };
}

/** Splits at colons, but neither in a Windows drive (`C:`) nor in `${…}`. */
function splitAtColons(text: string): readonly string[] {
  const parts: string[] = [];
  let part = "";
  let open = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === "$" && text[at + 1] === "{") open += 1;
    if (char === "}" && open > 0) open -= 1;
    if (char === ":" && open === 0 && !/^\p{L}$/u.test(part)) {
      parts.push(part);
      part = "";
    } else {
      part += char;
    }
  }
  return [...parts, part];
}

/** Whether a source is a path of the host's, not the name of a volume. */
export function isFilePath(source: string): boolean {
  return /^([./~]|\\\\|\p{L}:)/u.test(source);
}
