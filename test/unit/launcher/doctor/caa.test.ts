/** CAA records, and whether they let ACM issue a certificate. */
import { caaFindings, type CaaRecord } from "../../../../src/launcher/doctor/caa";

/** @param zones - records by the name that has them */
function look(names: readonly string[], zones: Readonly<Record<string, readonly CaaRecord[]>>) {
  return caaFindings(names, (name) => Promise.resolve(zones[name] ?? []));
}

const encrypt = { issue: "letsencrypt.org" };

test("without records anybody may issue", async () => {
  expect(await look(["www.example.com", "*.example.com"], {})).toEqual([]);
});

test("records of others alone keep ACM out; the one that is missing is told, at the name that has them", async () => {
  const findings = await look(["www.shop.example.com"], { "example.com": [encrypt, { issue: "pki.goog" }] });
  expect(findings).toEqual([
    {
      check: "certificate",
      status: "fail",
      message:
        "the CAA records of example.com let letsencrypt.org, pki.goog issue a certificate for www.shop.example.com, and not Amazon: ACM fails with CAA_ERROR",
      fix: 'add a record to the zone of example.com: example.com. CAA 0 issue "amazon.com"',
    },
  ]);
});

test.each(["amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com", "Amazon.com; accounturi=x"])(
  "%s lets ACM in",
  async (issue) => {
    expect(await look(["www.example.com"], { "example.com": [encrypt, { issue }] })).toEqual([]);
  },
);

test("the nearest name with records counts, and no other", async () => {
  const zones = { "www.example.com": [{ issue: "amazon.com" }], "example.com": [encrypt] };
  expect(await look(["www.example.com"], zones)).toEqual([]);
  expect(await look(["api.example.com"], zones)).toHaveLength(1);
});

test("of a wildcard issuewild counts alone, where there is any", async () => {
  const wild = { "example.com": [{ issue: "amazon.com" }, { issuewild: ";" }] };
  expect(await look(["www.example.com"], wild)).toEqual([]);
  expect(await look(["*.example.com"], wild)).toMatchObject([
    {
      message: expect.stringContaining("let nobody issue") as string,
      fix: expect.stringContaining('CAA 0 issuewild "amazon.com"') as string,
    },
  ]);
  expect(await look(["*.example.com"], { "example.com": [{ issue: "amazon.com" }] })).toEqual([]);
});

test("a record that only says where to complain restricts nobody", async () => {
  expect(await look(["www.example.com"], { "example.com": [{}] })).toEqual([]);
});
