/** The Docker socket, which no task has: what it is there for says what to write instead. */
import { schedulers } from "./cron-hints";
import type { Node } from "./node";

/** Programs that are known to ask the Docker daemon, and what does their work on AWS. */
const instead: readonly (readonly [image: RegExp, why: string, fix: string])[] = [
  [
    /(^|\/)(traefik|nginx-proxy|docker-gen|caddy-docker-proxy|acme-companion|letsencrypt-nginx-proxy-companion|swag|nginxproxymanager|nginx-proxy-manager)([-_/:@]|$)/,
    "it asks the Docker daemon for its routes, and there is none on Fargate: the load balancer does what this proxy is here for",
    "remove the service, and write ports, x-domains and x-path at the services that it leads to",
  ],
  [
    schedulers,
    "it asks the Docker daemon to start its jobs, and there is none on Fargate",
    'remove the service, and give each job a service of its own with x-schedule: "0 3 * * *"',
  ],
  [
    /(^|\/)(watchtower|ouroboros|diun)([-_/:@]|$)/,
    "there is no Docker daemon on Fargate, and images are renewed by a deployment",
    "remove the service: berth up renews the images",
  ],
  [
    /(^|\/)(autoheal|docker-autoheal|deunhealth)([-_/:@]|$)/,
    "there is no Docker daemon on Fargate, and ECS replaces tasks that are unhealthy",
    "remove the service: a healthcheck is enough",
  ],
  [
    /(^|\/)(dozzle|portainer|portainer-ce|lazydocker|ctop|yacht|logspout|promtail|filebeat|vector|fluent-bit|alloy|cadvisor|glances|docker-socket-proxy)([-_/:@]|$)/,
    "there is no Docker daemon on Fargate whose containers it could show",
    "remove the service: berth ps and berth logs show the services, CloudWatch has their logs and metrics",
  ],
];

/** Refuses the socket, with what to write in its place. */
export function judgeSocket(mount: Node, service: Node): void {
  // Where nginx-proxy and docker-gen look for it, in images built on theirs too (nginx-proxy, README).
  const proxy = mount.get("target").value === "/tmp/docker.sock" ? "nginx-proxy" : undefined;
  const image = service.get("image").value ?? proxy;
  const known = instead.find(([pattern]) => typeof image === "string" && pattern.test(image.toLowerCase()));
  const [, why, fix] = known ?? [
    undefined,
    "there is no Docker daemon on Fargate",
    "remove the mount; a service can't start containers",
  ];
  mount.refuse(why, fix);
}
