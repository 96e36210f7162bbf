/**
 * Images that need more than the least size, as of 2026-11. A row has what the product's own documentation asks for where
 * little is to be done; its page stands beside it.
 */
import type { ImageName } from "../model/image-name";
import type { Size } from "../model/project";

export interface KnownSize {
  /** Matched against the image's path, without its registry. */
  readonly image: RegExp;
  /** What people call it. */
  readonly name: string;
  readonly size: Size;
  readonly source: string;
  /** For a JVM: the part of the memory that its heap may take, where the file says how large that is (`-Xmx`). */
  readonly heapShare?: number;
}

const size = (cpu: number, memory: number): Size => ({ cpu, memory });

const elastic = "Elastic Docs";

export const knownSizes: readonly KnownSize[] = [
  {
    image: /(^|\/)elasticsearch$/,
    name: "Elasticsearch",
    size: size(1024, 4096),
    source: `${elastic}, Start a single-node cluster in Docker (4 GB); heap at most half of the memory`,
    heapShare: 0.5,
  },
  {
    image: /(^|\/)opensearch$/,
    name: "OpenSearch",
    size: size(1024, 4096),
    source: "OpenSearch documentation, Installing OpenSearch using Docker (4 GB)",
    heapShare: 0.5,
  },
  {
    image: /(^|\/)kibana$/,
    name: "Kibana",
    size: size(512, 2048),
    source: `${elastic}, Kibana memory settings`,
  },
  {
    image: /(^|\/)opensearch-dashboards$/,
    name: "OpenSearch Dashboards",
    size: size(512, 1024),
    source: "OpenSearch documentation, Docker",
  },
  {
    image: /(^|\/)logstash(-oss)?$/,
    name: "Logstash",
    size: size(512, 2048),
    source: `${elastic}, Logstash JVM settings (a heap of 1 GB)`,
    heapShare: 0.6,
  },
  {
    image: /(^|\/)(kafka|cp-kafka|cp-server|confluent-local|kafka-native)$/,
    name: "Kafka",
    size: size(512, 2048),
    source: "Apache Kafka, bin/kafka-server-start.sh (a heap of 1 GB)",
    heapShare: 0.6,
  },
  {
    image: /(^|\/)(zookeeper|cp-zookeeper)$/,
    name: "ZooKeeper",
    size: size(256, 1024),
    source: "Apache ZooKeeper, bin/zkEnv.sh (a heap of 1000 MB at most)",
    heapShare: 0.6,
  },
  {
    image: /(^|\/)redpanda$/,
    name: "Redpanda",
    size: size(1024, 2048),
    source: "Redpanda documentation, Deployment requirements (2 GB for a core)",
  },
  {
    image: /(^|\/)pulsar$/,
    name: "Pulsar",
    size: size(1024, 4096),
    source: "Apache Pulsar, conf/pulsar_env.sh (2 GB of heap, 4 GB beside it)",
    heapShare: 0.5,
  },
  {
    image: /(^|\/)clickhouse(-server)?$/,
    name: "ClickHouse",
    size: size(1024, 4096),
    source: "ClickHouse documentation, Sizing and hardware recommendations",
  },
  {
    image: /(^|\/)keycloak$/,
    name: "Keycloak",
    size: size(512, 2048),
    source: "Keycloak, Concepts for sizing CPU and memory resources (1250 MB; the heap is 70 %)",
    heapShare: 0.7,
  },
  {
    image: /(^|\/)(mssql\/server|azure-sql-edge)$/,
    name: "SQL Server",
    size: size(1024, 4096),
    source: "Microsoft, SQL Server on Linux, System requirements (it stops below 2000 MB)",
  },
  {
    image: /(^|\/)(oracle-xe|oracle-free|database\/(free|express))$/,
    name: "Oracle Database",
    size: size(1024, 4096),
    source: "Oracle, Database Free, Installation Guide (2 GB)",
  },
  {
    image: /(^|\/)neo4j$/,
    name: "Neo4j",
    size: size(512, 2048),
    source: "Neo4j Operations Manual, System requirements (2 GB)",
    heapShare: 0.5,
  },
  {
    image: /(^|\/)cassandra$/,
    name: "Cassandra",
    size: size(1024, 4096),
    source: "Apache Cassandra, cassandra-env.sh (a heap of 1 GB in 4 GB)",
    heapShare: 0.5,
  },
  {
    image: /(^|\/)scylla$/,
    name: "ScyllaDB",
    size: size(1024, 2048),
    source: "ScyllaDB documentation, System requirements",
  },
  {
    image: /(^|\/)gitlab-(ce|ee)$/,
    name: "GitLab",
    size: size(2048, 8192),
    source: "GitLab Docs, Installation requirements (8 GB)",
  },
  {
    image: /(^|\/)sonarqube$/,
    name: "SonarQube",
    size: size(1024, 4096),
    source: "SonarQube Server, Server host requirements (4 GB)",
    heapShare: 0.5,
  },
  {
    image: /(^|\/)solr$/,
    name: "Solr",
    size: size(512, 2048),
    source: "Apache Solr, Taking Solr to production (a heap of 512 MB, and as much for the index)",
    heapShare: 0.5,
  },
  {
    image: /(^|\/)pinot$/,
    name: "Pinot",
    size: size(1024, 4096),
    source: "Apache Pinot, Running Pinot in Docker",
    heapShare: 0.7,
  },
  {
    image: /(^|\/)druid$/,
    name: "Druid",
    size: size(1024, 4096),
    source: "Apache Druid, Docker tutorial (6 GB for all of it)",
    heapShare: 0.6,
  },
  {
    image: /(^|\/)(trino|presto)$/,
    name: "Trino",
    size: size(2048, 8192),
    source: "Trino documentation, Deploying Trino",
    heapShare: 0.7,
  },
  {
    image: /(^|\/)flink$/,
    name: "Flink",
    size: size(512, 2048),
    source: "Apache Flink, Set up memory (1600 and 1728 MB of a process)",
  },
  {
    image: /(^|\/)spark$/,
    name: "Spark",
    size: size(512, 2048),
    source: "Apache Spark, Configuration (1 GB for a driver, 1 GB for an executor)",
  },
  {
    image: /(^|\/)nexus3$/,
    name: "Nexus",
    size: size(1024, 4096),
    source: "Sonatype, Nexus Repository System Requirements (a heap of 2703 MB)",
    heapShare: 0.7,
  },
  {
    image: /(^|\/)jenkins$/,
    name: "Jenkins",
    size: size(512, 2048),
    source: "Jenkins, Hardware Recommendations",
    heapShare: 0.7,
  },
  {
    image: /(^|\/)metabase$/,
    name: "Metabase",
    size: size(512, 2048),
    source: "Metabase documentation, Running Metabase in production (2 GB)",
    heapShare: 0.7,
  },
  {
    image: /(^|\/)graylog$/,
    name: "Graylog",
    size: size(512, 2048),
    source: "Graylog documentation, Docker installation (a heap of 1 GB)",
    heapShare: 0.6,
  },
  {
    image: /(^|\/)airflow$/,
    name: "Airflow",
    size: size(512, 2048),
    source: "Apache Airflow, Running Airflow in Docker (4 GB for all of it)",
  },
  {
    image: /(^|\/)milvus$/,
    name: "Milvus",
    size: size(2048, 8192),
    source: "Milvus documentation, Requirements for Installing Milvus with Docker (8 GB)",
  },
  {
    image: /(^|\/)minecraft-server$/,
    name: "a Minecraft server",
    size: size(1024, 2048),
    source: "itzg/minecraft-server, Memory limit (a heap of 1 GB)",
    heapShare: 0.6,
  },
  {
    image: /(^|\/)ollama$/,
    name: "Ollama",
    size: size(4096, 8192),
    source: "Ollama, README (8 GB for a model of 7 billion parameters)",
  },
  {
    image:
      /(^|\/)(eclipse-temurin|openjdk|amazoncorretto|ibm-semeru-runtimes|sapmachine|zulu-openjdk(-alpine)?|liberica-(openjdk|runtime)[a-z-]*|tomcat|jetty|wildfly|jboss|payara|open-liberty|gradle|maven|java(17|21|25)?(-debian\d*)?)$/,
    name: "a Java virtual machine",
    size: size(512, 1024),
    source: "Java documentation, the java command (MaxRAMPercentage: the heap is a quarter of the memory)",
    heapShare: 0.7,
  },
];

/** @returns `undefined` where the least size is not known to be too small */
export function knownSize({ path }: ImageName): KnownSize | undefined {
  return knownSizes.find(({ image }) => image.test(path));
}
