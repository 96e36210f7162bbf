/** Zones of other accounts on the real engine: providers of their own, known by their roles, and the simulator's plan. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeWithPulumi } from "../../support/engine";
import { downOnBoth, upOnBoth } from "./up-on-both";
import { realWorld, type RealWorld } from "./world";

const shops = "arn:aws:iam::321098765432:role/shop-dns";

const project = `name: todo
services:
  web:
    image: nginx:1.29
    ports: ["80"]
    x-domains:
      - { name: www.shop.com, zone-role: "${shops}" }
      - blog.own.com
`;

const env = {
  BERTH_DOMAIN: "corp.com",
  BERTH_HOSTED_ZONE_ROLE_ARN: "arn:aws:iam::210987654321:role/berth-dns",
};

describeWithPulumi("zones of other accounts", () => {
  let world: RealWorld;
  let folder: string;
  beforeAll(async () => {
    world = await realWorld();
    folder = join(world.folder, "cross-account-zones");
    mkdirSync(folder);
    writeFileSync(join(folder, "compose.yaml"), project);
  });
  afterAll(() => {
    world.close();
  });

  const accounts = () =>
    world.cloud
      .all("aws:route53/record:Record")
      .map(
        ({ outputs }) =>
          `${String(outputs["name"])} ${/^Z9(\d{12})/.exec(String(outputs["zoneId"]))?.[1] ?? "own"}`,
      );

  test("the same plan on both engines; another role replaces nothing; all of it goes again", async () => {
    const { ran } = await upOnBoth(world, folder, env);
    expect(ran.result.endpoints).toEqual({ web: "https://www.shop.com" });
    expect(accounts()).toEqual(
      expect.arrayContaining([
        "www.shop.com 321098765432",
        "web.todo.corp.com 210987654321",
        "blog.own.com own",
      ]),
    );
    const renamed = { ...env, BERTH_HOSTED_ZONE_ROLE_ARN: `${env.BERTH_HOSTED_ZONE_ROLE_ARN}-2` };
    const again = await upOnBoth(world, folder, renamed);
    expect(again.ran.result.changes).toMatchObject({ create: 0, replace: 0, delete: 0 });
    await downOnBoth(world, folder, renamed);
  });
});
