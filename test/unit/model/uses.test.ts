/** The hosts that a variable's value can mean. */
import { holdsPassword } from "../../../src/compose/pass-through";
import { withFullNames } from "../../../src/model/full-names";
import type { EnvironmentValue, Project } from "../../../src/model/project";
import { hostsIn } from "../../../src/model/uses";

const plain = (value: string): EnvironmentValue => ({ kind: "plain", value });

test.each([
  ["http://api:8080/x", ["api"]],
  ["jdbc:postgresql://db:5432/app", ["db"]],
  ["1http://api, 1://no", ["api"]],
  ["postgres://user:word@one:1,two:2/app http://three", ["one", "two", "three"]],
  ["mongodb+srv://Cluster.example", ["cluster.example"]],
])("%s means %j", (value, hosts) => {
  expect([...hostsIn("URL", plain(value))]).toEqual(hosts);
});

test("a value of a few hundred KiB is read in a moment", () => {
  const value = "x".repeat(400_000);
  const project = {
    services: [{ kind: "container", name: "web", aliases: [], environment: { A: plain(value) } }],
  } as unknown as Project;
  const before = process.cpuUsage();
  expect(hostsIn("LONG_NAME", plain(value)).size).toBe(0);
  expect(withFullNames(project, "shop.internal").changed).toEqual([]);
  expect(holdsPassword(value)).toBe(false);
  // Microseconds of the processor: from each of its letters on it took a minute.
  expect(process.cpuUsage(before).user).toBeLessThan(5_000_000);
});
