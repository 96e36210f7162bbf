/** `berth restart` and `berth scale` on the simulator: what they do, what they refuse, and what the next `up` does. */
import { runsOf } from "../../../src/app/stack/runs";
import { RunningShop, shopFile } from "../../support/running-shop";

let shop: RunningShop;

beforeEach(async () => {
  shop = new RunningShop();
  const { code, stderr } = await shop.run("up");
  expect([code, code === 0 ? "" : stderr]).toEqual([0, ""]);
});

afterEach(() => {
  shop.remove();
});

describe("restart", () => {
  test("starts the tasks of the named services anew, is in the history, and leaves nothing to do", async () => {
    const { code, stderr } = await shop.run("restart web worker");
    expect([code, stderr]).toEqual([
      0,
      "web: its tasks are replaced by new ones\nworker: its tasks are replaced by new ones\n",
    ]);
    const [newest] = await runsOf(shop.texts, { project: "shop", stack: "dev" });
    expect(newest).toMatchObject({
      command: "restart",
      outcome: "succeeded",
      what: ["web: its tasks are replaced by new ones", "worker: its tasks are replaced by new ones"],
    });
    const up = await shop.run("up");
    expect(up.stderr).toContain("Nothing changed since the last deployment");
  });

  test("of all services, as a line of JSON", async () => {
    const { code, stdout } = await shop.run("restart --json");
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      {
        command: "restart",
        project: "shop",
        stack: "dev",
        outcome: "succeeded",
        waited: true,
        what: ["auto", "web", "worker"].map((name) => `${name}: its tasks are replaced by new ones`),
      },
    ]);
  });

  test("a service that does not become steady is a failure, told as up tells it, and the next up looks at it", async () => {
    const { code, stderr } = await shop.run("restart web", { faults: "web=crash-loop" });
    expect(code).toBe(5);
    expect(stderr).toMatch(/services\.web: the program ended with exit code 1 \(\d tasks so far\)/);
    expect(stderr).toContain("last lines of the log:");
    const up = await shop.run("up");
    expect([up.code, up.stderr]).toEqual([
      0,
      expect.stringMatching(
        /^web was not seen steady after berth restart \(.*\): it is looked at$/m,
      ) as string,
    ]);
    expect((await shop.run("up")).stderr).toContain("Nothing changed");
  });

  test.each(["-d", "--detach", "--no-wait"])("%s leaves at once", async (option) => {
    const { code, stderr } = await shop.run(`restart web ${option}`, { faults: "web=crash-loop" });
    expect([code, stderr]).toEqual([
      0,
      "web: its tasks are replaced by new ones\nECS goes on by itself: berth ps shows how far it is\n",
    ]);
    expect((await shop.journal()).failed).toHaveProperty("web");
  });

  test("what is no service is refused, each with what to do", async () => {
    const { code, stderr } = await shop.run("restart wbe migrate db");
    expect([code, stderr]).toEqual([
      2,
      [
        "error: wbe: no such service runs",
        "  fix: did you mean web?",
        "error: migrate: it is a one-off task: ECS does not keep it running",
        "  fix: berth run migrate runs it once more, and so does the next berth up",
        "error: db: it is a managed store (postgres), not a service of ECS",
        "  fix: a database restarts with aws rds reboot-db-instance; berth ps shows its id",
        "",
      ].join("\n"),
    ]);
    expect(await runsOf(shop.texts, { project: "shop", stack: "dev" })).toHaveLength(1);
  });

  test("while another run holds the stack it is refused, and changes nothing", async () => {
    const leases = "leases/shop/dev";
    const [held = ""] = await shop.texts.list(leases);
    const number = Number(/\/(\d+)\.json$/.exec(held)?.[1]) + 1;
    const now = new Date().toISOString();
    const holder = {
      id: "x",
      host: "elsewhere",
      machine: "another",
      pid: 1,
      processStart: "0",
      command: "up",
    };
    const record = { holder: { ...holder, version: "1", since: now, heartbeat: now }, after: [] };
    await shop.texts.create(`${leases}/${number}.json`, JSON.stringify(record));
    const { code, stderr } = await shop.run("restart web");
    expect([code, stderr]).toEqual([
      6,
      expect.stringMatching(
        /shop\/dev: the stack is locked by berth-cd up .* on elsewhere[^]*cancel/,
      ) as string,
    ]);
    expect((await shop.journal()).failed).toEqual({});
  });

  test("of a stack that isn't there", async () => {
    const { code, stderr } = await shop.run("restart --stack prod");
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('no service runs of the stack "prod" of project "shop"') as string,
    ]);
  });
});

describe("scale", () => {
  test("gives a service another number of tasks, which an unchanged up keeps", async () => {
    const { code, stderr } = await shop.run("scale web=3 worker=0");
    expect([code, stderr]).toEqual([0, "web: 1 → 3 tasks\nworker: 2 → 0 tasks\n"]);
    const up = await shop.run("up");
    expect(up.stderr).toContain("web keeps 3 tasks, as berth scale says; the file says 1");
    expect(up.stderr).toContain("Nothing changed since the last deployment");
    const again = await shop.run("scale web=3");
    expect([again.code, again.stderr]).toEqual([
      0,
      "web: nothing to change, its number of tasks is 3\nNothing to change\n",
    ]);
  });

  test("other changes of the file keep it; another number of tasks in the file ends it", async () => {
    await shop.run("scale web=3");
    shop.write(shopFile.replace("nginx:1.27\n    ports", "nginx:1.28\n    ports"));
    const kept = await shop.run("up");
    expect([kept.code, kept.stderr]).toEqual([
      0,
      expect.stringContaining("web: updated, 3 of 3 running") as string,
    ]);
    expect((await shop.run("preview")).stderr).not.toContain("replicas");
    shop.write(shopFile.replace('ports: ["80:80"]', 'ports: ["80:80"]\n    deploy: {replicas: 2}'));
    const ended = await shop.run("up");
    expect(ended.stderr).toContain(
      "web: the file has another number of tasks now, so berth scale web=3 ends",
    );
    expect(ended.stderr).toContain("web: updated, 2 of 2 running");
    expect((await shop.journal()).scaled).toEqual({});
    expect((await shop.run("up")).stderr).not.toContain("scale");
  });

  test("a number that the state never saw ends as well: the state is compared with AWS first", async () => {
    await shop.run("scale web=3");
    shop.write(shopFile.replace("sleep, 1d", "sleep, 2d"));
    await shop.run("up");
    await shop.run("scale web=5");
    shop.write(shopFile.replace('ports: ["80:80"]', 'ports: ["80:80"]\n    deploy: {replicas: 3}'));
    expect((await shop.run("up")).stderr).toContain("web: updated, 3 of 3 running");
  });

  test.each([
    ["scale auto=3", "auto: its number of tasks follows its load (2 to 4), and would be changed back"],
    ["scale db=2", "db: it is a managed store (postgres), not a service of ECS"],
    ["scale web", '"web": it is not SERVICE=N'],
    ["scale web=-1", '"web=-1": it is not SERVICE=N'],
    ["scale web=1 web=2", '"web=2": web is named twice'],
    ["scale web=5001", '"web=5001": ECS runs 5000 tasks of a service at most'],
  ])("%s is refused", async (line, message) => {
    const { code, stderr } = await shop.run(line);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`error: ${message}\n  fix: `) as string]);
    expect((await shop.journal()).scaled).toEqual({});
  });
});
