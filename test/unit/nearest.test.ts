import { nearest } from "../../src/nearest";

test.each<[string, readonly string[], string | undefined]>([
  ["prots", ["ports", "profiles"], "ports"],
  ["Image", ["image"], "image"],
  ["env-file", ["environment", "env_file"], "env_file"],
  ["x-postgress", ["x-redis", "x-postgres"], "x-postgres"],
  ["x_redis", ["x-redis"], "x-redis"],
  ["web-apl", ["web-api", "db"], "web-api"],
  ["netwrok", ["networks", "volumes"], "networks"],
  ["ab", ["ac", "zz"], "ac"],
  ["a", ["b"], undefined],
  ["volumes", ["networks"], undefined],
  ["", ["a"], undefined],
])("%j of %j is %j", (word, words, expected) => {
  expect(nearest(word, words)).toBe(expected);
});
