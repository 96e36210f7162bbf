import { interpretProject } from "../../../src/interpret";
import { canonicalOf, corpusFiles } from "../../support/corpus";

/** A project's services in dependency order with their kinds, or the paths that are refused. */
function outcome(file: string): string {
  const result = interpretProject(canonicalOf(file));
  if (!result.ok) return `refused: ${result.problems.map(({ path }) => path).join(" ")}`;
  return result.project.services
    .map((service) => {
      if (service.kind !== "container") return `${service.name}:${service.kind}`;
      return service.lifecycle === "task" ? `${service.name}:task` : service.name;
    })
    .join(" ");
}

const outcomes: Readonly<Record<string, string>> = {
  "awesome-compose/angular/compose.yaml": "web",
  "awesome-compose/aspnet-mssql/compose.yaml": "db web",
  "awesome-compose/django/compose.yaml": "web",
  "awesome-compose/elasticsearch-logstash-kibana/compose.yaml": "elasticsearch kibana logstash",
  "awesome-compose/fastapi/compose.yaml": "api",
  "awesome-compose/gitea-postgres/compose.yaml": "db gitea",
  "awesome-compose/minecraft/compose.yaml": "refused: services.minecraft.volumes[0]",
  "awesome-compose/nextcloud-postgres/compose.yaml": "db nc",
  "awesome-compose/nginx-flask-mongo/compose.yaml": "mongo backend web",
  "awesome-compose/nginx-flask-mysql/compose.yaml": "refused: secrets.db-password.file",
  "awesome-compose/nginx-wsgi-flask/compose.yaml": "flask-app nginx-proxy",
  "awesome-compose/pihole-cloudflared-DoH/compose.yaml":
    "refused: services.cloudflared.networks.dns-net.ipv4_address services.pihole.volumes[0] services.pihole.volumes[1] services.pihole.cap_add[0]",
  "awesome-compose/portainer/compose.yaml": "refused: services.portainer.volumes[0]",
  "awesome-compose/postgresql-pgadmin/compose.yaml": "pgadmin postgres",
  "awesome-compose/react-express-mongodb/compose.yaml": "mongo backend frontend",
  "awesome-compose/react-express-mysql/compose.yaml": "refused: secrets.db-password.file",
  "awesome-compose/sparkjava-mysql/compose.yaml": "refused: secrets.db-password.file",
  "awesome-compose/spring-postgres/compose.yaml": "refused: secrets.db-password.file",
  "awesome-compose/traefik-golang/compose.yaml": "refused: services.frontend.volumes[0]",
  "awesome-compose/wasmedge-kafka-mysql/compose.yml": "refused: services.etl.runtime services.etl.platform",
  "awesome-compose/wasmedge-mysql-nginx/compose.yml":
    "refused: services.backend.runtime services.backend.platform",
  "awesome-compose/wireguard/compose.yaml":
    "refused: services.wireguard.volumes[0] services.wireguard.volumes[1] services.wireguard.volumes[2] services.wireguard.cap_add[0] services.wireguard.cap_add[1]",
  "defang-samples/angular-express/compose.dev.yaml": "backend frontend",
  "defang-samples/angular-express/compose.yaml": "backend angular-frontend",
  "defang-samples/bullmq-bullboard-redis/compose.dev.yaml": "redisx:redis api board worker",
  "defang-samples/bullmq-bullboard-redis/compose.yaml": "redisx:redis api board worker",
  "defang-samples/django-celery/compose.dev.yaml":
    "refused: services.web.depends_on.migrate services.worker.depends_on.migrate",
  "defang-samples/django-celery/compose.yaml": "broker:redis database:postgres migrate:task web worker",
  "defang-samples/django-railpack/compose.yaml": "django",
  "defang-samples/django-redis-postgres/compose.dev.yaml": "postgres-service migrate:task redis-service app",
  "defang-samples/django-redis-postgres/compose.yaml": "postgres-service migrate:task redis-service app",
  "defang-samples/fastapi/compose.dev.yaml": "fastapi",
  "defang-samples/fastapi/compose.yaml": "fastapi",
  "defang-samples/flask-railpack/compose.yaml": "flask",
  "defang-samples/flask/compose.yaml": "flask",
  "defang-samples/golang-http-form/compose.yaml": "app",
  "defang-samples/golang-openai/compose.yaml": "app",
  "defang-samples/google-adk/compose.yaml": "agent",
  "defang-samples/hasura/compose.dev.yaml": "database:postgres hasura",
  "defang-samples/hasura/compose.yaml": "database:postgres hasura",
  "defang-samples/javalin/compose.yaml": "javalin-app",
  "defang-samples/managed-llm-provider/compose.local.yaml":
    "refused: services.llm.provider services.llm.x-defang-llm services.llm.volumes[0]",
  "defang-samples/managed-llm-provider/compose.yaml":
    "refused: services.llm.provider services.llm.x-defang-llm",
  "defang-samples/mastra-extended/compose.dev.yaml":
    "refused: services.chat.provider services.chat.x-defang-llm services.embedding.provider services.embedding.x-defang-llm",
  "defang-samples/mastra-extended/compose.yaml":
    "refused: services.chat.provider services.chat.x-defang-llm services.embedding.provider services.embedding.x-defang-llm",
  "defang-samples/mcp/compose.yaml": "service-2 service-1",
  "defang-samples/n8n/compose.dev.yaml": "postgres:postgres n8n",
  "defang-samples/n8n/compose.yaml": "postgres:postgres n8n",
  "defang-samples/nextjs-claude/compose.dev.yaml": "nextjs-claude",
  "defang-samples/nextjs-claude/compose.yaml": "nextjs-claude",
  "defang-samples/nextjs-postgres/compose.dev.yaml": "database:postgres app",
  "defang-samples/nextjs-postgres/compose.yaml": "database:postgres app",
  "defang-samples/nocodb/compose.dev.yaml": "postgres nocodb",
  "defang-samples/nocodb/compose.yaml": "nocodb",
  "defang-samples/nodejs-express/compose.yaml": "app",
  "defang-samples/nodejs-openai/compose.yaml": "app",
  "defang-samples/nodejs-react-postgres/compose.dev.yaml": "db server todo_list",
  "defang-samples/nodejs-react-postgres/compose.yaml": "server todo_list",
  "defang-samples/nodejs-rest-api/compose.yaml": "app",
  "defang-samples/nodejs-s3/compose.yaml": "app",
  "defang-samples/ollama/compose.yaml": "ollama ui",
  "defang-samples/python-form/compose.yaml": "app",
  "defang-samples/python-openai/compose.yaml": "app",
  "defang-samples/python-s3/compose.yaml": "app",
  "defang-samples/rocket/compose.yaml": "app",
  "defang-samples/sailsjs-postgres/compose.dev.yaml": "app db",
  "defang-samples/sailsjs-postgres/compose.yaml": "app",
  "defang-samples/sailsjs/compose.dev.yaml": "sails",
  "defang-samples/sailsjs/compose.yaml": "sails",
  "defang-samples/svelte-mysql/compose.yaml": "db app",
  "defang-samples/vllm/compose.yaml": "mistral ui",
};

describe("the corpus", () => {
  test("is whole", () => {
    expect(corpusFiles()).toEqual(Object.keys(outcomes));
  });

  test.each(corpusFiles())("%s", (file) => {
    expect(outcome(file)).toBe(outcomes[file]);
  });

  test.each(corpusFiles())("%s: every key has a verdict, every problem a place", (file) => {
    const result = interpretProject(canonicalOf(file));
    if (result.ok) {
      const told = new Set(result.project.warnings.map(({ path }) => path));
      const { coverage } = result.project;
      expect(coverage.length).toBeGreaterThan(0);
      expect(new Set(coverage.map(({ path }) => path)).size).toBe(coverage.length);
      expect(coverage.filter(({ verdict }) => verdict === "refused")).toEqual([]);
      expect(new Set(coverage.filter(({ verdict }) => verdict === "warned").map(({ path }) => path))).toEqual(
        told,
      );
    } else {
      for (const problem of result.problems) {
        expect(problem).toEqual({
          path: expect.stringMatching(/^(services|secrets)\./) as string,
          message: expect.stringMatching(/\S/) as string,
          hint: expect.stringMatching(/\S/) as string,
          location: { file, line: 1, column: 1 },
        });
      }
    }
  });
});
