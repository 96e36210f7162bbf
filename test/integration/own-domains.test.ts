/** A domain whose zone is not in the account, from its first run to the one after somebody has set its record. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Plan } from "../../src/app/plan";
import { systemClock } from "../../src/wiring/clock";
import type { SimulatedAws } from "../../src/simulator/cloud/aws";
import { SimulatorEngine } from "../../src/simulator/engine/engine";
import { cd, type Ran } from "../support/cd";
import { Workspace } from "../support/archives";
import { make } from "../support/simulated-world";

const workspace = new Workspace();
afterAll(() => {
  workspace.remove();
});

const project = `name: shop
services:
  web:
    image: nginx:1.29
    ports: ["80"]
    x-domains: [www.shop.example]
`;

function run(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  return cd([...argv, "--simulate"], { env: { HOME: workspace.path, ...env }, cwd: workspace.path });
}

/** Sets the record that proves the domain, as its owner would. */
async function prove(): Promise<void> {
  const engine = new SimulatorEngine({
    stateDirectory: join(workspace.path, ".berth/simulator"),
    region: "us-east-1",
    clock: systemClock,
  });
  const cloud = engine.cloud({ project: "shop", stack: "dev" });
  const [certificate] = cloud.all("aws:acm/certificate:Certificate");
  const options = certificate?.outputs["domainValidationOptions"] as Record<string, string>[];
  const { resourceRecordName: name, resourceRecordType: type, resourceRecordValue } = options[0] ?? {};
  await make(cloud, "aws:route53/record:Record", "elsewhere", {
    zoneId: "Z0ELSEWHERE",
    name,
    type,
    ttl: 60,
    records: [resourceRecordValue],
  });
}

test("its records are told until they are set; then the load balancer takes the certificate", async () => {
  writeFileSync(join(workspace.path, "compose.yaml"), project);
  const first = await run(["up"]);
  expect(first.code).toBe(0);
  expect(first.stdout).toMatch(/^_\S+\.www\.shop\.example\. +CNAME +_\S+\.acm-validations\.aws\.$/m);
  expect(first.stdout).toMatch(/^www\.shop\.example +CNAME or ALIAS +\S+\.elb\.amazonaws\.com$/m);

  // Nothing has changed here, but somebody may have set the record meanwhile: no short cut.
  const again = await run(["up", "--json"]);
  expect(again.stderr).not.toContain("Nothing changed");
  expect(again.result.outcome).toBe("unchanged");
  expect(again.result.outputs["pendingDomains"]).toEqual(["www.shop.example"]);

  await prove();
  const proved = await run(["up", "--json"]);
  expect(proved.result).toMatchObject({
    outcome: "succeeded",
    endpoints: { web: "https://www.shop.example" },
  });
  expect(proved.result.outputs["pendingDomains"]).toEqual([]);
  expect((await run(["up"])).stderr).toContain("Nothing changed");
  expect((await run(["down"])).code).toBe(0);
});

test("a domain of the project that no zone of the account holds is refused", async () => {
  writeFileSync(join(workspace.path, "compose.yaml"), project);
  const { code, stderr } = await run(["preview"], { BERTH_DOMAIN: "apps.shop.example" });
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /BERTH_DOMAIN: "apps\.shop\.example": this account has no public hosted zone that contains it/,
  );
});

test("a name that no certificate can begin with is told before anything is made", async () => {
  const long = `${"a".repeat(60)}.shop.example`;
  writeFileSync(join(workspace.path, "compose.yaml"), project.replace("www.shop.example", long));
  const { code, stderr } = await run(["up"]);
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /services\.web\.x-domains\[0\]: .*at most 64 characters, and a+\.shop\.example has 73/,
  );
  expect(stderr).toContain("name a shorter one beside it");
});

test("more rules than a load balancer takes are told before anything is made", async () => {
  const names = Array.from({ length: 101 }, (_, n) => `n${n}.shop.com`);
  writeFileSync(
    join(workspace.path, "compose.yaml"),
    project.replace("[www.shop.example]", JSON.stringify(names)).replace("name: shop", "name: crowded"),
  );
  const { code, stderr } = await run(["up"]);
  expect(code).toBe(3);
  expect(stderr).toMatch(/services\.web\.x-domains: 102 rules of the load balancer.*it takes 100/);
  expect(stderr).toContain("--quota-code L-7EED9B64 --desired-value 102");
});

test("names that come and go replace no certificate of those that stay", async () => {
  const named = (...names: readonly string[]): void => {
    writeFileSync(
      join(workspace.path, "compose.yaml"),
      project.replace("[www.shop.example]", JSON.stringify(names)).replace("name: shop", "name: growing"),
    );
  };
  /** @returns what is replaced or deleted, by type and name */
  const grown = async (...names: readonly string[]): Promise<readonly string[]> => {
    named(...names);
    const ran = await run(["up", "--json", "--plan", join(workspace.path, "plan.json")]);
    expect([ran.code, ran.stderr]).toEqual([0, ran.stderr]);
    expect(ran.result.endpoints).toEqual({ web: `https://${names[0] ?? ""}` });
    const { resources } = JSON.parse(readFileSync(join(workspace.path, "plan.json"), "utf8")) as Plan;
    return resources
      .filter(({ op }) => op === "replace" || op === "delete")
      .map(({ op, type, name }) => `${op} ${type.split(":").at(-1) ?? ""} ${name}`);
  };
  expect(await grown("www.shop.com", "shop.com")).toEqual([]);
  expect(await grown("blog.shop.com", "www.shop.com", "*.shop.com", "shop.com")).toEqual([]);
  // The name goes out of its certificate, and no other one is touched.
  expect(await grown("blog.shop.com", "www.shop.com", "shop.com")).toEqual([
    ...["replace Certificate blog.shop.com", "replace CertificateValidation blog.shop.com"],
    "replace ListenerCertificate https-blog.shop.com",
    ...["delete ListenerRule web-*.shop.com", "delete Record *.shop.com"],
  ]);
  expect((await run(["down"], { BERTH_PROJECT: "growing" })).code).toBe(0);
});

describe("a certificate that is never issued", () => {
  const type = "aws:acm/certificate:Certificate";
  const cloudOf = (name: string): SimulatedAws =>
    new SimulatorEngine({
      stateDirectory: join(workspace.path, ".berth/simulator"),
      region: "us-east-1",
      clock: systemClock,
    }).cloud({ project: name, stack: "dev" });
  const write = (name: string, domain: string): void => {
    const text = project.replace("www.shop.example", domain).replace("name: shop", `name: ${name}`);
    writeFileSync(join(workspace.path, "compose.yaml"), text);
  };

  test("for a CAA record is told with the record; once that is set, the next run asks for another", async () => {
    // The stack stands already: nothing else is under way where the certificate fails.
    write("refused", "");
    expect((await run(["up"])).code).toBe(0);
    write("refused", "www.shop.com");
    const caa = (value: string): Promise<unknown> =>
      make(cloudOf("refused"), "aws:route53/record:Record", "caa", {
        ...{ zoneId: "Z0ELSEWHERE", name: "shop.com", type: "CAA", ttl: 60 },
        records: [value],
      });
    await caa('0 issue "letsencrypt.org"');
    const failed = await run(["up"]);
    expect(failed.code).toBe(5);
    expect(failed.stderr).toMatch(
      /last error: CAA_ERROR[\s\S]*CAA 0 issue "amazon\.com"[\s\S]*run berth up again/,
    );

    // Nothing has changed: it fails as before, with another certificate.
    expect((await run(["up"])).stderr).toContain("CAA_ERROR");
    await cloudOf("refused").delete("aws:route53/record:Record", "Z0ELSEWHERE_shop.com_CAA");
    const mended = await run(["up", "--json"]);
    expect(mended.stderr).toMatch(
      /certificate of www\.shop\.com is never issued \(FAILED: CAA_ERROR\): another/,
    );
    expect(mended.result).toMatchObject({
      outcome: "succeeded",
      endpoints: { web: "https://www.shop.com" },
    });
    expect(cloudOf("refused").all(type)).toHaveLength(1);
    expect((await run(["up"])).stderr).toContain("Nothing changed");
    expect((await run(["down"])).code).toBe(0);
  });

  test("for want of its record within 72 hours gives way to another, which waits for the same record", async () => {
    write("late", "www.late.example");
    const recordOf = ({ result }: Ran): unknown => result.outputs["dnsRecords"];
    const first = await run(["up", "--json"]);
    const [certificate] = cloudOf("late").all(type);
    await cloudOf("late").change(type, certificate?.id ?? "", { status: "VALIDATION_TIMED_OUT" });
    // A run of a part replaces no certificate, so it speaks of none.
    const part = await run(["up", "--target", "web", "--json"]);
    expect([part.code, part.stderr]).toEqual([0, expect.not.stringContaining("never issued")]);
    const second = await run(["up", "--json"]);
    expect(second.stderr).toMatch(/never issued \(VALIDATION_TIMED_OUT\): another one takes its place/);
    expect(second.result.outputs["pendingDomains"]).toEqual(["www.late.example"]);
    expect(recordOf(second)).toEqual(recordOf(first));
    const left = cloudOf("late").all(type);
    expect(left.map(({ id, outputs }) => [id === certificate?.id, outputs["status"]])).toEqual([
      [false, "PENDING_VALIDATION"],
    ]);
    expect((await run(["down"])).code).toBe(0);
  });
});
