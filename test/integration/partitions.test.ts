/** A plan names no partition but the region's, whatever the partition. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cd } from "../support/cd";

const compose = (policy: string): string => `
name: internal-tools
services:
  web:
    image: "nginx:1"
    ports: ["80:80"]
    volumes: ["data:/data"]
    x-policies: ["${policy}"]
  api: { build: ., ports: ["81:81"], environment: [TOKEN] }
  db: { image: "postgres:16", x-postgres: true, environment: { POSTGRES_PASSWORD: } }
  cache: { image: "redis:8", x-redis: true }
volumes: { data: {} }
`;

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "berth-partitions-"));
});

afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

test.each([
  ["eu-west-1", "aws", "amazonaws.com"],
  ["us-gov-west-1", "aws-us-gov", "amazonaws.com"],
  ["cn-north-1", "aws-cn", "amazonaws.com.cn"],
  ["us-iso-east-1", "aws-iso", "c2s.ic.gov"],
  ["eusc-de-east-1", "aws-eusc", "amazonaws.eu"],
])("%s: every ARN is of %s, every registry of %s", async (region, partition, suffix) => {
  mkdirSync(join(home, "shop"));
  writeFileSync(join(home, "shop/compose.yaml"), compose(`arn:${partition}:iam::aws:policy/ReadOnlyAccess`));
  writeFileSync(join(home, "shop/Dockerfile"), "FROM scratch\n");
  const plan = join(home, "plan.json");
  const ran = await cd(["up", "--simulate", "--plan", plan], {
    env: { HOME: home, AWS_REGION: region },
    cwd: join(home, "shop"),
  });
  expect([ran.code, ran.code === 0 ? "" : ran.stderr]).toEqual([0, ""]);
  const text =
    readFileSync(plan, "utf8") +
    readFileSync(join(home, ".berth/simulator/internal-tools/dev.state.json"), "utf8");
  expect(new Set([...text.matchAll(/arn:(aws[a-z-]*):/g)].map(([, id]) => id))).toEqual(new Set([partition]));
  const registries = [...text.matchAll(/dkr\.ecr\.[a-z0-9-]+\.([a-z0-9.]+)/g)].map(([, found]) => found);
  expect(new Set(registries)).toEqual(new Set([suffix]));
});
