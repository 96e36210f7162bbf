/** What CloudFront refuses of distributions. */
import { ChoiceRule, RangeRule, Rule } from "./rule";

const create = "CloudFront API: CreateDistribution";
const quotas = "CloudFront Developer Guide: Quotas";
const customOrigin = "CloudFront API: CustomOriginConfig";

export const cloudFrontRules = {
  origins: new Rule({
    what: "origins of a distribution, by their ids",
    limit: "at least 1, each id once; each behavior names one of them",
    source: `${create}, NoSuchOrigin`,
    fix: "name an origin of the distribution as targetOriginId",
  }),
  originDomain: new Rule({
    what: "domain name of an origin",
    limit: "a name of DNS; no address, protocol or path",
    source: "CloudFront API: Origin",
    fix: "use the DNS name of the load balancer",
  }),
  originPort: new Rule({
    what: "port of a custom origin",
    limit: "80, 443, or 1024 to 65535",
    source: customOrigin,
    fix: "use port 80 or 443",
  }),
  originProtocol: new ChoiceRule(
    "protocol by which CloudFront asks a custom origin",
    ["http-only", "https-only", "match-viewer"],
    customOrigin,
  ),
  readTimeout: new RangeRule("seconds that CloudFront waits for an origin's answer", 1, 120, quotas),
  keepalive: new RangeRule("seconds that CloudFront keeps a connection to an origin", 1, 120, quotas),
  customHeader: new Rule({
    what: "header that CloudFront adds to the requests of an origin",
    limit:
      "none that CloudFront or HTTP uses itself (Host, Cookie, Via, X-Real-Ip, X-Amz-*, X-Edge-* and others)",
    source: "CloudFront Developer Guide: Custom headers that CloudFront can't add to origin requests",
    fix: "use a header name of your own",
  }),
  viewerProtocol: new ChoiceRule(
    "protocols that viewers of a distribution may use",
    ["allow-all", "https-only", "redirect-to-https"],
    "CloudFront API: DefaultCacheBehavior",
  ),
  methods: new Rule({
    what: "methods that a behavior of a distribution takes",
    limit: "GET and HEAD; these with OPTIONS; or these with PUT, PATCH, POST and DELETE",
    source: "CloudFront API: AllowedMethods",
    fix: "name one of the three sets",
  }),
  policies: new Rule({
    what: "origin request policy of a behavior",
    limit: "beside a cache policy alone",
    source:
      "CloudFront Developer Guide: Understand how origin request policies and cache policies work together",
    fix: "name a cache policy too",
  }),
  alias: new Rule({
    what: "domains of a distribution",
    limit: "those of a certificate of its own",
    source: `${create}, InvalidViewerCertificate`,
    fix: "name a certificate of us-east-1, or remove the domains",
  }),
  certificateRegion: new Rule({
    what: "region of a distribution's certificate",
    limit: "us-east-1",
    source: "CloudFront Developer Guide: Requirements for using SSL/TLS certificates with CloudFront",
    fix: "ask for the certificate in us-east-1",
  }),
  certificateIssued: new Rule({
    what: "certificate of a distribution",
    limit: "one that exists and has been issued",
    source: `${create}, InvalidViewerCertificate`,
    fix: "have the certificate's domains proved first: each has a record in its zone",
  }),
  aliasCovered: new Rule({
    what: "domains of a distribution beside those of its certificate",
    limit: "each is one of the certificate's, or has one label in the place of its *",
    source: "CloudFront Developer Guide: Requirements for using alternate domain names",
    fix: "ask for a certificate of all domains",
  }),
  aliasTaken: new Rule({
    what: "domain of two distributions",
    limit: "one distribution has a domain, whatever account it is in",
    source: `${create}, CNAMEAlreadyExists`,
    fix: "take the domain off the other distribution first (aws cloudfront list-conflicting-aliases names it), and run again",
  }),
  behaviors: new Rule({
    what: "behaviors of a distribution beside its default one",
    limit: "75, each path once",
    source: quotas,
    fix: "publish fewer services with a path (x-path) below one static site",
  }),
  pathPattern: new Rule({
    what: "path of a behavior of a distribution",
    limit: "1 to 255 letters, digits and _-.*$/~\"'@:+?&",
    source: "CloudFront API: CacheBehavior",
    fix: "write a path of letters, digits and hyphens",
  }),
  errorPage: new Rule({
    what: "error page of a distribution",
    limit: "its path begins with /, and it has a status",
    source: "CloudFront API: CustomErrorResponse",
    fix: "name both, or neither",
  }),
  functionKind: new Rule({
    what: "functions of a behavior of a distribution",
    limit: "one for viewer-request and one for viewer-response",
    source: "CloudFront API: FunctionAssociation",
    fix: "put both into one function",
  }),
  functionSize: new RangeRule("code of a CloudFront function, in bytes", 1, 10_240, quotas, {
    fix: "redirect fewer domains of one static site",
  }),
  functionRuntime: new ChoiceRule(
    "runtime of a CloudFront function",
    ["cloudfront-js-1.0", "cloudfront-js-2.0"],
    "CloudFront API: FunctionConfig",
  ),
  accessType: new ChoiceRule(
    "kind of origin of an origin access control",
    ["s3", "mediastore", "mediapackagev2", "lambda"],
    "CloudFront API: OriginAccessControlConfig",
  ),
  accessSigning: new ChoiceRule(
    "requests that an origin access control signs",
    ["never", "always", "no-override"],
    "CloudFront API: OriginAccessControlConfig",
  ),
  headersCustom: new Rule({
    what: "custom headers of a response headers policy",
    limit: "10, none of security or CORS, which have fields of their own",
    source:
      "CloudFront API: CreateResponseHeadersPolicy, TooManyCustomHeadersInResponseHeadersPolicy, InvalidArgument",
    fix: "remove some of x-static.headers",
  }),
  comment: new Rule({
    what: "comment of a distribution, in characters",
    limit: "128",
    source: "CloudFront API: DistributionConfig",
    fix: "write a shorter comment",
  }),
} as const;
