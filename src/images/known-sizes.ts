/**
 * Images that need more than the least size, as of 2026-11. A row has what the product's own documentation asks for where
 * little is to be done; its page is named beside it.
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

/** Images with a JVM, and with little more than that. */
const java = String.raw`(eclipse-temurin|openjdk|amazoncorretto|ibm-semeru-runtimes|sapmachine|zulu-openjdk(-alpine)?|liberica-(openjdk|runtime)[a-z-]*|tomcat|jetty|wildfly|jboss|payara|open-liberty|gradle|maven|java(17|21|25)?(-debian\d*)?)`;

/** A row for each, with two spaces or more between its columns. */
const table = `
name                     cpu  memory  heap  image                                         source
Elasticsearch           1024    4096   0.5  elasticsearch                                 Elastic Docs, Start a single-node cluster in Docker (4 GB); heap at most half of the memory
OpenSearch              1024    4096   0.5  opensearch                                    OpenSearch documentation, Installing OpenSearch using Docker (4 GB)
Kibana                   512    2048     -  kibana                                        Elastic Docs, Kibana memory settings
OpenSearch Dashboards    512    1024     -  opensearch-dashboards                         OpenSearch documentation, Docker
Logstash                 512    2048   0.6  logstash(-oss)?                               Elastic Docs, Logstash JVM settings (a heap of 1 GB)
Kafka                    512    2048   0.6  (kafka|cp-kafka|cp-server|confluent-local|kafka-native)  Apache Kafka, bin/kafka-server-start.sh (a heap of 1 GB)
ZooKeeper                256    1024   0.6  (zookeeper|cp-zookeeper)                      Apache ZooKeeper, bin/zkEnv.sh (a heap of 1000 MB at most)
Redpanda                1024    2048     -  redpanda                                      Redpanda documentation, Deployment requirements (2 GB for a core)
Pulsar                  1024    4096   0.5  pulsar                                        Apache Pulsar, conf/pulsar_env.sh (2 GB of heap, 4 GB beside it)
ClickHouse              1024    4096     -  clickhouse(-server)?                          ClickHouse documentation, Sizing and hardware recommendations
Keycloak                 512    2048   0.7  keycloak                                      Keycloak, Concepts for sizing CPU and memory resources (1250 MB; the heap is 70 %)
SQL Server              1024    4096     -  (mssql/server|azure-sql-edge)                 Microsoft, SQL Server on Linux, System requirements (it stops below 2000 MB)
Oracle Database         1024    4096     -  (oracle-xe|oracle-free|database/(free|express))  Oracle, Database Free, Installation Guide (2 GB)
Neo4j                    512    2048   0.5  neo4j                                         Neo4j Operations Manual, System requirements (2 GB)
Cassandra               1024    4096   0.5  cassandra                                     Apache Cassandra, cassandra-env.sh (a heap of 1 GB in 4 GB)
ScyllaDB                1024    2048     -  scylla                                        ScyllaDB documentation, System requirements
GitLab                  2048    8192     -  gitlab-(ce|ee)                                GitLab Docs, Installation requirements (8 GB)
SonarQube               1024    4096   0.5  sonarqube                                     SonarQube Server, Server host requirements (4 GB)
Solr                     512    2048   0.5  solr                                          Apache Solr, Taking Solr to production (a heap of 512 MB, and as much for the index)
Pinot                   1024    4096   0.7  pinot                                         Apache Pinot, Running Pinot in Docker
Druid                   1024    4096   0.6  druid                                         Apache Druid, Docker tutorial (6 GB for all of it)
Trino                   2048    8192   0.7  (trino|presto)                                Trino documentation, Deploying Trino
Flink                    512    2048     -  flink                                         Apache Flink, Set up memory (1600 and 1728 MB of a process)
Spark                    512    2048     -  spark                                         Apache Spark, Configuration (1 GB for a driver, 1 GB for an executor)
Nexus                   1024    4096   0.7  nexus3                                        Sonatype, Nexus Repository System Requirements (a heap of 2703 MB)
Jenkins                  512    2048   0.7  jenkins                                       Jenkins, Hardware Recommendations
Metabase                 512    2048   0.7  metabase                                      Metabase documentation, Running Metabase in production (2 GB)
Graylog                  512    2048   0.6  graylog                                       Graylog documentation, Docker installation (a heap of 1 GB)
Airflow                  512    2048     -  airflow                                       Apache Airflow, Running Airflow in Docker (4 GB for all of it)
Milvus                  2048    8192     -  milvus                                        Milvus documentation, Requirements for Installing Milvus with Docker (8 GB)
a Minecraft server      1024    2048   0.6  minecraft-server                              itzg/minecraft-server, Memory limit (a heap of 1 GB)
Ollama                  4096    8192     -  ollama                                        Ollama, README (8 GB for a model of 7 billion parameters)
a Java virtual machine   512    1024   0.7  ${java}                                       Java documentation, the java command (MaxRAMPercentage: the heap is a quarter of the memory)
`;

export const knownSizes: readonly KnownSize[] = table
  .trim()
  .split("\n")
  .slice(1)
  .map((row) => {
    const [name = "", cpu, memory, heap, image = "", source = ""] = row.trim().split(/ {2,}/);
    const size = { cpu: Number(cpu), memory: Number(memory) };
    return {
      image: new RegExp(`(^|/)${image}$`),
      ...{ name, size, source },
      ...(heap === "-" ? {} : { heapShare: Number(heap) }),
    };
  });

/** @returns `undefined` where the least size is not known to be too small */
export function knownSize({ path }: ImageName): KnownSize | undefined {
  return knownSizes.find(({ image }) => image.test(path));
}
