/** The corpus of real compose files (`test/corpus`), as the interpretation sees it. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { parse } from "yaml";
import type { CanonicalProject, Json, LoadedProject } from "../../src/compose";

const root = join(__dirname, "..", "corpus");
const suffix = ".expected.json";

type Extensions = Readonly<Record<string, Json>>;
type Interpretable = Pick<LoadedProject, "canonical" | "extensions" | "locate">;

/** Every compose file that the reference loader accepts, by path below the corpus, sorted; published products apart. */
export function corpusFiles(): readonly string[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(suffix) && !path.startsWith("products"))
    .map((path) => path.slice(0, -suffix.length))
    .sort();
}

/** The reference's canonical form of a file, with the extensions that it drops read from the file itself. */
export function canonicalOf(file: string): Interpretable {
  const canonical = JSON.parse(readFileSync(join(root, file + suffix), "utf8")) as CanonicalProject;
  const extensions = Object.keys(canonical.services).map(
    (service) => [`services.${service}`, extensionsOf(file, service)] as const,
  );
  return {
    canonical,
    extensions: new Map(extensions),
    locate: () => ({ file: relative(root, join(root, file)), line: 1, column: 1 }),
  };
}

/** The `x-*` keys of a service, and of what it extends. */
function extensionsOf(file: string, name: string): Extensions {
  const parsed = parse(readFileSync(join(root, file), "utf8"), { merge: true }) as {
    services: Readonly<Record<string, Readonly<Record<string, Json>> | undefined>>;
  };
  const service = parsed.services[name] ?? {};
  const base = service["extends"] as { readonly file?: string; readonly service: string } | undefined;
  const inherited =
    base === undefined ? {} : extensionsOf(join(dirname(file), base.file ?? file), base.service);
  const own = Object.fromEntries(Object.entries(service).filter(([key]) => key.startsWith("x-")));
  return { ...inherited, ...own };
}
