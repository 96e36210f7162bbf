import { forgottenAfter, formerRecords } from "../../../src/app/former-records";

type Given = Parameters<typeof formerRecords>[0];

function waiting(sleep: Given["clock"]["sleep"], signal = new AbortController().signal) {
  const notes: string[] = [];
  const clock = { now: () => 0, sleep };
  const progress = { note: (message: string) => notes.push(message) } as unknown as Given["progress"];
  return { notes, forgotten: formerRecords({ clock, progress, signal }) };
}

test("waits until resolvers have forgotten the former record, and tells of each name once", async () => {
  const slept: number[] = [];
  const { notes, forgotten } = waiting((milliseconds) => Promise.resolve(void slept.push(milliseconds)));
  await forgotten(["shop.com"]);
  await forgotten(["shop.com", "api.shop.com"]);
  expect(slept).toEqual([forgottenAfter, forgottenAfter]);
  expect(notes).toEqual([
    expect.stringMatching(/^shop\.com: the record has changed.*for 120 s/),
    expect.stringMatching(/^api\.shop\.com: the record has changed/),
  ]);
});

test("a run that ends waits no longer, and goes no further: who has the former record is answered still", async () => {
  const ending = new AbortController();
  const { forgotten } = waiting(() => {
    ending.abort();
    return Promise.reject(new Error("aborted"));
  }, ending.signal);
  const further = forgotten(["shop.com"]).then(() => "further");
  const later = new Promise((resolve) => setTimeout(resolve, 20, "no further"));
  expect(await Promise.race([further, later])).toBe("no further");
});
