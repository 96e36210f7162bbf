import { CertificateNotices } from "../../../src/app/certificate-notices";
import type { EngineEvent, ProofRecord } from "../../../src/ports";
import { VirtualClock } from "../builds/builds-fakes";

const record = { name: "_a.example.com.", type: "CNAME", value: "_b.acm-validations.aws." };

function event(status: "started" | "done" | "failed"): EngineEvent {
  const type = "aws:acm/certificateValidation:CertificateValidation";
  return { kind: "resource", status, op: "create", urn: "urn:x", type, name: "*.example.com" };
}

/** The notices until the certificate's proof has ended, after so many looks. */
async function noticesOf(answers: readonly (readonly ProofRecord[] | Error)[]): Promise<readonly string[]> {
  const told: string[] = [];
  let looks = 0;
  const notices = new CertificateNotices({
    clock: new VirtualClock(),
    note: (message) => told.push(message),
    certificates: () =>
      Promise.resolve({
        failed: () => Promise.resolve([]),
        missing: () => {
          const answer = answers[looks] ?? [];
          looks += 1;
          if (looks === answers.length) notices.take(event("done"));
          return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
        },
      }),
  });
  notices.take(event("started"));
  for (let turn = 0; turn < 50 && looks < answers.length; turn += 1) await new Promise(setImmediate);
  notices.close();
  return told;
}

test("the record that is missing is named, once for each look", async () => {
  const told = await noticesOf([[{ ...record, visible: false }], [{ ...record, visible: true }], []]);
  expect(told).toEqual([
    expect.stringContaining(
      "waits for a record that the public DNS doesn't answer with: _a.example.com. CNAME _b.acm-validations.aws.",
    ),
    expect.stringContaining("is in the public DNS, and ACM has yet to see it"),
  ]);
});

test("a look that fails is told, and fails nothing", async () => {
  const told = await noticesOf([new Error("throttled"), []]);
  expect(told).toEqual(["The certificate of *.example.com can't be looked at: throttled"]);
});

test("a certificate that is issued at once is not worth a word", async () => {
  const told: string[] = [];
  let asked = 0;
  const notices = new CertificateNotices({
    clock: new VirtualClock(),
    note: (message) => told.push(message),
    certificates: () => {
      asked += 1;
      return Promise.resolve({ failed: () => Promise.resolve([]), missing: () => Promise.resolve([]) });
    },
  });
  notices.take(event("started"));
  notices.take(event("done"));
  for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
  expect([told, asked]).toEqual([[], 0]);
});
