import type { Properties } from "../../../src/simulator/cloud/cloud";
import { edgeRules as rules } from "../../../src/simulator/rules/edge";
import { make, type World } from "../simulated-world";
import { breaking, upTo, type Ids } from "./cases";

const namespaceType = "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace";
const recordType = "aws:route53/record:Record";
const validationType = "aws:acm/certificateValidation:CertificateValidation";

const record = ({ zone }: Ids): Properties => ({
  ...{ zoneId: zone, name: "www", type: "CNAME", ttl: 60, records: ["a.example.net"] },
});

async function twin({ aws, ids }: World): Promise<void> {
  await make(aws, recordType, "twin", { ...record(ids), type: "A", records: ["10.0.0.1"] });
}

export const edgeCases = [
  ...breaking("aws:acm/certificate:Certificate", () => ({ domainName: "*.example.com" }), [
    [rules.validation, { validationMethod: "PHONE" }, "validationMethod"],
    [rules.commonName, { domainName: `${"a".repeat(60)}.example.com` }, "domainName"],
    [rules.domain, { domainName: "a.*.example.com" }, "domainName"],
    [
      rules.domain,
      { subjectAlternativeNames: [`${"a".repeat(64)}.example.com`] },
      "subjectAlternativeNames[0]",
    ],
    [
      rules.domains,
      { subjectAlternativeNames: upTo(10).map((n) => `a${n}.example.com`) },
      "subjectAlternativeNames",
    ],
  ]),
  ...breaking(validationType, () => ({ certificateArn: undefined }), [
    [rules.proof, ({ certificate }) => ({ certificateArn: certificate }), "certificateArn"],
  ]),
  ...breaking(recordType, record, [
    [rules.recordType, { type: "URL" }, "type"],
    [rules.ttl, { ttl: -1 }, "ttl"],
    [rules.recordName, { name: `${"a".repeat(64)}.example.com` }, "name"],
    [
      rules.recordName,
      {
        name: upTo(64)
          .map(() => "abc")
          .join("."),
      },
      "name",
    ],
    [rules.sameRecord, {}, "name", twin],
    [rules.apex, { name: "example.com" }, "type"],
  ]),
  ...breaking(namespaceType, ({ vpcId }) => ({ name: "shop.internal", vpc: vpcId }), [
    [rules.namespace, { name: "shop internal" }, "name"],
    [
      rules.sameNamespace,
      {},
      "name",
      async ({ aws, ids }) => {
        await make(aws, namespaceType, "twin", { name: "shop.internal", vpc: ids["vpcId"] });
      },
    ],
  ]),
  ...breaking("aws:servicediscovery/service:Service", () => ({ name: "web" }), [
    [
      rules.discoveryType,
      { dnsConfig: { dnsRecords: [{ type: "MX", ttl: 1 }] } },
      "dnsConfig.dnsRecords[0].type",
    ],
    [
      rules.discoveryTtl,
      { dnsConfig: { dnsRecords: [{ type: "A", ttl: -1 }] } },
      "dnsConfig.dnsRecords[0].ttl",
    ],
  ]),
];
