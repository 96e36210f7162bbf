/** What Certificate Manager, Route 53 and Cloud Map refuse. */
import { ChoiceRule, RangeRule, Rule } from "./rule";

const request = "AWS Certificate Manager API: RequestCertificate";
const recordFormat = "Route 53 Developer Guide: Supported DNS record types";
const nameFormat = "Route 53 Developer Guide: DNS domain name format";

export const edgeRules = {
  validation: new ChoiceRule("validation of a certificate", ["DNS", "EMAIL", "HTTP"], request),
  commonName: new Rule({
    what: "first domain of a certificate, in characters",
    limit: "64",
    source: request,
    fix: "use a shorter domain, or shorter names of project and stack",
  }),
  domain: new Rule({
    what: "domain of a certificate",
    limit:
      "labels of letters, digits and hyphens with at most 63 characters each, 253 in all; * as the first label alone",
    source: request,
    fix: "write a domain such as example.com or *.example.com",
  }),
  domains: new RangeRule(
    "domains of a certificate",
    1,
    10,
    "AWS Certificate Manager User Guide: Quotas, domain names for each certificate",
    { fix: "name fewer domains, or ask AWS for a greater quota (100 at most)" },
  ),
  proof: new Rule({
    what: "records that prove a certificate's domains",
    limit: "one for each domain",
    source: "AWS Certificate Manager User Guide: DNS validation",
    fix: "make the record in the domain's zone",
  }),
  recordType: new ChoiceRule(
    "type of a DNS record",
    ["A", "AAAA", "CAA", "CNAME", "DS", "HTTPS", "MX", "NAPTR", "NS", "PTR"].concat([
      "SOA",
      "SPF",
      "SRV",
      "SSHFP",
      "SVCB",
      "TLSA",
      "TXT",
    ]),
    recordFormat,
  ),
  ttl: new RangeRule(
    "time to live of a DNS record, in seconds",
    0,
    2_147_483_647,
    "Route 53 API: ResourceRecordSet",
  ),
  recordName: new Rule({
    what: "name of a DNS record",
    limit: "labels of at most 63 characters, 253 in all",
    source: nameFormat,
    fix: "use shorter names of service, project and stack, or a shorter domain",
  }),
  sameRecord: new Rule({
    what: "DNS record that a zone has already",
    limit: "one of each name and type; beside a CNAME none",
    source: "Route 53 API: ChangeResourceRecordSets",
    fix: "use another name, or delete the record that is there",
  }),
  apex: new Rule({
    what: "CNAME at the top of a zone",
    limit: "none",
    source: recordFormat,
    fix: "use an alias record of type A",
  }),
  namespace: new Rule({
    what: "name of a private namespace",
    limit: "a domain of at most 253 characters",
    source: "AWS Cloud Map API: CreatePrivateDnsNamespace",
    fix: "use shorter names of project and stack",
  }),
  sameNamespace: new Rule({
    what: "private namespaces of a VPC",
    limit: "one of each name",
    source: "AWS Cloud Map API: CreatePrivateDnsNamespace, ConflictingDomainExists",
    fix: "use another name of project or stack",
  }),
  discoveryType: new ChoiceRule(
    "record type of a discovered service",
    ["A", "AAAA", "SRV", "CNAME"],
    "AWS Cloud Map API: DnsRecord",
  ),
  discoveryTtl: new RangeRule(
    "time to live of a discovered service's record, in seconds",
    0,
    2_147_483_647,
    "AWS Cloud Map API: DnsRecord",
  ),
} as const;
