#!/usr/bin/env node
/** `berth-cd`'s process edge. */
import { keepCompiledCode } from "./cli/start";

keepCompiledCode();
void import("./cli/process").then(({ runBerthCd }) => {
  runBerthCd(process.env);
});
