#!/usr/bin/env node
/** `berth-cd`'s process edge. */
import { keepCompiledCode } from "./start";

keepCompiledCode();
void import("./process").then(({ runBerthCd }) => {
  runBerthCd(process.env);
});
