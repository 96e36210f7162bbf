/** Logins of private registries, of Parameter Store and of Secrets Manager, on both engines. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Ran } from "../../support/cd";
import { describeWithPulumi } from "../../support/engine";
import { readPlan, realWorld, type RealWorld } from "./world";

const arn = "arn:aws:secretsmanager:eu-west-1:210987654321:secret:team/ghcr-AbC123";
const ecr = "210987654321.dkr.ecr.eu-west-1.amazonaws.com/team/tools:1";

const compose = (login: string): string => `name: todo
services:
  web:
    image: registry.example.com/team/web:1
    x-registry-credentials: ${login}
  app:
    build:
      dockerfile_inline: |
        FROM ${ecr} AS tools
        FROM ghcr.io/team/base:1
        COPY --from=tools /x /x
      x-registry-credentials: {ghcr.io: "${arn}"}
`;

function scenarios(runOf: (world: RealWorld) => (argv: readonly string[]) => Promise<Ran>): void {
  test("a service goes from its own secret to one of Secrets Manager, and a build reads one", async () => {
    const world = await realWorld();
    try {
      const run = runOf(world);
      const plan = join(world.folder, "plan.json");
      const up = async (login: string) => {
        writeFileSync(join(world.project, "compose.yaml"), compose(login));
        const { code, stderr } = await run(["up", "--plan", plan]);
        expect([code, code === 0 ? "" : stderr]).toEqual([0, ""]);
        const steps = readPlan(plan).resources;
        return (type: string, name: string) =>
          steps.find((step) => step.type.endsWith(`:${type}`) && step.name === name);
      };
      const first = await up("REGISTRY");
      expect(first("Secret", "web-registry")?.op).toBe("create");
      expect(first("Parameter", "app/build/registries")?.op).toBe("create");
      expect(JSON.stringify(first("RolePolicy", "kaniko-task-role")?.inputs)).toContain(
        "arn:aws:ecr:eu-west-1:210987654321:repository/team/tools",
      );

      const second = await up("secretsmanager:team/web");
      expect(second("Secret", "web-registry")?.op).toBe("delete");
      expect(JSON.stringify(second("RolePolicy", "web-registry")?.inputs)).toContain(
        "secret:team/web-??????",
      );
      expect(JSON.stringify(second("TaskDefinition", "web")?.inputs)).toContain("team/web");
      expect((await run(["up", "--force"])).result).toMatchObject({ outcome: "unchanged" });
      const down = await run(["down"]);
      expect([down.code, down.code === 0 ? "" : down.stderr]).toEqual([0, ""]);
    } finally {
      world.close();
    }
  });
}

describe("on the simulator", () => {
  scenarios((world) => (argv) => world.simulated(argv));
});

describeWithPulumi("on the real engine", () => {
  scenarios((world) => (argv) => world.real(argv));
});
