/** VOLUME stands after what is written below it. */
import { withVolumesLast } from "../../../../src/builds/rewrite/volumes";
import { unchanged } from "../../../../src/builds/rewrite/written";

const moved = (text: string, target?: string) =>
  withVolumesLast(unchanged(text), { target, args: { D: "/given" } });

test.each([
  ["FROM a\nVOLUME /d\nRUN x", 'FROM a\n\nRUN x\nVOLUME ["/d"]'],
  ['FROM a\nVOLUME ["/d", "/e"]\nRUN x\nCMD y', 'FROM a\n\nRUN x\nCMD y\nVOLUME ["/d","/e"]'],
  ["FROM a\nARG D=/x\nVOLUME $D\nRUN x", 'FROM a\nARG D=/x\n\nRUN x\nVOLUME ["/given"]'],
  ["FROM a AS b\nVOLUME /d\nFROM b\nRUN x", 'FROM a AS b\n\nFROM b\nRUN x\nVOLUME ["/d"]'],
])("%j becomes %j", (text, expected) => {
  expect(moved(text).text).toBe(expected);
});

test("at the end of the stage that is built, with the author's line", () => {
  const { text, lines } = moved("FROM a AS one\nVOLUME /d\nRUN x\nFROM c AS two\nRUN y", "one");
  expect(text).toBe('FROM a AS one\n\nRUN x\nVOLUME ["/d"]\nFROM c AS two\nRUN y');
  expect(lines).toEqual([1, 2, 3, 2, 4, 5]);
});

test.each([
  "FROM a\nRUN x\nVOLUME /d\nCMD y",
  "FROM a\nVOLUME /d\nCOPY . /d",
  "FROM a AS one\nVOLUME /d\nRUN x\nFROM c\nRUN y",
  "FROM a\nVOLUME $FROM_THE_BASE\nRUN x",
])("%j stays as it is", (text) => {
  expect(moved(text).text).toBe(text);
});
