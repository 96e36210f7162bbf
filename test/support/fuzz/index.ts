/** Fuzzing of what reads compose files: `npm run fuzz` in full, a short form among the unit tests. */
export { corpusSeeds, type FuzzCase, makeCase, type Seed } from "./case";
export { judge, type Judgement } from "./judge";
