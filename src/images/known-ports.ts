/**
 * Images whose ports are known, as of 2026-11: what is not HTTP, and what is. Source of each row: the image's own page
 * on Docker Hub or the product's documentation of its ports, by the name that the row gives.
 */
import type { ImageName } from "../model/image-name";

export interface ImagePorts {
  /** Its path without the registry, or the last words of it: `keydb` is `eqalpha/keydb` too. Else a pattern of the path. */
  readonly image: readonly string[] | RegExp;
  /** Matched against the tag. @default every tag */
  readonly tag?: RegExp;
  /** The protocol of every port that the row does not name. @default the row says nothing of other ports */
  readonly speaks?: string;
  /** Ports that speak HTTP. */
  readonly http?: readonly number[];
  /** Ports that speak something else, by its name. */
  readonly other?: Readonly<Record<number, string>>;
  /** Ports that should be nobody's but the administrator's, and why. */
  readonly admin?: Readonly<Record<number, string>>;
  /** HTTP ports by which the program itself is watched. They give way where more are published than ECS takes. */
  readonly watching?: Readonly<Record<number, string>>;
}

const otlp = { 4317: "gRPC" };
/** OpenTelemetry documentation, Install the Collector with Docker, and the README of each extension. */
const collector = {
  1777: "pprof",
  1888: "pprof",
  8888: "its own metrics",
  8889: "metrics for Prometheus",
  13133: "its health",
  55679: "zPages",
};
const smtp = { 25: "SMTP", 1025: "SMTP", 1110: "POP3", 1143: "IMAP" };

export const imagePorts: readonly ImagePorts[] = [
  // Databases and caches.
  {
    image: [
      "postgres",
      "postgresql",
      "postgis",
      "pgvector",
      "timescaledb",
      "timescaledb-ha",
      "pgbouncer",
      "pgpool",
    ],
    speaks: "Postgres",
  },
  {
    image: ["mysql", "mariadb", "mysql-server", "percona", "percona-server", "mariadb-galera"],
    speaks: "MySQL",
  },
  { image: ["mongo", "mongodb", "mongodb-community-server", "percona-server-mongodb"], speaks: "MongoDB" },
  { image: ["redis-stack"], speaks: "Redis", http: [8001] },
  {
    image: ["redis", "valkey", "keydb", "dragonfly", "redis-stack-server", "redis-cluster", "redis-sentinel"],
    speaks: "Redis",
  },
  { image: ["memcached"], speaks: "memcached" },
  { image: ["mssql/server", "azure-sql-edge"], speaks: "SQL Server" },
  {
    image: ["oracle-xe", "oracle-free", "database/free", "database/express", "database/enterprise"],
    speaks: "Oracle",
    http: [5500],
  },
  { image: ["cassandra", "scylla"], speaks: "Cassandra" },
  { image: ["cockroach"], speaks: "Postgres", http: [8080] },
  { image: ["clickhouse", "clickhouse-server"], speaks: "ClickHouse", http: [8123] },
  {
    image: ["elasticsearch", "opensearch"],
    http: [9200, 9600],
    other: { 9300: "Elasticsearch transport" },
  },
  { image: ["neo4j"], http: [7474], other: { 7473: "HTTPS", 7687: "Bolt" } },
  { image: ["etcd"], speaks: "gRPC" },
  { image: ["zookeeper", "cp-zookeeper"], speaks: "ZooKeeper", http: [8080] },
  { image: ["qdrant"], http: [6333], other: { 6334: "gRPC" } },
  { image: ["milvus"], http: [9091], other: { 19530: "gRPC" } },
  { image: ["weaviate"], http: [8080], other: { 50051: "gRPC" } },
  // Queues.
  {
    image: ["kafka", "cp-kafka", "cp-server", "kafka-native", "confluent-local"],
    speaks: "Kafka",
    http: [8082],
  },
  { image: ["redpanda"], speaks: "Kafka", http: [8081, 8082, 9644, 18081, 18082] },
  { image: ["rabbitmq"], speaks: "AMQP", http: [15672, 15692], other: { 1883: "MQTT", 61613: "STOMP" } },
  {
    image: ["activemq", "activemq-classic", "activemq-artemis", "artemis"],
    speaks: "OpenWire",
    http: [8161],
  },
  { image: ["nats", "nats-streaming"], speaks: "NATS", http: [8222] },
  { image: ["pulsar"], speaks: "Pulsar", http: [8080] },
  { image: ["eclipse-mosquitto", "mosquitto"], speaks: "MQTT", http: [8080, 9001] },
  {
    image: ["emqx", "hivemq4", "hivemq-ce", "vernemq"],
    speaks: "MQTT",
    http: [8000, 8080, 8083, 8888, 18083],
  },
  // Mail.
  {
    image: [
      "mailpit",
      "mailhog",
      "mailcatcher",
      "mailcatch",
      "maildev",
      "fake-smtp-server",
      "smtp4dev",
      "inbucket",
    ],
    other: { ...smtp, 2500: "SMTP", 2525: "SMTP" },
    http: [80, 1080, 8025, 9000],
  },
  {
    image: ["docker-mailserver", "postfix", "postfix-relay", "exim", "exim4", "dovecot"],
    speaks: "SMTP",
    other: { 110: "POP3", 143: "IMAP", 993: "IMAP over TLS", 995: "POP3 over TLS", 4190: "ManageSieve" },
  },
  // Telemetry.
  {
    image: [
      "opentelemetry-collector",
      "opentelemetry-collector-contrib",
      "opentelemetry-collector-k8s",
      "aws-otel-collector",
      "adot-collector",
      "signoz-otel-collector",
    ],
    other: { ...otlp, 14250: "gRPC" },
    http: [4318, 9411, 14268, ...Object.keys(collector).map(Number)],
    watching: collector,
  },
  {
    image: ["all-in-one", "jaeger"],
    other: { ...otlp, 14250: "gRPC" },
    http: [4318, 5778, 9411, 14268, 16686],
  },
  { image: ["tempo", "alloy", "otel-lgtm"], other: otlp },
  { image: ["logstash", "logstash-oss"], speaks: "Logstash input", http: [9600] },
  { image: ["fluentd", "fluent-bit"], other: { 24224: "Fluentd forward" } },
  { image: ["graylog"], http: [9000], other: { 12201: "GELF", 1514: "syslog" } },
  {
    image: ["graphite-statsd"],
    other: { 2003: "Carbon", 2004: "Carbon", 2023: "Carbon", 2024: "Carbon", 8126: "StatsD" },
  },
  // Servers with more than one protocol.
  { image: /^temporalio\/(auto-setup|server|temporal)$/, speaks: "gRPC", http: [8233] },
  { image: ["gitlab-ce", "gitlab-ee"], other: { 22: "SSH" } },
  { image: ["gitea", "forgejo", "gogs"], http: [3000], other: { 22: "SSH", 2222: "SSH" } },
  { image: /^jenkins\/|(^|\/)jenkins$/, http: [8080], other: { 50000: "Jenkins agents" } },
  {
    image: ["consul"],
    http: [8500],
    other: { 8300: "Consul RPC", 8301: "Consul Serf", 8302: "Consul Serf", 8502: "gRPC", 8600: "DNS" },
  },
  { image: ["minecraft-server", "minecraft-bedrock-server"], speaks: "Minecraft" },
  { image: ["openldap", "docker-openldap"], speaks: "LDAP" },
  { image: ["lldap"], http: [17170], other: { 3890: "LDAP", 6360: "LDAP over TLS" } },
  { image: ["sftp", "openssh-server"], speaks: "SSH" },
  { image: ["vsftpd", "pure-ftpd"], speaks: "FTP" },
  { image: ["asterisk", "freeswitch", "kamailio"], speaks: "SIP", http: [8088] },
  { image: ["coturn"], speaks: "TURN" },
  { image: /./, tag: /(^|-)fpm(-|$)|fpm$/, other: { 9000: "FastCGI" } },
  { image: /(^|\/)(terraria[a-z-]*)$/, speaks: "Terraria" },
  { image: ["mumble-server"], speaks: "Mumble" },
  { image: ["sftpgo"], http: [8080], other: { 2022: "SSH", 2121: "FTP" } },
  { image: ["rustdesk-server", "rustdesk-server-s6"], speaks: "RustDesk", http: [21118, 21119] },
  { image: ["syncthing"], http: [8384], other: { 22000: "Syncthing" } },
  { image: ["qbittorrent", "transmission", "deluge"], other: { 6881: "BitTorrent", 51413: "BitTorrent" } },
  { image: ["kubo"], http: [5001, 8080], other: { 4001: "libp2p" } },
  { image: /^selenium\/(hub|event-bus)$/, http: [4444, 5557], other: { 4442: "ZeroMQ", 4443: "ZeroMQ" } },
  {
    image: ["seaweedfs"],
    other: { 18080: "gRPC", 18333: "gRPC", 18888: "gRPC", 19333: "gRPC" },
  },
  {
    image: ["kong"],
    http: [8000, 8001, 8002, 8100],
    other: { 8443: "HTTPS", 8444: "HTTPS", 8445: "HTTPS" },
    admin: {
      8001: "Kong's administration API, which asks for no password",
      8002: "Kong's administration pages",
    },
  },
  { image: ["docker"], tag: /dind/, speaks: "the Docker daemon" },
  // HTTP at a port that is another protocol's elsewhere.
  { image: /(^|\/)([a-z-]+-)?alertmanager$/, http: [9093] },
  { image: ["code-server"], http: [8443] },
  { image: /^rasa\//, http: [5005] },
];

/** The rows that say something of an image. */
export function portRows({ path, tag }: ImageName): readonly ImagePorts[] {
  return imagePorts.filter((row) => isOf(row, path) && (row.tag === undefined || row.tag.test(tag)));
}

function isOf({ image }: ImagePorts, path: string): boolean {
  if (image instanceof RegExp) return image.test(path);
  return image.some((name) => path === name || path.endsWith(`/${name}`));
}

/**
 * Ports by number that are not HTTP, whatever the image. Sources: IANA, Service Name and Transport Protocol Port Number
 * Registry, and for those above 1023 that it does not have the product's own documentation (as of 2026-11).
 */
export const portNames: Readonly<Record<number, string>> = {
  21: "FTP",
  22: "SSH",
  23: "Telnet",
  25: "SMTP",
  53: "DNS",
  110: "POP3",
  143: "IMAP",
  389: "LDAP",
  443: "HTTPS",
  465: "SMTP over TLS",
  514: "syslog",
  587: "SMTP",
  636: "LDAP over TLS",
  853: "DNS over TLS",
  873: "rsync",
  993: "IMAP over TLS",
  995: "POP3 over TLS",
  1025: "SMTP",
  1433: "SQL Server",
  1521: "Oracle",
  1883: "MQTT",
  1935: "RTMP",
  2181: "ZooKeeper",
  2222: "SSH",
  2376: "the Docker daemon",
  2525: "SMTP",
  3306: "MySQL",
  3478: "STUN and TURN",
  4190: "ManageSieve",
  4222: "NATS",
  4317: "gRPC",
  5005: "Java's debugger",
  5044: "Beats",
  5060: "SIP",
  5061: "SIP over TLS",
  5222: "XMPP",
  5432: "Postgres",
  5433: "Postgres",
  5671: "AMQP over TLS",
  5672: "AMQP",
  6379: "Redis",
  6667: "IRC",
  7233: "gRPC",
  7687: "Bolt",
  8443: "HTTPS",
  8883: "MQTT over TLS",
  9042: "Cassandra",
  9092: "Kafka",
  9093: "Kafka",
  9094: "Kafka",
  9229: "Node's debugger",
  9300: "Elasticsearch transport",
  9418: "Git",
  11211: "memcached",
  24224: "Fluentd forward",
  25565: "Minecraft",
  26379: "Redis Sentinel",
  26257: "Postgres",
  27017: "MongoDB",
  28015: "RethinkDB",
  29092: "Kafka",
  33060: "MySQL",
  50051: "gRPC",
  61613: "STOMP",
  61616: "OpenWire",
};
