import type { Case } from "../description";
import { added, copies, ignored } from "./copies";
import { platforms, stages, target } from "./stages";
import { configuration, documents, runs, secrets, volumes } from "./steps";

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
  configuration,
];
