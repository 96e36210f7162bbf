#!/usr/bin/env node
/** `berth`'s process edge. */
import { keepCompiledCode } from "../cli/start";

keepCompiledCode();
void import("../cli/process").then(({ runBerth }) => {
  runBerth(process.env);
});
