/**
 * How a built program reads its rooms (`dist/rooms`, one file each): with the code that V8 has compiled of them before,
 * where this Node compiled it (`src/cli/code.ts`), else as Node reads any file, with Node's own cache of compiled code.
 *
 * The compiled code is beside the rooms, so it serves in a folder that nobody may write, for every user. V8 refuses
 * what another version of it has compiled, or other flags (Node.js documentation, `vm.Script`: `cachedDataRejected`).
 */
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import nodeModule from "node:module";
import { dirname, join } from "node:path";
import { Script } from "node:vm";

type Require = (id: string) => unknown;
interface Loaded {
  exports: unknown;
}
type Body = (exports: unknown, require: Require, module: Loaded, filename: string, folder: string) => void;

/** What a room's file gives: its modules, by their paths in the sources. */
export type Room = Readonly<Record<string, () => unknown>>;

const parameters = "(function (exports, require, module, __filename, __dirname) {";

/** The file of a room's compiled code, for a kind of Node. */
export function codeFile(room: string): string {
  return `${room}.${process.version}-${process.platform}-${process.arch}.code`;
}

/** Reads rooms of one folder, each once. */
export class Rooms {
  /** What compiles the rooms that were read; V8 gives their compiled code. */
  readonly scripts = new Map<string, Script>();
  readonly #loaded = new Map<string, Loaded>();
  #own: NodeJS.Require | undefined;

  /** The room of a file. */
  readonly read = (file: string): Room => {
    const known = this.#loaded.get(file);
    if (known !== undefined) return known.exports as Room;
    const script = this.scripts.get(file) ?? scriptOf(file);
    this.scripts.set(file, script);
    const module: Loaded = { exports: {} };
    this.#loaded.set(file, module);
    const folder = dirname(file);
    // What is looked for in packages is so for all rooms alike.
    const own = (this.#own ??= nodeModule.createRequire(file));
    const require = Object.assign(
      (id: string) => (id.startsWith("./") ? this.read(join(folder, id)) : (own(id) as unknown)),
      own,
    );
    (script.runInThisContext() as Body)(module.exports, require, module, file, folder);
    return module.exports as Room;
  };

  /** Whether this Node's compiled code of a room is there, and V8 takes it. */
  isCompiled(file: string): boolean {
    const script = scriptOf(file);
    if (script.cachedDataRejected !== false) return false;
    this.scripts.set(file, script);
    return true;
  }
}

function scriptOf(file: string): Script {
  let cachedData: Buffer | undefined;
  try {
    cachedData = bytesOf(codeFile(file));
  } catch {
    // Not compiled yet.
  }
  const source = `${parameters}${readFileSync(file, "utf8")}\n})`;
  const place = { filename: file, columnOffset: -parameters.length };
  return new Script(source, cachedData === undefined ? place : { ...place, cachedData });
}

/** Most rooms' compiled code; V8 reads it while it makes the script, so it keeps one after the other. */
const shared = Buffer.allocUnsafeSlow(1024 * 1024);

/** What is in a file, until the next is read: new memory for each takes longer than to read it. */
function bytesOf(file: string): Buffer {
  const descriptor = openSync(file, "r");
  try {
    const length = readSync(descriptor, shared, 0, shared.length, 0);
    return length < shared.length ? shared.subarray(0, length) : readFileSync(file);
  } finally {
    closeSync(descriptor);
  }
}

let reader: ((file: string) => Room) | undefined;

/** Reads the room that a program begins with, and from there all others: the two ways never meet in a process. */
export function readRoom(file: string): Room {
  if (reader === undefined) {
    const rooms = new Rooms();
    if (rooms.isCompiled(file)) reader = rooms.read;
    else {
      // Node 22.1 and later.
      if ("enableCompileCache" in nodeModule) nodeModule.enableCompileCache();
      reader = nodeModule.createRequire(file);
    }
  }
  return reader(file);
}
