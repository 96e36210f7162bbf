/** What compose files of the public were refused for, or misread by, as properties: one for each kind. */
import fc from "fast-check";
import type { CanonicalProject } from "../../../src/compose";
import { interpretProject } from "../../../src/interpret";
import type { ContainerService } from "../../../src/model/project";
import { app, appProblems, appWarnings, serviceOf, type Raw } from "../../support/interpret";
import { container } from "../../support/known-images";

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,7}$/);

test("lines of the hosts file never stop a plan, and are never passed over in silence", () => {
  const host = fc.constantFrom("host-gateway", "10.0.0.7", "::1", "127.0.0.1");
  const lines = fc.array(fc.tuple(word, host), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(lines, (list) => {
      const keys = { extra_hosts: list.map(([name, at]) => `${name}=${at}`) };
      expect(appWarnings(keys)).toEqual([expect.stringContaining("services.app.extra_hosts: ")]);
      expect(app(keys)).toEqual(app());
    }),
  );
});

/** Of a check of the file's own Docker takes what it leaves out from the image (moby, runconfig: merge). */
test("a check of the Dockerfile is taken as if the file had it, but for what the file has", () => {
  const seconds = fc.integer({ min: 5, max: 60 });
  const keys = fc.record({
    interval: seconds,
    timeout: seconds,
    start_period: seconds,
    retries: fc.integer({ min: 1, max: 10 }),
  });
  const command = fc.array(word, { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(keys, command, fc.boolean(), fc.boolean(), (times, words, shell, says) => {
      const flags = `--interval=${times.interval}s --timeout=${times.timeout}s --start-period=${times.start_period}s --retries=${times.retries}`;
      const asked = shell ? words.join(" ") : JSON.stringify(words);
      const texts = { Dockerfile: `FROM scratch\nHEALTHCHECK ${flags} CMD ${asked}\n` };
      const test = shell ? ["CMD-SHELL", words.join(" ")] : ["CMD", ...words];
      const { interval, timeout, start_period, retries } = times;
      const written = { test, interval: `${interval}s`, timeout: `${timeout}s`, retries };
      const own = says ? { test: ["CMD", "own"] } : {};
      const built = container(
        { app: { build: ".", ...(says ? { healthcheck: own } : {}) } },
        "app",
        {},
        texts,
      );
      const healthcheck = { ...written, start_period: `${start_period}s`, ...own };
      expect(built.healthcheck).toEqual(app({ healthcheck }).healthcheck);
      expect(built.healthcheck).toBeDefined();
    }),
  );
});

test("a folder of the project is kept where it isn't there, copied where it has files, wherever it is mounted", () => {
  const path = fc.array(word, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
  const program = path.map((each) => `/srv/${each}`);
  fc.assert(
    fc.property(path, program, fc.boolean(), fc.boolean(), (source, target, there, readOnly) => {
      const file = `${source}/app.conf`;
      const volume = {
        type: "bind",
        source: `./${source}`,
        target,
        ...(readOnly ? { read_only: true } : {}),
      };
      const service = inProject(volume, there ? [file] : []);
      const came = {
        kept: service.volumes?.map((each) => each.path),
        copied: service.image.kind === "build",
        empty: service.folders,
      };
      if (there) expect(came).toMatchObject({ kept: undefined, copied: true });
      else if (readOnly) expect(came).toMatchObject({ kept: undefined, copied: false });
      else expect(came).toMatchObject({ kept: [target], copied: false, empty: undefined });
    }),
  );
});

/** A container with one bind mount, in a project of these files. */
function inProject(volume: Raw, paths: readonly string[]): ContainerService {
  const canonical = {
    name: "demo",
    services: { app: { image: "x", restart: "always", volumes: [volume] } },
  } as unknown as CanonicalProject;
  const below = (path: string) => paths.filter((each) => each.startsWith(`${path}/`));
  const result = interpretProject({ canonical, extensions: new Map(), locate: () => undefined }, [], {
    read: (path) => (paths.includes(path) ? "x" : undefined),
    has: (path) => paths.includes(path) || below(path).length > 0,
    names: (path) => {
      const all = below(path).map((each) => each.slice(path.length + 1).split("/")[0] ?? "");
      return all.length === 0 ? undefined : [...new Set(all)];
    },
  });
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join("\n"));
  const [service] = result.project.services;
  if (service?.kind !== "container") throw new Error("app is no container");
  return service;
}

test("a domain is taken in every spelling that browsers take for it", () => {
  const label = fc.stringMatching(/^[a-zäöüßéñ例えテ]{1,8}$/);
  const name = fc
    .array(label, { minLength: 1, maxLength: 2 })
    .map((labels) => `${labels.join(".")}.example.com`);
  fc.assert(
    fc.property(name, fc.boolean(), fc.boolean(), (domain, capitals, dot) => {
      const spelled = `${capitals ? domain.replace("example", "EXAMPLE") : domain}${dot ? "." : ""}`;
      const keys = { ports: [{ target: 80, published: "80" }], "x-domains": [spelled] };
      expect(app(keys).domains?.map(({ name: found }) => found)).toEqual([
        new URL(`https://${domain}`).hostname,
      ]);
    }),
  );
});

test("a parameter of Postgres is the same by -c, by -c alone and by --, in whatever order", () => {
  const parameters = fc.uniqueArray(
    fc.tuple(
      fc.constantFrom("max_connections", "work_mem", "log_min_duration_statement", "random_page_cost"),
      fc.integer({ min: 100, max: 900 }),
      fc.constantFrom("-c", "-cx", "--"),
    ),
    { selector: ([name]) => name, maxLength: 4 },
  );
  fc.assert(
    fc.property(parameters, (list) => {
      const command = [
        "postgres",
        ...list.flatMap(([name, value, how]) =>
          how === "-c" ? ["-c", `${name}=${value}`] : [`${how === "--" ? "--" : "-c"}${name}=${value}`],
        ),
      ];
      const db = {
        image: "postgres:17",
        "x-postgres": true,
        environment: { POSTGRES_PASSWORD: null },
        command,
      };
      const expected = Object.fromEntries(list.map(([name, value]) => [name, `${value}`]));
      expect(serviceOf({ db }, "db")).toMatchObject(list.length === 0 ? {} : { parameters: expected });
    }),
  );
});

test("a secret's file is taken up to what Parameter Store holds, and refused above, at its place", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12_288 }), (size) => {
      const keys = { secrets: [{ source: "tls" }] };
      const problems = problemsWith(keys, { secrets: { tls: { file: "./tls.pem" } } }, "x".repeat(size));
      expect(problems).toEqual(size <= 6144 ? [] : ["secrets.tls.file"]);
    }),
  );
});

function problemsWith(keys: Raw, top: Raw, content: string): readonly (string | undefined)[] {
  const services = { app: { image: "x", restart: "always", ...keys } };
  const canonical = { name: "demo", services, ...top } as unknown as CanonicalProject;
  const loaded = { canonical, extensions: new Map(), locate: () => undefined };
  const result = interpretProject(loaded, [], {
    read: () => content,
    has: () => true,
    names: () => undefined,
  });
  return result.ok ? [] : result.problems.map(({ path }) => path);
}

test("of more ports than ECS has target groups for, those that a program is watched by stay inside", () => {
  const watching = [1888, 8888, 8889, 13133, 55679];
  const served = [4318, 9411, 14268, 7000, 7001, 7002];
  const entry = fc.tuple(fc.constantFrom(...watching, ...served), fc.boolean());
  const ports = fc.uniqueArray(entry, { selector: ([port]) => port });
  const image = "otel/opentelemetry-collector-contrib:0.140.0";
  fc.assert(
    fc.property(ports, (list) => {
      const written = list.map(([target, insists]) => ({
        target,
        ...(insists ? { app_protocol: "http" } : {}),
      }));
      const kept = list.filter(([target, insists]) => insists || !watching.includes(target));
      if (kept.length > 5) {
        const place = `services.app.ports[${list.indexOf(kept[5] ?? [0, false])}]`;
        const count = `${kept.length} ports would be published`;
        expect(appProblems({ image, ports: written })).toEqual([
          expect.stringContaining(`${place}: ${count}`),
        ]);
        return;
      }
      const outside = list.length > 5 ? kept : list;
      expect(app({ image, ports: written }).ports).toMatchObject(
        list.map((each) => ({ target: each[0], mode: outside.includes(each) ? "ingress" : "host" })),
      );
      expect(appWarnings({ image, ports: written })).toHaveLength(outside.length === list.length ? 0 : 1);
    }),
  );
});
