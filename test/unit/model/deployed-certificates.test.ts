import { deployedCertificates } from "../../../src/model/deployed-certificates";

const parent = (name: string): string => `urn:pulumi:dev::shop::berth:aws:Certificate::${name}`;
const certificate = (within: string, domainName: string, subjectAlternativeNames?: readonly string[]) => ({
  type: "aws:acm/certificate:Certificate",
  name: domainName,
  parent: parent(within),
  inputs: { domainName, ...(subjectAlternativeNames === undefined ? {} : { subjectAlternativeNames }) },
});
const record = (name: string, owner: string) => ({
  type: "aws:route53/record:Record",
  name,
  parent: owner,
  inputs: {},
});

test("each certificate of own domains with its names, a listener's default one first, and the records that prove them", () => {
  expect(
    deployedCertificates([
      certificate("certificate", "*.shop.example.com"),
      certificate("certificate-*.b.com", "*.b.com", ["b.com"]),
      certificate("certificate-a.com", "a.com"),
      { type: "aws:lb/listenerCertificate:ListenerCertificate", name: "https-*.b.com", inputs: {} },
      record("validation-*.b.com", parent("certificate-*.b.com")),
      record("b.com", "urn:pulumi:dev::shop::berth:aws:LoadBalancer::load-balancer"),
      // A static site's are its own.
      { ...certificate("x", "site.com"), parent: "urn:pulumi:dev::shop::berth:aws:StaticSite::site" },
    ]),
  ).toEqual({
    groups: [["a.com"], ["*.b.com", "b.com"]],
    beside: [["*.b.com", "b.com"]],
    proofs: new Map([["b.com", "validation-*.b.com"]]),
  });
});
