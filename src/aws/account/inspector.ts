/** An account looked over: who calls, what they may, quotas, zones, certificates, images. Nothing is changed. */
import type {
  Quota,
  AccountInspector,
  BalancerLimits,
  CallerIdentity,
  CertificateState,
  HostedZone,
  QuotaName,
} from "../../ports";
import { definedOnly } from "../../defined";
import { isWithin } from "../../model/naming";
import { accountQuotas } from "../../model/quotas";
import { partitionOf } from "../../partitions";
import type { AwsClients } from "../clients";
import { ask } from "../ask";
import { faultOf } from "../faults";
import { allPages } from "../pages";

export class AwsAccountInspector implements AccountInspector {
  constructor(private readonly clients: AwsClients) {}

  identity(): Promise<CallerIdentity> {
    return ask("usage", "sts:GetCallerIdentity", async () => {
      const { Account = "", Arn = "" } = await (await this.clients.sts()).getCallerIdentity({});
      return { account: Account, arn: Arn };
    });
  }

  denied(principalArn: string, actions: readonly string[]): Promise<readonly string[]> {
    return ask("usage", "iam:SimulatePrincipalPolicy", async () => {
      const iam = await this.clients.iam();
      const { EvaluationResults = [] } = await iam.simulatePrincipalPolicy({
        PolicySourceArn: principalArn,
        ActionNames: [...actions],
        MaxItems: 1000,
      });
      return EvaluationResults.filter(({ EvalDecision }) => EvalDecision !== "allowed").map(
        ({ EvalActionName = "" }) => EvalActionName,
      );
    });
  }

  quota(name: QuotaName): Promise<Quota> {
    return ask("usage", `servicequotas:GetServiceQuota ${name}`, async () => {
      const [limit, used] = await Promise.all([this.#limit(name), this.#used(name)]);
      return { limit, ...definedOnly({ used }) };
    });
  }

  /** ELB API, DescribeAccountLimits: "the current Elastic Load Balancing resource limits", raised ones too. */
  balancerLimits(): Promise<BalancerLimits> {
    return ask("usage", "elasticloadbalancing:DescribeAccountLimits", async () => {
      const balancing = await this.clients.loadBalancing();
      const { Limits = [] } = await balancing.describeAccountLimits({ PageSize: 100 });
      const of = (name: string): number | undefined => {
        const max = Number(Limits.find(({ Name }) => Name === name)?.Max);
        return Number.isFinite(max) ? max : undefined;
      };
      return definedOnly({
        rules: of("rules-per-application-load-balancer"),
        groups: of("target-groups-per-application-load-balancer"),
        certificates: of("certificates-per-application-load-balancer"),
      });
    });
  }

  hostedZone(domain: string, id?: string): Promise<HostedZone | undefined> {
    return ask("usage", "route53:GetHostedZone", async () => {
      const route53 = await this.clients.route53();
      const found = id ?? (await this.#zoneIdOf(domain));
      if (found === undefined) return undefined;
      try {
        const { HostedZone: zone, DelegationSet: set } = await route53.getHostedZone({ Id: found });
        // The world asks no private zone, whatever its name.
        if (zone?.Config?.PrivateZone === true) return undefined;
        const name = withoutDot(zone?.Name ?? "");
        return { id: found, name, nameServers: (set?.NameServers ?? []).map(withoutDot) };
      } catch (error) {
        if (faultOf(error).code === "NoSuchHostedZone") return undefined;
        throw error;
      }
    });
  }

  certificate(domainName: string): Promise<CertificateState | undefined> {
    return ask("usage", "acm:ListCertificates", async () => {
      const acm = await this.clients.acm();
      const listed = await allPages(async (NextToken) => {
        const answer = await acm.listCertificates({ NextToken });
        return [answer.CertificateSummaryList, answer.NextToken];
      });
      const details = await Promise.all(
        listed
          .filter(({ DomainName }) => DomainName === domainName)
          .map(
            async ({ CertificateArn = "" }) =>
              (await acm.describeCertificate({ CertificateArn })).Certificate,
          ),
      );
      const [newest] = details.sort((a, b) => Number(b?.CreatedAt ?? 0) - Number(a?.CreatedAt ?? 0));
      if (newest === undefined) return undefined;
      const records = (newest.DomainValidationOptions ?? []).flatMap(({ ResourceRecord: record }) =>
        record === undefined
          ? []
          : [{ name: record.Name ?? "", type: record.Type ?? "", value: record.Value ?? "" }],
      );
      return { status: newest.Status ?? "", records };
    });
  }

  /** CloudFront has no region: its resources are listed in the partition's home region. */
  hasDistributions(): Promise<boolean> {
    return ask("usage", "tag:GetResources", async () => {
      const { homeRegion } = partitionOf(await this.clients.region());
      const { ResourceTagMappingList = [] } = await (
        await this.clients.tagging(homeRegion)
      ).getResources({ ResourceTypeFilters: ["cloudfront:distribution"], ResourcesPerPage: 1 });
      return ResourceTagMappingList.length > 0;
    });
  }

  hasImage(reference: string): Promise<boolean> {
    return ask("usage", reference, async () => {
      const [, registryId = "", path = ""] = /^(\d{12})\.dkr[^/]*\/(.+)$/.exec(reference) ?? [];
      const [named = "", digest] = path.split("@");
      const [repositoryName = "", tag] = named.split(":");
      const ecr = await this.clients.ecr();
      try {
        const { images = [] } = await ecr.batchGetImage({
          registryId,
          repositoryName,
          imageIds: [digest === undefined ? { imageTag: tag ?? "latest" } : { imageDigest: digest }],
        });
        return images.length > 0;
      } catch (error) {
        if (faultOf(error).code === "RepositoryNotFoundException") return false;
        throw error;
      }
    });
  }

  /** The account's own value, else AWS's default, which GetServiceQuota does not answer. */
  async #limit(name: QuotaName): Promise<number> {
    const { service: ServiceCode, code: QuotaCode } = accountQuotas[name];
    const quotas = await this.clients.serviceQuotas();
    try {
      return (await quotas.getServiceQuota({ ServiceCode, QuotaCode })).Quota?.Value ?? 0;
    } catch (error) {
      if (faultOf(error).code !== "NoSuchResourceException") throw error;
      return (await quotas.getAWSDefaultServiceQuota({ ServiceCode, QuotaCode })).Quota?.Value ?? 0;
    }
  }

  async #used(name: QuotaName): Promise<number | undefined> {
    if (name === "vpcs") return this.#ownVpcs();
    if (name === "addresses")
      return ((await (await this.clients.ec2()).describeAddresses({})).Addresses ?? []).length;
    if (name !== "loadBalancers") return undefined;
    const { LoadBalancers = [] } = await (await this.clients.loadBalancing()).describeLoadBalancers({});
    return LoadBalancers.filter(({ Type }) => Type === "application").length;
  }

  /** Without those of other accounts, which are returned too and count there (VPC User Guide, VPC sharing). */
  async #ownVpcs(): Promise<number> {
    const [{ account }, { Vpcs = [] }] = await Promise.all([
      this.identity(),
      this.clients.ec2().then((ec2) => ec2.describeVpcs({})),
    ]);
    return Vpcs.filter(({ OwnerId = account }) => OwnerId === account).length;
  }

  async #zoneIdOf(domain: string): Promise<string | undefined> {
    const route53 = await this.clients.route53();
    const all = await allPages(async (Marker) => {
      const answer = await route53.listHostedZones({ Marker });
      return [answer.HostedZones, answer.NextMarker];
    });
    const zones = all
      .filter(({ Config }) => Config?.PrivateZone !== true)
      .map(({ Id = "", Name = "" }) => ({ id: Id.replace("/hostedzone/", ""), name: withoutDot(Name) }));
    const holding = zones.filter(({ name }) => isWithin(domain, name));
    return holding.sort((a, b) => b.name.length - a.name.length)[0]?.id;
  }
}

function withoutDot(name: string): string {
  return name.replace(/\.$/, "");
}
