import {
  amount,
  anything,
  flag,
  listOf,
  mapOf,
  number,
  oneOf,
  optional,
  orElse,
  record,
  text,
  whole,
} from "../../../src/ports/shape";
import type { Shape } from "../../../src/ports/shape";

const person = record({
  name: text,
  age: optional(whole),
  tags: orElse(listOf(text), () => []),
});

test.each<[string, Shape<unknown>, unknown, unknown]>([
  ["a record without what it may lack", person, { name: "ann" }, { name: "ann", tags: [] }],
  ["a record with all", person, { name: "a", age: 3, tags: ["b"] }, { name: "a", age: 3, tags: ["b"] }],
  ["a record with what nobody knows", person, { name: "a", more: 1 }, { name: "a", tags: [] }],
  ["a map", mapOf(number), { a: 1.5, b: -2 }, { a: 1.5, b: -2 }],
  [
    "a map with a key that objects have",
    mapOf(text),
    JSON.parse('{"__proto__": "x"}'),
    JSON.parse('{"__proto__": "x"}'),
  ],
  ["anything", mapOf(anything), { a: null, b: [1] }, { a: null, b: [1] }],
  ["a word", oneOf("on", "off"), "off", "off"],
  ["nothing", amount, 0, 0],
  ["a flag", flag, false, false],
])("takes %s", (_name, shape, value, read) => {
  expect(shape(value)).toEqual(read);
});

test.each<[string, Shape<unknown>, unknown]>([
  ["a record that lacks something", person, { age: 3 }],
  ["a record with a wrong value that it may lack", person, { name: "a", age: "3" }],
  ["null where a record may lack something", person, { name: "a", age: null }],
  ["a list where a record is expected", person, ["a"]],
  ["null where a record is expected", person, null],
  ["what only the prototype has", record({ toString: anything, name: text }), { toString: 1 }],
  ["a list where a map is expected", mapOf(anything), []],
  ["a map with one wrong value", mapOf(text), { a: "x", b: 1 }],
  ["a text where a list is expected", listOf(text), "abc"],
  ["a list with one wrong value", listOf(text), ["a", 1]],
  ["a part of a number", whole, 1.5],
  ["a number that is not told apart from the next", whole, 2 ** 53],
  ["no number", number, Number.NaN],
  ["less than nothing", amount, -1],
  ["another word", oneOf("on", "off"), "of"],
  ["a word for a flag", flag, "true"],
])("refuses %s", (_name, shape, value) => {
  expect(() => shape(value)).toThrow(TypeError);
});
