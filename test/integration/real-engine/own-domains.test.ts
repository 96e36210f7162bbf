/** Domains of services' own on the real engine: what is looked up in the account, and the same plan as the simulator's. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeWithPulumi } from "../../support/engine";
import { downOnBoth, upOnBoth } from "./up-on-both";
import { realWorld, type RealWorld } from "./world";

const project = `name: todo
x-berth: { delegatedZone: true }
services:
  web:
    image: nginx:1.29
    ports: ["80"]
    x-domains:
      - www.shop.com
      - "*.shop.com"
      - { name: shop.com, redirect: www.shop.com }
      - www.away.example
      - blog.shop.com
    x-sticky: 1h
  api:
    image: nginx:1.29
    ports: ["8080:80"]
    x-domains: [www.shop.com]
    x-path: { prefix: /api, strip: true }
`;

describeWithPulumi("services under domains of their own", () => {
  let world: RealWorld;
  let folder: string;
  beforeAll(async () => {
    world = await realWorld();
    folder = join(world.folder, "own-domains");
    mkdirSync(folder);
    writeFileSync(join(folder, "compose.yaml"), project);
  });
  afterAll(() => {
    world.close();
  });

  test.each([
    ["without a domain of the project", {}],
    ["beside a domain of the project", { BERTH_DOMAIN: "apps.example.com" }],
  ])("%s: the same plan on both engines, and all of it goes again", async (_, env) => {
    const { ran: real } = await upOnBoth(world, folder, env);
    expect(real.result.endpoints).toMatchObject({
      web: "https://www.shop.com",
      api: "https://www.shop.com/api",
    });
    expect(real.result.outputs["pendingDomains"]).toEqual(["www.away.example"]);
    expect(real.result.outputs["dnsRecords"]).toHaveLength(2);
    // A domain that waits for its record is looked up anew in every run.
    const again = await world.real(["up", folder], env);
    expect(again.result).toMatchObject({
      outcome: "unchanged",
      changes: { create: 0, update: 0, delete: 0 },
    });
    expect(again.stderr).not.toContain("Nothing changed");
    // ACM has waited for three days: the engine makes another certificate, and deletes this one.
    const type = "aws:acm/certificate:Certificate";
    const waiting = () =>
      world.cloud.all(type).filter(({ outputs }) => outputs["domainName"] === "www.away.example");
    const [late] = waiting();
    await world.cloud.change(type, late?.id ?? "", { status: "VALIDATION_TIMED_OUT" });
    const mended = await world.real(["up", folder], env);
    expect(mended.stderr).toContain("www.away.example is never issued (VALIDATION_TIMED_OUT)");
    expect(mended.result).toMatchObject({ outcome: "succeeded", changes: { replace: 1 } });
    expect(waiting().map(({ id, outputs }) => [id === late?.id, outputs["status"]])).toEqual([
      [false, "PENDING_VALIDATION"],
    ]);
    await downOnBoth(world, folder, env);
  });
});
