import { IgnoreRules } from "../../../../src/archive/context/dockerignore";
import { BerthError } from "../../../../src/errors";

const rules = (...lines: readonly string[]): IgnoreRules =>
  new IgnoreRules(lines.join("\n"), ".dockerignore");

/** The published cases of moby's matcher: pattern, path, whether it is out. */
const mobyCases: readonly (readonly [string, string, boolean])[] = [
  ["**", "file", true],
  ["**/", "file", true],
  ["**", "dir/file", true],
  ["**/", "dir/file", true],
  ["**/**", "dir/file", true],
  ["dir/**", "dir/file", true],
  ["dir/**", "dir/dir2/file", true],
  ["**/dir", "dir", true],
  ["**/dir", "dir/file", true],
  ["**/dir2/*", "dir/dir2/file", true],
  ["**/dir2/**", "dir/dir2/dir3/file", true],
  ["**file", "file", true],
  ["**file", "dir/file", true],
  ["**/file", "dir/file", true],
  ["**file", "dir/dir/file", true],
  ["**/file", "dir/dir/file", true],
  ["**/file*", "dir/dir/file", true],
  ["**/file*", "dir/dir/file.txt", true],
  ["**/file*txt", "dir/dir/file.txt", true],
  ["**/file*.txt", "dir/dir/file.txt", true],
  ["**/file*.txt*", "dir/dir/file.txt", true],
  ["**/**/*.txt", "dir/dir/file.txt", true],
  ["**/**/*.txt2", "dir/dir/file.txt", false],
  ["**/*.txt", "file.txt", true],
  ["**/**/*.txt", "file.txt", true],
  ["a**/*.txt", "a/file.txt", true],
  ["a**/*.txt", "a/dir/file.txt", true],
  ["a**/*.txt", "a/dir/dir/file.txt", true],
  ["a/*.txt", "a/dir/file.txt", false],
  ["a/*.txt", "a/file.txt", true],
  ["a/*.txt**", "a/file.txt", true],
  ["a[b-d]e", "ae", false],
  ["a[b-d]e", "ace", true],
  ["a[b-d]e", "aae", false],
  ["a[^b-d]e", "aze", true],
  [".*", ".foo", true],
  [".*", "foo", false],
  ["abc.def", "abcdef", false],
  ["abc.def", "abc.def", true],
  ["abc.def", "abcZdef", false],
  ["abc?def", "abcZdef", true],
  ["abc?def", "abcdef", false],
  ["a\\\\", "a\\", true],
  ["a\\*b", "a*b", true],
  ["a\\*b", "ab", false],
  ["**/foo/bar", "foo/bar", true],
  ["**/foo/bar", "dir/foo/bar", true],
  ["**/foo/bar", "dir/dir2/foo/bar", true],
  ["abc/**", "abc", false],
  ["abc/**", "abc/def", true],
  ["abc/**", "abc/def/ghi", true],
  ["**/.foo", ".foo", true],
  ["**/.foo", "bar.foo", false],
  ["a(b)c/def", "a(b)c/def", true],
  ["a(b)c/def", "a(b)c/xyz", false],
  ["a.|)$(}+{bc", "a.|)$(}+{bc", true],
  ["dist/*.whl", "dist/proxy.py-2.4.0rc3.dev36+g08acad9-py3-none-any.whl", true],
  ["a*", "ab/c", true],
  ["a*/b", "a/c/b", false],
  ["a*b*c*d*e*/f", "axbxcxdxexxx/f", true],
  ["a*b*c*d*e*/f", "axbxcxdxe/xxx/f", false],
  ["a*b?c*x", "abxbbxdbxebxczzx", true],
  ["a*b?c*x", "abxbbxdbxebxczzy", false],
  ["ab[c]", "abc", true],
  ["ab[^e-g]", "abc", true],
  ["a?b", "a☺b", true],
  ["a[^a]b", "a☺b", true],
  ["a???b", "a☺b", false],
  ["[a-ζ]*", "α", true],
  ["*[a-ζ]", "A", false],
  ["a?b", "a/b", false],
  ["a*b", "a/b", false],
  ["[\\]a]", "]", true],
  ["[\\-]", "-", true],
  ["[x\\-]", "x", true],
  ["[x\\-]", "z", false],
  ["[\\-x]", "a", false],
  ["*x", "xxx", true],
];

const ownCases: readonly (readonly [string, string, boolean])[] = [
  ["NODE_MODULES", "node_modules", false],
  ["*", "constructor", true],
  ["*", "__proto__", true],
  ["/dist", "dist/app.js", true],
  ["dist/", "dist/app.js", true],
  ["./dist/../dist", "dist", true],
  ["  dist  ", "dist", true],
  ["# dist", "dist", false],
  ["node_modules", "web/node_modules/a.js", false],
  ["**file", "dir/myfile", true],
  ["../x", "x", false],
  [".", "x", false],
];

test.each(mobyCases)("moby: %j on %j is %j", (pattern, path, out) => {
  expect(rules(pattern).ignores(path)).toBe(out);
});

test.each(ownCases)("%j on %j is %j", (pattern, path, out) => {
  expect(rules(pattern).ignores(path)).toBe(out);
});

test.each<readonly [readonly string[], string, boolean]>([
  [["!fileutils.go", "*.go"], "fileutils.go", true],
  [["*.go", "!fileutils.go"], "fileutils.go", false],
  [["docs", "!docs/README.md"], "docs/README.md", false],
  [["docs/", "!docs/README.md"], "docs/README.md", false],
  [["docs/*", "!docs/README.md"], "docs/README.md", false],
  [["docs", "! docs/README.md "], "docs/README.md", false],
  [["**", "!util/docker/web"], "util/docker/web/foo", false],
  [["**", "!util/docker/web", "util/docker/web/foo"], "util/docker/web/foo", true],
  [["**", "!dist/*.whl"], "dist/a+b.whl", false],
  [["*", "!**/*.go"], "src/main.go", false],
  [["*", "!/src"], "src/main.go", false],
])("the last rule that matches counts: %j on %j is %j", (lines, path, out) => {
  expect(rules(...lines).ignores(path)).toBe(out);
});

test("a byte order mark and Windows line ends are no part of a pattern", () => {
  const read = new IgnoreRules("\uFEFFdist\r\n*.log\r\n", ".dockerignore");
  expect([read.ignores("dist"), read.ignores("a.log"), read.ignores("a.txt")]).toEqual([true, true, false]);
});

test.each([
  ["["],
  ["a["],
  ["[]a]"],
  ["[-]"],
  ["[x-]"],
  ["[-x]"],
  ["[a-b-d]"],
  ["a\\"],
  ["[b-a]"],
  ["!"],
  ["! "],
])("%j is refused with its line", (pattern) => {
  const read = (): IgnoreRules => rules("dist", pattern);
  expect(read).toThrow(BerthError);
  expect(read).toThrow(/^\.dockerignore:2: the pattern/);
});

test("an ignored directory is entered only where an exception may reach into it", () => {
  const read = rules("node_modules", "dist", "docs", "!docs/README.md", "!dis?/keep");
  expect([read.mayKeepBelow("node_modules"), read.mayKeepBelow("docs"), read.mayKeepBelow("dist")]).toEqual([
    false,
    true,
    true,
  ]);
});
