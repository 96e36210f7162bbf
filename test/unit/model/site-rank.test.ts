import { compareRanks, siteRank } from "../../../src/model/site-rank";
import type { ContainerService, Port } from "../../../src/model/project";
import { containerOf } from "../../support/projects";

type Told = readonly [
  name: string,
  published: number,
  image?: string | undefined,
  own?: Partial<ContainerService>,
];

function first(...told: readonly Told[]): string | undefined {
  const port = (published: number): Port => ({
    target: 80,
    published,
    protocol: "tcp",
    mode: "ingress",
    appProtocol: "http",
  });
  const services = told.map(([name, published, image = "ghcr.io/x/y", own = {}]) =>
    containerOf({ name, ports: [port(published)], image: { kind: "reference", reference: image }, ...own }),
  );
  return services
    .map((service) => ({ service, rank: siteRank(service, service.ports[0] as Port, services) }))
    .sort((a, b) => compareRanks(a.rank, b.rank))[0]?.service.name;
}

test.each<[string, readonly Told[], string]>([
  [
    "80 before a name",
    [
      ["frontend", 3000],
      ["other", 80],
    ],
    "other",
  ],
  [
    "a name before a lower port",
    [
      ["api", 3000],
      ["frontend", 9001],
    ],
    "frontend",
  ],
  [
    "any name before that of an interface",
    [
      ["api", 3000],
      ["shop", 9001],
    ],
    "shop",
  ],
  [
    "a mail catcher is not it",
    [
      ["penpot-mailcatch", 1080, "sj26/mailcatcher"],
      ["penpot-frontend", 9001],
    ],
    "penpot-frontend",
  ],
  [
    "nor one under another name",
    [
      ["post", 80, "docker.io/axllent/mailpit:v1"],
      ["penpot", 9001],
    ],
    "penpot",
  ],
  [
    "nor Grafana",
    [
      ["grafana-server", 3030],
      ["config-server", 8888],
      ["api-gateway", 8080],
    ],
    "api-gateway",
  ],
  [
    "nor a database's pages",
    [
      ["pages", 80, "dpage/pgadmin4"],
      ["x", 9001],
    ],
    "x",
  ],
  ["alone, it is", [["grafana", 3000]], "grafana"],
  [
    "what nothing needs",
    [
      ["a", 1, undefined, {}],
      ["b", 2, undefined, { dependsOn: [{ service: "a", condition: "service_started", required: true }] }],
    ],
    "b",
  ],
  [
    "the lowest port",
    [
      ["b", 2],
      ["a", 3],
    ],
    "b",
  ],
  [
    "then the name",
    [
      ["b", 2],
      ["a", 2],
    ],
    "a",
  ],
  [
    "what asks for it, whatever it is",
    [
      ["web", 80],
      ["grafana", 3000, undefined, { root: true }],
    ],
    "grafana",
  ],
])("%s", (_, services, expected) => {
  expect(first(...services)).toBe(expected);
  expect(first(...services.toReversed())).toBe(expected);
});
