/** What Elastic Load Balancing refuses of network load balancers. */
import { Rule } from "./rule";

const groupsPage = "Elastic Load Balancing: Security groups for your Network Load Balancer";
const listenersPage = "Elastic Load Balancing: Listeners for your Network Load Balancers";
const targetsPage = "Elastic Load Balancing: Target groups for your Network Load Balancers";
const checksPage = "Elastic Load Balancing: Health checks for Network Load Balancer target groups";

export const networkBalancingRules = {
  groupsLater: new Rule({
    what: "security groups of a network load balancer that was made without one",
    limit: "none: they are associated when it is made, and never all removed",
    source: groupsPage,
    fix: "make another load balancer, with its security groups",
  }),
  listenerOfBalancer: new Rule({
    what: "protocol of a listener on its kind of load balancer",
    limit:
      "HTTP or HTTPS on an application load balancer; TCP, UDP, TCP_UDP or TLS on a network load balancer",
    source: listenersPage,
    fix: "use a protocol of that load balancer",
  }),
  targetsOfListener: new Rule({
    what: "protocol of the target group behind a listener",
    limit:
      "HTTP or HTTPS behind those; TCP behind TCP and TLS, UDP behind UDP, TCP_UDP behind TCP_UDP, TLS behind TLS",
    source: targetsPage,
    fix: "give the target group the listener's protocol",
  }),
  rulesOfBalancer: new Rule({
    what: "listener rules of a network load balancer",
    limit: "none: its listeners have a default action alone",
    source: listenersPage,
    fix: "let the listener's default action lead to the target group",
  }),
  healthProtocol: new Rule({
    what: "protocol of the health check of TCP and UDP targets",
    limit: "TCP, HTTP or HTTPS",
    source: checksPage,
    fix: "check over TCP; a target of UDP needs a TCP port that answers",
  }),
  healthWords: new Rule({
    what: "path and codes of a health check over TCP",
    limit: "none",
    source: "Elastic Load Balancing API: CreateTargetGroup",
    fix: "leave path and matcher out, or check over HTTP",
  }),
} as const;
