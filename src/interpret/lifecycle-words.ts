/** What a service's name, its command and its image say of whether its program ends, where nothing else says it. */
import type { Node } from "./node";

/** Programs that do one thing and end, as names and commands of compose files call them. */
const endingWord =
  /(^|[^a-z])(migrat(e|es|ed|ion|ions|or|ing)|(db|data|auto)?migrate|init|initiali[sz](e|er|ation)|seed(s|er|ing)?|setup|bootstrap|install(er)?|configurator|provision(er|ing)?|fixtures?|populate|(create|make|ensure)[-_]?(buckets?|sites?|db|database|topics?|admin|superuser|users?|index(es)?)|(load|import)[-_]?(data|fixtures|dashboards)|pull[-_]?models?|collectstatic|createsuperuser|build)($|[^a-z])/;

/** Programs that wait for work, by the same names. */
const servingWord =
  /(^|[^a-z])(workers?|celery|beat|sidekiq|resque|horizon|scheduler|consumers?|listeners?|processors?|daemon|runner|agent|bot|crond?|server|serve|runserver|gunicorn|uvicorn|puma|unicorn|watch|proxy|gateway|queue:(work|listen))($|[^a-z])/;

/** Images whose own command is a server. */
const servingImage =
  /^(postgres|postgis|pgvector|timescaledb|mysql|mariadb|percona|mongo|redis|valkey|keydb|dragonfly|memcached|rabbitmq|kafka|cp-kafka|zookeeper|redpanda|nats|mosquitto|emqx|elasticsearch|opensearch|clickhouse(-server)?|influxdb|cassandra|scylla|neo4j|couchdb|etcd|consul|vault|minio|nginx|httpd|caddy|traefik|haproxy|envoy|varnish|prometheus|grafana|loki|jaeger|mailpit|mailhog)$/;

/**
 * What the name and the command of a service say.
 *
 * @returns `undefined` where they say nothing
 */
export function lifecycleByWords(name: string, service: Node): "service" | "task" | undefined {
  const words = [name, ...texts(service.get("command").value), ...texts(service.get("entrypoint").value)];
  const text = words.join(" ").toLowerCase();
  const serving = servingWord.test(text);
  if (endingWord.test(text)) return serving && !endingWord.test(name.toLowerCase()) ? undefined : "task";
  return serving ? "service" : undefined;
}

/** Whether a service runs the own command of an image that is known for a server. */
export function runsServerImage(service: Node): boolean {
  const own = texts(service.get("command").value).length === 0;
  return own && servingImage.test(imageName(service.get("image").value));
}

function texts(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((word): word is string => typeof word === "string") : [];
}

/** `postgres` of `docker.io/library/postgres:16`. */
function imageName(reference: unknown): string {
  return typeof reference === "string" ? (reference.split("/").at(-1)?.split(/[:@]/)[0] ?? "") : "";
}
