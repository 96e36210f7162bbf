/** What Elastic Load Balancing refuses. */
import { ChoiceRule, RangeRule, Rule } from "./rule";

const quotas = "Elastic Load Balancing: Quotas for your Application Load Balancers";
const createBalancer = "Elastic Load Balancing API: CreateLoadBalancer";
const createTargets = "Elastic Load Balancing API: CreateTargetGroup";
const createListener = "Elastic Load Balancing API: CreateListener";
const createRule = "Elastic Load Balancing API: CreateRule";
const healthChecks = "Elastic Load Balancing: Health checks for Application Load Balancer target groups";
const conditions = "Elastic Load Balancing: Condition types for listener rules";

const fewerPorts = "publish fewer ports (mode: host keeps one inside the network), or divide the project";

export const balancingRules = {
  zones: new Rule({
    what: "zones of a load balancer",
    limit: "at least 2, one subnet in each",
    source: "Elastic Load Balancing: Subnets for your load balancer",
    fix: "name subnets in two zones or more",
  }),
  subnetSize: new Rule({
    what: "size of a load balancer's subnets",
    limit: "/27 or larger",
    source: "Elastic Load Balancing: Subnets for your load balancer",
    fix: "use public subnets of at least 32 addresses",
  }),
  balancerGroups: new RangeRule("security groups of a load balancer", 1, 5, quotas),
  idleTimeout: new RangeRule("idle timeout of a load balancer, in seconds", 1, 4000, createBalancer),
  balancerType: new ChoiceRule(
    "type of a load balancer",
    ["application", "network", "gateway"],
    createBalancer,
  ),
  targetPort: new RangeRule("port of a target group", 1, 65_535, createTargets),
  targetProtocol: new ChoiceRule(
    "protocol of a target group",
    ["HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP", "GENEVE"],
    createTargets,
  ),
  protocolVersion: new ChoiceRule(
    "protocol version of a target group",
    ["HTTP1", "HTTP2", "GRPC"],
    createTargets,
  ),
  targetType: new ChoiceRule(
    "target type of a target group",
    ["instance", "ip", "lambda", "alb"],
    createTargets,
  ),
  deregistration: new RangeRule(
    "deregistration delay, in seconds",
    0,
    3600,
    "Elastic Load Balancing: Edit target group attributes",
  ),
  slowStart: new Rule({
    what: "slow start of a target group, in seconds",
    limit: "0, or 30 to 900",
    source: "Elastic Load Balancing: Edit target group attributes",
    fix: "use 0, or 30 to 900",
  }),
  stickiness: new RangeRule(
    "duration of a sticky session, in seconds",
    1,
    604_800,
    "Elastic Load Balancing: Sticky sessions for your Application Load Balancer",
  ),
  healthInterval: new RangeRule(
    "interval of a load balancer's health check, in seconds",
    5,
    300,
    healthChecks,
  ),
  healthTimeout: new RangeRule("timeout of a load balancer's health check, in seconds", 2, 120, healthChecks),
  healthyThreshold: new RangeRule("checks until a target is healthy", 2, 10, healthChecks),
  unhealthyThreshold: new RangeRule("checks until a target is unhealthy", 2, 10, healthChecks),
  healthPatience: new Rule({
    what: "timeout and interval of a load balancer's health check",
    limit: "the timeout is less than the interval",
    source: healthChecks,
    fix: "wait less long for an answer, or check less often",
  }),
  healthPath: new Rule({
    what: "path of a load balancer's health check",
    limit: "begins with /, at most 1024 characters",
    source: createTargets,
    fix: "write the path of a URL, such as /health",
  }),
  healthMatcher: new Rule({
    what: "codes that a load balancer's health check accepts",
    limit: "200 to 499 with HTTP, 0 to 99 with gRPC; codes, or ranges of codes",
    source: "Elastic Load Balancing API: Matcher",
    fix: "write codes such as 200,301 or 200-399",
  }),
  targetsPerBalancer: new Rule({
    what: "target groups of a load balancer",
    limit: "100",
    source: quotas,
    fix: fewerPorts,
  }),
  listenerPort: new RangeRule("port of a listener", 1, 65_535, createListener),
  listenerProtocol: new ChoiceRule(
    "protocol of a listener",
    ["HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP"],
    createListener,
  ),
  listenerTaken: new Rule({
    what: "port of another listener",
    limit: "one listener at each port of a load balancer",
    source: `${createListener}, DuplicateListener`,
    fix: "use another port",
  }),
  listeners: new Rule({ what: "listeners of a load balancer", limit: "50", source: quotas, fix: fewerPorts }),
  certificates: new Rule({
    what: "certificates of a load balancer",
    limit: "25, the default one not counted",
    source: quotas,
    fix: "put several domains into one certificate",
  }),
  plainCertificate: new Rule({
    what: "certificate of a listener that ends no TLS",
    limit: "none",
    source: createListener,
    fix: "use HTTPS or TLS, or leave the certificate out",
  }),
  missingCertificate: new Rule({
    what: "certificate of an HTTPS or TLS listener",
    limit: "exactly one as its default",
    source: createListener,
    fix: "name a certificate, or use HTTP or TCP",
  }),
  certificateRegion: new Rule({
    what: "region of a listener's certificate",
    limit: "the load balancer's own",
    source: "Elastic Load Balancing: SSL certificates for your Application Load Balancer",
    fix: "request a certificate in the stack's region",
  }),
  certificateIssued: new Rule({
    what: "state of a listener's certificate",
    limit: "issued",
    source: "Elastic Load Balancing: SSL certificates for your Application Load Balancer",
    fix: "wait for the certificate's validation first",
  }),
  priority: new RangeRule("priority of a listener rule", 1, 50_000, createRule),
  priorityTaken: new Rule({
    what: "priority of another listener rule",
    limit: "each once for a listener",
    source: `${createRule}, PriorityInUse`,
    fix: "use another priority",
  }),
  rules: new Rule({
    what: "rules of a load balancer",
    limit: "100, default rules not counted",
    source: quotas,
    fix: fewerPorts,
  }),
  ruleValues: new Rule({
    what: "condition values of a listener rule",
    limit: "5",
    source: quotas,
    fix: "divide the values between several rules",
  }),
  ruleWildcards: new Rule({
    what: "wildcards of a listener rule",
    limit: "6",
    source: quotas,
    fix: "divide the values between several rules",
  }),
  ruleHost: new Rule({
    what: "host of a listener rule",
    limit: "1 to 128 characters: letters, digits and .*?-_",
    source: conditions,
    fix: "use a shorter domain, or shorter names of project and service",
  }),
  ruleHeader: new Rule({
    what: "header of a listener rule",
    limit: "a name of 1 to 40 letters, digits and hyphens other than Host; values of 1 to 128 characters",
    source: "Elastic Load Balancing API: HttpHeaderConditionConfig",
    fix: "use a shorter name or value",
  }),
  rulePath: new Rule({
    what: "path of a listener rule",
    limit: "1 to 128 characters: letters, digits and _-.$/~\"'@:+&*?",
    source: conditions,
    fix: "use a shorter path of these characters",
  }),
  sameConditions: new Rule({
    what: "conditions of another listener rule",
    limit: "each once: the rule with the lower priority takes every request, and the other is never reached",
    source: "Elastic Load Balancing: Listener rules for your Application Load Balancer",
    fix: "give one of the two services another name, domain or path",
  }),
  forwards: new Rule({
    what: "target groups of a forward action",
    limit: "1 to 5",
    source: quotas,
    fix: "forward to fewer target groups",
  }),
  secureProtocols: new Rule({
    what: "listener of HTTP/2 and gRPC target groups",
    limit: "HTTPS",
    source: "Elastic Load Balancing: Target groups for your Application Load Balancers, Protocol version",
    fix: "set BERTH_DOMAIN, or use http as app_protocol",
  }),
} as const;
