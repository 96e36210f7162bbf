/** Which of a project's services most looks like the site that people come for: it gets `/` where there is no domain. */
import type { ContainerService, Port, Service } from "./project";
import { imageNameOf } from "./image-name";

/** Tools of development and operation, stores and queues: they are published beside a product, and are none. */
const aside =
  /(^|[/_.-])(mail(hog|pit|dev|catch(er)?|trap|er|server)?|mailslurper|inbucket|smtp4dev|smtp|grafana|prometheus|alertmanager|pushgateway|loki|tempo|mimir|jaeger|zipkin|tracing(-server)?|kibana|opensearch-dashboards|cadvisor|node-exporter|netdata|(otel|opentelemetry)[a-z-]*|sentry-relay|pgadmin4?|adminer|phpmyadmin|phppgadmin|mongo-express|redis-?commander|redis-?insight|rediscommander|cloudbeaver|dbgate|kafka-?ui|akhq|kafdrop|kowl|redpanda-console|portainer|dozzle|flower|traefik|watchtower|minio|localstack|elasticsearch|opensearch|logstash|solr|rabbitmq|kafka|redpanda|nats|zookeeper|consul|vault|etcd|postgres(ql)?|mysql|mariadb|mongo(db)?|redis|valkey|memcached|clickhouse(-server)?|influxdb|cassandra|neo4j|qdrant|weaviate|milvus|chroma|meilisearch|typesense|registry|swagger-ui|selenium|chrome|wiremock|mockserver|db|database|cache|queue|broker)($|[/_.:-])/;

const front =
  /(^|[_.-])(web(site|app|ui)?|www|site|front(end)?|storefront|ui|app|portal|gateway|nginx|caddy|proxy|ingress|client|home)($|[_.-])/;

const back =
  /(^|[_.-])(api|backend|admin|auth|worker|ws|websocket|socket|realtime|metrics|docs|config|discovery|storage|media|assets|static|debug)($|[_.-])/;

/**
 * The ranks of a service's published port, the first that differs decides and the least one wins: what asks for `/`
 * (`x-path: /`); a product before a tool; 80, then 443, as published ports; a name like `web`, then any other, then one
 * like `api`; what no other service depends on; the lowest published port; the name.
 */
export function siteRank(
  service: ContainerService,
  port: Port,
  services: readonly Service[],
): readonly (number | string)[] {
  const { name, image } = service;
  const path = image.kind === "reference" ? imageNameOf(image.reference).path : "";
  const usual = [80, 443].indexOf(port.published ?? 0);
  const needed = services.some(({ dependsOn }) => dependsOn.some((other) => other.service === name));
  return [
    service.root === true ? 0 : 1,
    aside.test(path) || aside.test(name) ? 1 : 0,
    usual < 0 ? 2 : usual,
    front.test(name) ? 0 : back.test(name) ? 2 : 1,
    needed ? 1 : 0,
    port.published ?? Number.MAX_SAFE_INTEGER,
    name,
  ];
}

export function compareRanks(a: readonly (number | string)[], b: readonly (number | string)[]): number {
  for (const [index, own] of a.entries()) {
    const other = b[index];
    if (other !== undefined && own !== other) return own < other ? -1 : 1;
  }
  return 0;
}
