/** The commands of `berth`, in the order of its help. */
import type { CommandDefinition } from "../core/command";
import { bootstrap } from "./bootstrap";
import { cancel } from "./cancel";
import { connect } from "./connect";
import { completionOf } from "./completion";
import { config } from "./config";
import { db } from "./db";
import { doctor } from "./doctor";
import { down } from "./down";
import { exec } from "./exec";
import { follow } from "./follow";
import { history } from "./history";
import { init } from "./init";
import { logs } from "./logs";
import { ls } from "./ls";
import { open } from "./open";
import { outputs } from "./outputs";
import { preview } from "./preview";
import { ps } from "./ps";
import { refresh } from "./refresh";
import { restart } from "./restart";
import { rollback } from "./rollback";
import { run } from "./run";
import { scale } from "./scale";
import { secret } from "./secret";
import { start } from "./start";
import { stop } from "./stop";
import { up } from "./up";
import { version } from "./version";

const completion = completionOf(() => commands);

export const commands: readonly CommandDefinition[] = [
  init,
  bootstrap,
  up,
  preview,
  down,
  refresh,
  ps,
  logs,
  history,
  follow,
  open,
  exec,
  connect,
  run,
  restart,
  rollback,
  scale,
  stop,
  start,
  secret,
  db,
  config,
  ls,
  outputs,
  cancel,
  doctor,
  completion,
  version,
];
