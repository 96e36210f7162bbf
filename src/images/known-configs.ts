/**
 * What is known of images without asking a registry, as of 2026-11: for a run without a network, or without an account.
 * Official images have no HEALTHCHECK (docker-library/faq, "Healthcheck") and a shell; the others as their Dockerfiles say.
 */
import type { ImageConfig } from "../model/image-config";
import { imageNameOf } from "../model/image-name";

/** Official images that are no more than a program. */
const bare = new Set(["hello-world", "nats", "traefik", "scratch"]);

const others: Readonly<Record<string, ImageConfig>> = {
  "axllent/mailpit": {
    healthcheck: { test: ["CMD", "/mailpit", "readyz"], interval: 15, startPeriod: 10 },
    volumes: [],
    shell: true,
    complete: false,
  },
  "gitlab/gitlab-ce": {
    healthcheck: {
      test: ["CMD-SHELL", "/opt/gitlab/bin/gitlab-healthcheck --fail --max-time 10"],
      interval: 60,
      timeout: 30,
      retries: 5,
    },
    volumes: ["/etc/gitlab", "/var/opt/gitlab", "/var/log/gitlab"],
    shell: true,
    complete: false,
  },
};

/** `VOLUME`s of official images, as their Dockerfiles say (github.com/docker-library, and each image's own repository). */
const volumes: Readonly<Record<string, readonly string[]>> = {
  arangodb: ["/var/lib/arangodb3", "/var/lib/arangodb3-apps"],
  cassandra: ["/var/lib/cassandra"],
  couchdb: ["/opt/couchdb/data"],
  ghost: ["/var/lib/ghost/content"],
  influxdb: ["/var/lib/influxdb2"],
  joomla: ["/var/www/html"],
  mariadb: ["/var/lib/mysql"],
  matomo: ["/var/www/html"],
  mongo: ["/data/db"],
  mysql: ["/var/lib/mysql"],
  neo4j: ["/data"],
  nextcloud: ["/var/www/html"],
  odoo: ["/var/lib/odoo"],
  percona: ["/var/lib/mysql"],
  postgres: ["/var/lib/postgresql/data"],
  rabbitmq: ["/var/lib/rabbitmq"],
  redis: ["/data"],
  redmine: ["/usr/src/redmine/files"],
  registry: ["/var/lib/registry"],
  rethinkdb: ["/data"],
  solr: ["/var/solr"],
  wordpress: ["/var/www/html"],
  zookeeper: ["/data", "/datalog"],
};

/** @returns `undefined` where nothing is known */
export function knownConfig(reference: string): ImageConfig | undefined {
  const { path } = imageNameOf(reference);
  // The Docker Hub's official images alone have no folder; one of another registry may have any.
  const official = !path.includes("/") && !/^[^/]*[.:][^/]*\//.test(reference);
  if (official) return { volumes: volumes[path] ?? [], shell: !bare.has(path), complete: true };
  return others[path];
}
