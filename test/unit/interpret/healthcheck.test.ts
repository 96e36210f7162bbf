import { secretMarker } from "../../../src/compose/secret-marker";
import { app, appProblems, appWarnings } from "../../support/interpret";

const test80 = ["CMD", "true"];

describe("a healthcheck", () => {
  test("takes Compose's defaults", () => {
    expect(
      app({ healthcheck: { test: ["CMD", "curl", "-f", "http://localhost:8080/health?deep=1"] } })
        .healthcheck,
    ).toEqual({
      command: ["CMD", "curl", "-f", "http://localhost:8080/health?deep=1"],
      interval: 30,
      timeout: 30,
      retries: 3,
      startPeriod: 0,
      path: "/health?deep=1",
      port: 8080,
    });
  });

  test("takes what the file says", () => {
    const healthcheck = { test: test80, interval: "1m", timeout: "5s", retries: 10, start_period: "2m0s" };
    expect(app({ healthcheck }).healthcheck).toEqual({
      command: test80,
      interval: 60,
      timeout: 5,
      retries: 10,
      startPeriod: 120,
    });
    expect(appWarnings({ healthcheck })).toEqual([]);
  });

  test.each([
    [
      { interval: "3s" },
      { interval: 5 },
      "interval: 3 s becomes 5 s: ECS accepts whole numbers from 5 to 300",
    ],
    [{ interval: "10m" }, { interval: 300 }, "interval: 600 s becomes 300 s"],
    [{ timeout: "500ms" }, { timeout: 2 }, "timeout: 0.5 s becomes 2 s"],
    [{ timeout: "2500ms" }, { timeout: 3 }, "timeout: 2.5 s becomes 3 s"],
    [{ timeout: "2m" }, { timeout: 60 }, "timeout: 120 s becomes 60 s"],
    [
      { retries: 20, interval: "10s", start_period: "20s" },
      { retries: 10, startPeriod: 120 },
      "retries: 20 becomes 10, and start_period 120 s, for as long a start as before: ECS accepts",
    ],
    [{ retries: 100 }, { retries: 10, startPeriod: 300 }, "retries: 100 becomes 10, and start_period 300 s"],
    [{ start_period: "1h" }, { startPeriod: 300 }, "start_period: 3600 s becomes 300 s"],
    [{ start_interval: "1s" }, {}, "start_interval: ECS checks at healthcheck.interval"],
  ])("%j is moved to what ECS takes", (keys, expected, warning) => {
    const healthcheck = { test: test80, ...keys };
    expect(app({ healthcheck }).healthcheck).toMatchObject(expected);
    expect(appWarnings({ healthcheck })).toEqual([
      expect.stringContaining(`services.app.healthcheck.${warning}`),
    ]);
  });

  test.each([{ test: ["NONE"] }, { disable: true }, { test: ["CMD", "x"], disable: true }, {}, null])(
    "%j is none",
    (healthcheck) => {
      expect(app({ healthcheck }).healthcheck).toBeUndefined();
      expect(appWarnings({ healthcheck })).toEqual([]);
    },
  );

  test("without a test it checks nothing, and says so", () => {
    expect(appWarnings({ healthcheck: { interval: "10s" } })).toEqual([
      expect.stringContaining("services.app.healthcheck: without a test nothing is checked"),
    ]);
  });

  test.each([
    [["curl", "x"], "services.app.healthcheck.test: a test is a list that starts with CMD"],
    [["CMD"], "services.app.healthcheck.test: a test is a list"],
    [["CMD-SHELL", "a", "b"], "services.app.healthcheck.test: a test is a list"],
    [
      ["CMD", secretMarker("KEY")],
      "services.app.healthcheck.test[1]: variable KEY is not set (set KEY in .env, or give a default: ${KEY:-value}; a secret is given under environment",
    ],
  ])("%j is an error", (words, expected) => {
    expect(appProblems({ healthcheck: { test: words } })).toEqual([expect.stringContaining(expected)]);
  });
});

describe("the URL of a check", () => {
  const target = (command: readonly string[]) => {
    const { path, port } = app({ healthcheck: { test: command } }).healthcheck ?? {};
    return path === undefined ? undefined : `${port}${path}`;
  };

  test.each([
    ["80/", ["CMD", "curl", "http://localhost"]],
    ["3000/", ["CMD", "curl", "-f", "127.0.0.1:3000"]],
    ["9200/_cluster/health", ["CMD-SHELL", "curl --silent --fail localhost:9200/_cluster/health || exit 1"]],
    ["3000/", ["CMD", "wget", "--spider", "http://localhost:3000"]],
    ["3000/up", ["CMD-SHELL", "wget -qO- http://app:3000/up || exit 1"]],
    [
      "8000/",
      [
        "CMD",
        "python3",
        "-c",
        "import sys, urllib.request; urllib.request.urlopen(sys.argv[1])",
        "http://localhost:8000/",
      ],
    ],
    ["8080/", ["CMD", "python3", "-c", "exit(urllib.request.urlopen('http://localhost:8080/').status!=200)"]],
    [
      "5678/healthz",
      ["CMD-SHELL", "node --eval \"const r = await fetch('http://localhost:5678/healthz');\""],
    ],
    ["80/a", ["CMD", "/usr/bin/curl", "-fsS", "-o", "/dev/null", "http://[::1]/a#part"]],
  ])("is %s", (expected, command) => {
    expect(target(command)).toBe(expected);
  });

  test.each([
    ["another host", ["CMD", "curl", "http://example.com/"]],
    ["TLS", ["CMD", "curl", "-k", "https://localhost/"]],
    ["two URLs", ["CMD-SHELL", "curl localhost:80/a && curl localhost:80/b"]],
    ["a POST", ["CMD", "curl", "-X", "POST", "http://localhost/"]],
    ["a body", ["CMD", "curl", "--data-raw", "x", "http://localhost/"]],
    ["a header", ["CMD", "wget", "--header=Host: x", "http://localhost/"]],
    ["credentials", ["CMD", "curl", "http://user:password@localhost/"]],
    ["a shell variable", ["CMD-SHELL", "curl http://localhost:$PORT/"]],
    ["no HTTP at all", ["CMD-SHELL", "pg_isready -h localhost -U postgres"]],
    ["a port that is none", ["CMD", "curl", "http://localhost:99999/"]],
  ])("is not taken from %s", (_, command) => {
    expect(target(command)).toBeUndefined();
  });
});
