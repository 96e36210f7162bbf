#!/usr/bin/env node
/** `berth`'s process edge. */
import { runProcess } from "../process";
import { commandLineOf } from "./launch";

runProcess(process.env, commandLineOf);
