#!/usr/bin/env node
/** `berth`'s process edge. */
import { start } from "./cli/start";

if (start("berth"))
  void import("./cli/process").then(({ runBerth }) => {
    runBerth(process.env);
  });
