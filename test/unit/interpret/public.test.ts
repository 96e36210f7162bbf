import { app, appProblems, appWarnings, problemsOf, projectOf, type Raw } from "../../support/interpret";

const ports = [{ target: 80, published: "80" }];

function domains(keys: Raw): readonly string[] {
  return (app({ ports, ...keys }).domains ?? []).map(({ name }) => name);
}

describe("domains of a service's own", () => {
  test.each<[string, Raw, readonly string[]]>([
    ["a list", { "x-domains": ["www.example.com", "example.com"] }, ["www.example.com", "example.com"]],
    ["one name", { "x-domains": "www.example.com" }, ["www.example.com"]],
    ["a wildcard", { "x-domains": ["*.example.com"] }, ["*.example.com"]],
    ["capitals and the root's dot", { "x-domains": ["WWW.Example.COM."] }, ["www.example.com"]],
    ["one name twice", { "x-domains": ["a.com", "A.com"] }, ["a.com"]],
    ["empty texts, as of variables that are set nowhere", { "x-domains": ["", "a.com"] }, ["a.com"]],
    ["nothing", { "x-domains": null }, []],
    ["the dialect's domainname", { domainname: "shop.example.com" }, ["shop.example.com"]],
    [
      "an alias with dots",
      {
        networks: { default: { aliases: ["www.example.com", "web", "web.internal", "db.local", "a_b.com"] } },
      },
      ["www.example.com"],
    ],
    [
      "all of them, each once",
      {
        "x-domains": ["a.com"],
        domainname: "b.com",
        networks: { default: { aliases: ["a.com", "c.com"] } },
      },
      ["a.com", "b.com", "c.com"],
    ],
  ])("%s", (_, keys, expected) => {
    expect(domains(keys)).toEqual(expected);
  });

  test("a zone can be named, and each domain knows where it stands in the file", () => {
    const { domains: found } = app({
      ports,
      "x-domains": [{ name: "www.example.com", zone: "Z123" }],
      networks: { default: { aliases: ["b.com"] } },
    });
    expect(found).toEqual([
      { name: "www.example.com", zoneId: "Z123", from: "services.app.x-domains[0].name" },
      { name: "b.com", from: "services.app.networks.default.aliases[0]" },
    ]);
  });

  test("what is beyond ASCII is punycode, as DNS has it", () => {
    expect(domains({ "x-domains": ["Bücher.example.com", "*.straße.example.com", "例え.テスト"] })).toEqual([
      "xn--bcher-kva.example.com",
      "*.xn--strae-oqa.example.com",
      "xn--r8jz45g.xn--zckzah",
    ]);
  });

  test("a name can be redirected to another one", () => {
    const redirecting = { name: "www.example.com", redirect: "Example.com." };
    expect(app({ ports, "x-domains": ["example.com", redirecting] }).domains).toEqual([
      { name: "example.com", from: "services.app.x-domains[0]" },
      { name: "www.example.com", redirect: "example.com", from: "services.app.x-domains[1].name" },
    ]);
  });

  test.each<[readonly unknown[], string]>([
    [[{ name: "a.com", redirect: "a.com" }], "x-domains[0].redirect: a.com would redirect to itself"],
    [
      [{ name: "a.com", redirect: "https://b.com/x" }],
      'x-domains[0].redirect: "https://b.com/x" is no host name',
    ],
    [[{ name: "a.com", redirect: "*.b.com" }], 'x-domains[0].redirect: "*.b.com" is no host name'],
    [
      [{ name: "*.a.com", redirect: "www.a.com" }],
      "x-domains[0].redirect: *.a.com redirects to www.a.com, which is one of its own",
    ],
    [
      [
        { name: "a.com", redirect: "b.com" },
        { name: "b.com", redirect: "c.com" },
      ],
      "x-domains[0].redirect: a.com redirects to b.com, which redirects to c.com itself (redirect: c.com)",
    ],
  ])("%j is an error", (list, expected) => {
    expect(appProblems({ ports, "x-domains": list })).toEqual([expect.stringContaining(expected)]);
  });

  test("a target that is nearly a domain of the project is warned of; another host is not", () => {
    const to = (redirect: string) =>
      appWarnings({ ports, "x-domains": ["example.com", { name: "www.example.com", redirect }] });
    expect(to("exmaple.com")).toEqual([
      "services.app.x-domains[1].redirect: no service of the project answers exmaple.com; did you mean example.com?",
    ]);
    expect(["example.com", "blog.example.com", "example.org", "elsewhere.net"].flatMap(to)).toEqual([]);
  });

  test("redirects without an end are told of each of them", () => {
    const loop = [
      { name: "a.com", redirect: "b.com" },
      { name: "b.com", redirect: "a.com" },
    ];
    expect(appProblems({ ports, "x-domains": loop })).toHaveLength(2);
    const wild = ["www.a.com", { name: "*.a.com", redirect: "www.a.com" }];
    expect(appProblems({ ports, "x-domains": wild })).toEqual([]);
  });

  test("a dotted alias of a service that publishes nothing is a name inside the network alone", () => {
    const service = app({ networks: { default: { aliases: ["www.example.com"] } } });
    expect(service.domains).toBeUndefined();
    expect(service.aliases).toEqual(["www.example.com"]);
  });

  test.each<[Raw, string]>([
    [{ domainname: "example.com" }, "services.app.domainname: the project has its own private domain"],
    [{ ports, domainname: "corp.local" }, "services.app.domainname: the project has its own private domain"],
  ])("%j is warned of", (keys, expected) => {
    expect(appWarnings(keys)).toEqual([expected]);
  });

  test.each<[Raw, string]>([
    [{ ports, "x-domains": ["localhost"] }, 'x-domains[0]: "localhost" is no public domain'],
    [{ ports, "x-domains": ["shop.internal"] }, 'x-domains[0]: "shop.internal" is no public domain'],
    [{ ports, "x-domains": ["https://a.com"] }, 'x-domains[0]: "https://a.com" is no public domain'],
    [{ ports, "x-domains": ["10.0.0.1"] }, 'x-domains[0]: "10.0.0.1" is no public domain'],
    [{ ports, "x-domains": ["a.*.com"] }, 'x-domains[0]: "a.*.com" is no public domain'],
    [{ ports, "x-domains": [`${"a.".repeat(63)}com`] }, "at most 128 characters"],
    [{ ports, "x-domains": [["a.com"]] }, "x-domains[0]: a list is not a text"],
    [{ ports, "x-domains": [{ zone: "Z1" }] }, "x-domains[0]: the domain has no name"],
    [{ ports, "x-domains": [{ name: "a.com", zone: "example" }] }, 'x-domains[0].zone: "example" is no id'],
    [{ ports, "x-domains": [{ name: "a.com", ttl: 5 }] }, 'x-domains[0].ttl: unknown key "ttl"'],
    [{ "x-domains": ["a.com"] }, "x-domains: the service publishes no port"],
    [{ "x-path": "/a" }, "x-path: the service publishes no port"],
    [{ "x-sticky": true }, "x-sticky: the service publishes no port"],
  ])("%j is an error", (keys, expected) => {
    expect(appProblems(keys)).toEqual([expect.stringContaining(expected)]);
  });

  test("two services at one address are refused with both paths; paths of their own tell them apart", () => {
    const web = { image: "x", ports, "x-domains": ["a.com"] };
    expect(problemsOf({ web, api: { ...web } })).toEqual([
      expect.stringMatching(
        /^services\.api\.x-domains\[0\]: a\.com is .* web already \(services\.web\.x-domains\[0\]\)/,
      ),
    ]);
    expect(projectOf({ web, api: { ...web, "x-path": "/api" } }).services).toHaveLength(2);
  });
});

describe("the path of a service", () => {
  test.each<[unknown, unknown]>([
    ["/api", { prefix: "/api", strip: false }],
    ["/api/v1/", { prefix: "/api/v1", strip: false }],
    [
      { prefix: "/api", strip: true },
      { prefix: "/api", strip: true },
    ],
    ["/", undefined],
    [null, undefined],
  ])("%j", (value, expected) => {
    expect(app({ ports, "x-path": value }).path).toEqual(expected);
  });

  test.each<[unknown, string]>([
    ["api", 'x-path: "api" is no path'],
    ["/a b", 'x-path: "/a b" is no path'],
    ["/a/*", 'x-path: "/a/*" is no path'],
    ["/1/2/3/4/5/6/7/8/9", "is no path"],
    [`/${"a".repeat(126)}`, "at most 126 characters"],
    [{ strip: true }, "x-path: the path has no prefix"],
    [{ prefix: "/", strip: true }, "x-path.strip: the whole host has no path"],
    [{ prefix: "/a", stripe: true }, 'x-path.stripe: unknown key "stripe"'],
  ])("%j is an error", (value, expected) => {
    const [first] = appProblems({ ports, "x-path": value });
    expect(first).toContain(expected);
  });
});

describe("sticky sessions", () => {
  test.each<[unknown, number | undefined]>([
    [true, 86_400],
    ["1h", 3600],
    ["168h", 604_800],
    [false, undefined],
  ])("%j", (value, seconds) => {
    expect(app({ ports, "x-sticky": value }).stickiness).toBe(seconds);
  });

  test("mean nothing to gRPC, with a warning", () => {
    const grpc = [{ target: 81, app_protocol: "grpc" }];
    expect(appWarnings({ ports: grpc, "x-sticky": true })).toEqual([
      "services.app.x-sticky: gRPC clients keep no cookies: any task answers",
    ]);
    expect(appWarnings({ ports: [...grpc, ...ports], "x-sticky": true })).toEqual([]);
  });

  test.each<[unknown, string]>([
    ["169h", "out of range"],
    ["500ms", "out of range"],
    ["often", "is not a duration"],
    [["1h"], "a list"],
  ])("%j is an error", (value, expected) => {
    expect(appProblems({ ports, "x-sticky": value })).toEqual([expect.stringContaining(expected)]);
  });
});
