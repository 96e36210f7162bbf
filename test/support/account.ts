/** An account as `berth doctor` finds it: well, unless a test says otherwise. */
import type {
  AccountInspector,
  CallerIdentity,
  CertificateState,
  HostedZone,
  Quota,
  QuotaName,
} from "../../src/ports";

export class FakeAccount implements AccountInspector {
  caller: CallerIdentity = { account: "123456789012", arn: "arn:aws:iam::123456789012:user/ann" };
  readonly deniedActions = new Set<string>();
  /** Principals that policies were simulated for. */
  readonly simulated: string[] = [];
  readonly quotas: Partial<Record<QuotaName, Quota>> = {};
  zone: HostedZone | undefined;
  readonly certificates = new Map<string, CertificateState>();
  readonly images = new Set<string>();
  /** Whether it has distributions of CloudFront. */
  distributions = true;

  identity(): Promise<CallerIdentity> {
    return Promise.resolve(this.caller);
  }

  denied(principalArn: string, actions: readonly string[]): Promise<readonly string[]> {
    this.simulated.push(principalArn);
    return Promise.resolve(actions.filter((action) => this.deniedActions.has(action)));
  }

  quota(name: QuotaName): Promise<Quota> {
    return Promise.resolve(this.quotas[name] ?? { limit: 5, used: 1 });
  }

  hostedZone(): Promise<HostedZone | undefined> {
    return Promise.resolve(this.zone);
  }

  certificate(domainName: string): Promise<CertificateState | undefined> {
    return Promise.resolve(this.certificates.get(domainName));
  }

  hasDistributions(): Promise<boolean> {
    return Promise.resolve(this.distributions);
  }

  hasImage(reference: string): Promise<boolean> {
    return Promise.resolve(this.images.has(reference));
  }
}
