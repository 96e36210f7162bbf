#!/usr/bin/env node
/** `berth-cd`'s process edge. */
import { runProcess } from "./process";

runProcess(process.env, (argv) => argv);
