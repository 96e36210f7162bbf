/** The page of a run. */
import { pageLocation } from "../../../../src/report/page/run-record";
import { reportPage, type RunReport } from "../../../../src/report/page/page";
import { spansOf, type TimedEvent } from "../../../../src/report/page/timeline";

const begin = Date.UTC(2026, 0, 2, 3, 4, 5);

function resource(
  at: number,
  status: "started" | "done" | "failed",
  name: string,
  op = "create",
): TimedEvent {
  const type = "aws:rds/instance:Instance";
  return {
    at: begin + at,
    event: { kind: "resource", status, op, urn: `u-${name}`, type, name },
  } as TimedEvent;
}

const build = { service: "web", platform: "linux/amd64", image: "shop:1" } as const;

const events: readonly TimedEvent[] = [
  resource(0, "started", "db"),
  { at: begin + 1_000, event: { kind: "note", message: "hm" } },
  { at: begin + 2_000, event: { kind: "build", ...build, status: "started", seconds: 0 } },
  resource(3_000, "started", "broken"),
  resource(4_000, "failed", "broken"),
  { at: begin + 5_000, event: { kind: "build", ...build, status: "succeeded", seconds: 3 } },
  resource(5_000, "started", "old", "delete"),
  resource(6_000, "done", "db"),
  resource(6_000, "done", "unbegun", "same"),
  {
    at: begin + 9_000,
    event: { kind: "service", service: "web", status: "steady", running: 1, desired: 1, seconds: 2 },
  },
];

test("events become spans, in the order in which they began", () => {
  const told = spansOf(events).map(({ what, kind, outcome, from, to }) => [
    what,
    kind,
    outcome,
    from - begin,
    to - begin,
  ]);
  expect(told).toEqual([
    ["rds Instance db", "create", "done", 0, 6_000],
    ["image of web for linux/amd64", "build", "done", 2_000, 5_000],
    ["rds Instance broken", "create", "failed", 3_000, 4_000],
    ["rds Instance old", "delete", "open", 5_000, 9_000],
    ["service web", "service", "done", 7_000, 9_000],
  ]);
});

const result: RunReport["result"] = {
  command: "up",
  project: "shop",
  stack: "dev",
  engine: "pulumi",
  outcome: "failed",
  changes: { create: 2, update: 0, replace: 0, delete: 1, same: 40 },
  endpoints: { web: "https://shop.example/?a=1&b=2", cli: "javascript:alert(1)" },
  builds: [{ service: "web", platform: "linux/amd64", image: "shop:1", cached: true, seconds: 0 }],
  warnings: [{ path: "services.web.tty", message: "no terminal <b>here</b>" }],
  error: {
    kind: "deployment",
    message: "services.web: it can't start",
    hint: "look at it",
    services: [
      {
        service: "web",
        cause: "crash loop",
        message: "three tasks stopped",
        taskDefinition: "web:3",
        stoppedReason: "Essential container exited",
        log: ["<script>alert('log')</script>"],
        logGroupName: "/shop",
      },
    ],
  },
  seconds: 361,
};

const page = reportPage({ result, events, ended: begin });

test("the page says what the run came to", () => {
  for (const text of [
    "<title>shop dev: up failed</title>",
    "ended 2026-01-02T03:04:05.000Z after 6 min 1 s",
    "services.web: it can&#39;t start",
    "stopped because: Essential container exited",
    ">2 create<",
    ">40 same<",
    "rds Instance broken",
    "1 s failed",
    "did not end",
    "was there",
  ]) {
    expect(page).toContain(text);
  }
  expect(page).not.toContain("0 update");
});

test("nothing that came from outside is markup, and only web addresses are links", () => {
  expect(page).toContain("no terminal &lt;b&gt;here&lt;/b&gt;");
  expect(page).toContain("&lt;script&gt;alert(&#39;log&#39;)&lt;/script&gt;");
  expect(page).toContain('<a href="https://shop.example/?a=1&amp;b=2">');
  expect(page).not.toMatch(/<script|href="javascript/);
});

test("what a preview would do took no time", () => {
  const preview = reportPage({ result: { ...result, command: "preview" }, events, ended: begin });
  expect(preview).toContain("What would be done");
  expect(preview).not.toContain('class="chart"');
});

test("a price is shown where one is known", () => {
  expect(page).not.toContain("a month");
  const line = { urn: "u", name: "alb", what: "load balancer", usd: 16.43 };
  const cost = {
    currency: "USD",
    total: 16.43,
    lines: [line],
    unknown: [{ urn: "v", name: "gpu", what: "instance" }],
    notCounted: ["logs"],
    region: "us-east-1",
    prices: { region: "us-east-1", asOf: "2026-03", source: "list" },
  } as const;
  const priced = reportPage({ result, events, cost, ended: begin });
  expect(priced).toContain("About $16.43 a month before anybody uses it");
  expect(priced).toContain("<td>unknown</td>");
});

test.each([
  ["runs/events.ndjson", "runs/events.html"],
  ["s3://bucket/events/1", "s3://bucket/events/1.html"],
  ["https://bucket.example/key?signature=x", undefined],
])("the page of %s stands at %s", (events, place) => {
  expect(pageLocation(events)).toBe(place);
});

describe("the page of a deployment", () => {
  const web = { kind: "service", name: "web" } as const;
  const db = { kind: "store", name: "db" } as const;
  const step = (at: number, status: "started" | "done", component: typeof web | typeof db): TimedEvent => {
    const type = component === db ? "aws:rds/instance:Instance" : "aws:ecs/service:Service";
    const event = {
      kind: "resource",
      status,
      op: "create",
      urn: component.name,
      type,
      name: component.name,
      component,
    };
    return { at: begin + at, event } as TimedEvent;
  };
  const rows = [
    { ...db, after: [] },
    { kind: "store", name: "cache", after: [] } as const,
    { ...web, after: ["store/db", "store/cache", "entry/entry"] },
  ];
  const whole = reportPage({
    result: { ...result, outcome: "succeeded" },
    events: [
      { at: begin, event: { kind: "outline", rows } },
      step(0, "started", db),
      step(0, "started", web),
      step(400_000, "done", db),
      step(460_000, "done", web),
    ],
    summary: [
      {
        service: "web",
        change: "restart",
        reasons: [{ path: "services.web.environment.LEVEL", from: "<i>", to: "info" }],
        downtime: "its one task stops",
        monthlyCost: { before: 9, after: 10.5 },
      },
    ],
    origin: { commit: "0123456789abcdef", repository: "https://git.example/shop", actor: "ann" },
    links: [{ title: "The services", url: "https://eu-west-1.console.aws.amazon.com/ecs" }],
    earlier: [{ title: "up of yesterday", page: "20260101T030405000Z-00000001" }],
    ended: begin,
  });

  test("has a landmark, a row for each component that unfolds, an axis, and the critical path", () => {
    expect(whole.match(/<main>/g)).toHaveLength(1);
    const components = [
      ...whole.matchAll(/<details class="\w+"><summary class="line"><span class="what">(.*?)<\/span><span/g),
    ];
    expect(components.map(([, name]) => name)).toEqual([
      'db<span class="critical">critical path</span>',
      'web<span class="critical">critical path</span>',
    ]);
    expect([...whole.matchAll(/class="mark[^"]*" style="[^"]*">(.*?)</g)].map(([, mark]) => mark)).toEqual([
      "0 s",
      "2 min 0 s",
      "4 min 0 s",
      "6 min 0 s",
    ]);
    expect(whole).toContain("Where the time went: 7 min 40 s");
  });

  test("says what was changed and why, by whom, and where to look further", () => {
    expect(whole).toContain("environment.LEVEL &lt;i&gt; → info");
    expect(whole).toContain("Downtime: its one task stops");
    expect(whole).toContain(
      '<a href="https://git.example/shop/commit/0123456789abcdef">0123456789ab</a>, by ann',
    );
    expect(whole).toContain('<a href="https://eu-west-1.console.aws.amazon.com/ecs">The services</a>');
    expect(whole).toContain("up of yesterday");
  });

  test("draws the estate: what is asked from outside, and who uses what", () => {
    expect(whole).toMatch(/<strong>entry<\/strong>.*?→ web<.*<strong>web<\/strong>.*?→ db, cache</s);
  });

  test("what scrolls can be reached by the keyboard, and has a name", () => {
    const scrolling = [...whole.matchAll(/<div class="wide"([^>]*)>/g)].map(([, attributes]) => attributes);
    expect(scrolling.length).toBeGreaterThan(2);
    for (const attributes of scrolling)
      expect(attributes).toMatch(/tabindex="0" role="region" aria-label="[^"]+"/);
    expect(whole).not.toMatch(/<pre(?![^>]*tabindex)/);
  });
});
