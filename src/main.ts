#!/usr/bin/env node
/** `berth-cd`'s process edge. */
import { start } from "./cli/start";

if (start("berth-cd"))
  void import("./cli/process").then(({ runBerthCd }) => {
    runBerthCd(process.env);
  });
