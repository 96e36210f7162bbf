#!/usr/bin/env node
/** `berth`'s process edge. */
import { keepCompiledCode } from "../start";

keepCompiledCode();
void import("../process").then(({ runBerth }) => {
  runBerth(process.env);
});
