import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ownCertificates } from "../../../src/wiring/proxies";

describe("AWS_CA_BUNDLE", () => {
  const folder = mkdtempSync(join(tmpdir(), "berth-certificates-"));
  const environment = { AWS_CA_BUNDLE: "own.pem" };

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test("what can't be read, or holds no certificate, is told as often as somebody asks", () => {
    for (const message of [/own\.pem can't be read/, /own\.pem can't be read/])
      expect(() => ownCertificates(environment, folder)).toThrow(message);
    writeFileSync(join(folder, "own.pem"), "no certificate");
    expect(() => ownCertificates(environment, folder)).toThrow(/there is no certificate in it/);
  });

  test("is read once, from where the run began", () => {
    const text = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    writeFileSync(join(folder, "own.pem"), text);
    expect(ownCertificates(environment, folder)).toBe(text);
    rmSync(join(folder, "own.pem"));
    expect(ownCertificates(environment, folder)).toBe(text);
    expect(() => ownCertificates(environment, join(folder, "other"))).toThrow(
      /other\/own\.pem can't be read/,
    );
  });

  test("is nothing where it isn't set", () => {
    expect(ownCertificates({}, folder)).toBeUndefined();
  });
});
