import { didYouMean, nearest } from "../../src/nearest";

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

test("the hint names the nearest known word, as it is to be shown, or says what else to do", () => {
  expect(didYouMean("prots", ["ports"], "remove it")).toBe("did you mean ports?");
  expect(didYouMean("prots", ["ports"], undefined, JSON.stringify)).toBe('did you mean "ports"?');
  expect(didYouMean("volumes", ["ports"], "remove it")).toBe("remove it");
  expect(didYouMean("volumes", ["ports"], undefined)).toBeUndefined();
});
