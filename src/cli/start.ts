/** The first thing that a program does: Node 22.1 and later keep the compiled code of the bundles between runs. */
import * as nodeModule from "node:module";

/** Called before the program's own bundle is loaded, which is then kept too. */
export function keepCompiledCode(): void {
  if ("enableCompileCache" in nodeModule) nodeModule.enableCompileCache();
}
