import type { Case } from "../description";
import { added, copies, ignored } from "./copies";
import { platforms, stages, target } from "./stages";
import { secrets, traps } from "./secrets";
import { configuration, documents, runs, volumes } from "./steps";

export const cases: readonly Case[] = [
  copies,
  ignored,
  added,
  stages,
  target,
  platforms,
  runs,
  documents,
  volumes,
  secrets,
  traps,
  configuration,
];
