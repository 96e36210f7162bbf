/** Plays of a test file: all in one process, which ends with the file. */
import { join } from "node:path";
import { bundle } from "../bundle";
import type { Play, Played } from "./play";
import { Player } from "./player";

let player: Promise<Player> | undefined;

afterAll(async () => {
  (await player)?.close();
});

/** Each play in a world of its own, one after the other. */
export async function play(one: Play): Promise<readonly Played[]> {
  player ??= bundle(join(__dirname, "play.ts")).then((program) => new Player(program));
  return (await player).play(one);
}
