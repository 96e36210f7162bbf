import { join } from "node:path";
import { MissingFact, kindOf, recipeFor, type Folder, type Wanted } from "../../../src/autobuild";
import { IgnoreRules } from "../../../src/archive/context/dockerignore";
import { flagsOf, instructionsOf, parseDockerfile, stepsOf } from "../../../src/dockerfile/dockerfile";
import { expectGolden } from "../../support/golden";
import { smallProjects } from "../../support/small-projects";

function folderOf(files: Readonly<Record<string, string>>): Folder {
  return {
    names: (path = "") => {
      const below = path === "" || path === "." ? "" : `${path}/`;
      const all = Object.keys(files).filter((name) => name.startsWith(below));
      return [...new Set(all.map((name) => name.slice(below.length).split("/")[0] ?? ""))].sort();
    },
    read: (path) => files[path],
  };
}

const written = (files: Readonly<Record<string, string>>, wanted: Wanted = {}): string =>
  recipeFor(folderOf(files), wanted)?.dockerfile ?? "";

describe.each(Object.entries(smallProjects))("the Dockerfile of %s", (name, files) => {
  const recipe = recipeFor(folderOf(files));
  const text = recipe?.dockerfile ?? "";
  const stages = parseDockerfile(text);
  const last = stepsOf(stages, undefined).filter(({ line }) => line >= (stages.at(-1)?.from ?? 0));

  test("is the one that was looked at", () => {
    expectGolden(join(__dirname, "golden", `${name}.Dockerfile`), `# ${recipe?.seen ?? ""}\n${text}`);
  });

  test("runs without root, says its port, and copies sources after dependencies", () => {
    const users = last.filter(({ keyword }) => keyword === "USER").map((each) => each.text.slice(5));
    const base = stages.at(-1)?.base ?? "";
    if (!base.includes("unprivileged")) expect(users.at(-1)).toMatch(/^(node|app|nonroot|www-data)$/);
    expect(last.map(({ keyword }) => keyword)).toContain("EXPOSE");
    // A RUN that needs root after the user was set would fail.
    const user = last.findLastIndex(({ keyword }) => keyword === "USER");
    expect(
      last.slice(user + 1).filter(({ text: line }) => /^RUN (apt-get|useradd|chown)/.test(line)),
    ).toEqual([]);
  });

  test("takes nothing from a stage that it has not", () => {
    const names = stages.flatMap((stage) => stage.name ?? []);
    for (const instruction of instructionsOf(text)) {
      const from = flagsOf(instruction)
        .find((flag) => flag.startsWith("--from="))
        ?.slice("--from=".length);
      if (from !== undefined && !/[/:]/.test(from)) expect(names).toContain(from);
    }
  });

  test("leaves out what is secret and what the machine has installed", () => {
    const rules = new IgnoreRules(recipe?.ignore ?? "", ".dockerignore");
    for (const path of [".env", ".git/config", "compose.yaml", "Dockerfile"])
      expect(rules.ignores(path)).toBe(true);
    const secret = /^(\.env|node_modules\/.*|config\/master\.key)$/;
    for (const path of Object.keys(files))
      expect([path, rules.ignores(path)]).toEqual([path, secret.test(path)]);
  });
});

test.each<[string, Readonly<Record<string, string>>, RegExp]>([
  ["npm's lockfile", { "package.json": "{}", "package-lock.json": "{}", "server.js": "" }, /RUN npm ci\n/],
  ["no lockfile", { "package.json": "{}", "index.js": "" }, /RUN npm install\n/],
  [
    "Yarn of today",
    { "package.json": "{}", "yarn.lock": "__metadata:\n  version: 8\n", "index.js": "" },
    /yarn install --immutable/,
  ],
  ["Bun", { "package.json": "{}", "bun.lock": "", "index.js": "" }, /bun install --frozen-lockfile/],
  [
    "an old pnpm",
    { "package.json": "{}", "pnpm-lock.yaml": "lockfileVersion: '6.0'", "index.js": "" },
    /pnpm@8\n/,
  ],
  [
    "scripts of the installation, which need the sources",
    {
      "package.json": '{"scripts":{"postinstall":"prisma generate"}}',
      "package-lock.json": "{}",
      "server.js": "",
    },
    /COPY \. \.\nRUN npm ci\n/,
  ],
  [
    "a line with long-term support",
    { "package.json": "{}", "server.js": "", ".nvmrc": "lts/jod" },
    /^FROM node:22-slim/,
  ],
  [
    "a range below the usual line",
    { "package.json": '{"engines":{"node":"<23"}}', "server.js": "" },
    /^FROM node:22-slim/,
  ],
  [
    "a range above what is known",
    { "package.json": '{"engines":{"node":">=30"}}', "server.js": "" },
    /^FROM node:30-slim/,
  ],
  [
    "a version of asdf",
    { "package.json": "{}", "server.js": "", ".tool-versions": "nodejs 20.9.0\n" },
    /^FROM node:20.9.0-slim/,
  ],
  [
    "what is no version",
    { "package.json": '{"engines":{"node":"latest"}}', "server.js": "" },
    /^FROM node:24-slim/,
  ],
  [
    "a Procfile",
    { "requirements.txt": "", Procfile: "release: x\nweb: gunicorn app:app\n" },
    /CMD \["sh", "-c", "exec gunicorn app:app"\]/,
  ],
  [
    "Pipenv",
    { Pipfile: '[requires]\npython_version = "3.11"\n', "Pipfile.lock": "", "main.py": "" },
    /^FROM python:3.11 [\s\S]*pipenv install --deploy/,
  ],
  [
    "requires-python that is compatible",
    { "pyproject.toml": '[project]\nrequires-python = "~=3.12.1"\n', "main.py": "" },
    /^FROM python:3.12 /,
  ],
  [
    "SQLite in Go, which is C",
    { "go.mod": "require github.com/mattn/go-sqlite3 v1\n", "main.go": "package main\n" },
    /CGO_ENABLED=1[\s\S]*distroless\/base/,
  ],
  ["Quarkus", { "pom.xml": "quarkus-maven-plugin" }, /quarkus-run\.jar/],
  [
    "Spring with Gradle",
    { "build.gradle": "id 'org.springframework.boot'\nsourceCompatibility = '17'" },
    /^FROM gradle:8-jdk17[\s\S]*bootJar/,
  ],
  [
    "Composer's tilde",
    { "composer.json": '{"require":{"php":"~8.2"}}', "index.php": "" },
    /^FROM composer:2[\s\S]*FROM php:8.4-apache/,
  ],
  [
    "Composer's other range",
    { "composer.json": '{"require":{"php":">=8.1 <8.4"}}', "index.php": "" },
    /FROM php:8.3-apache/,
  ],
])("%s", (_name, files, expected) => {
  expect(written(files)).toMatch(expected);
});

test("the port that the compose file publishes is the program's", () => {
  for (const files of Object.values(smallProjects)) {
    const text = written(files, { port: 4321 });
    expect(text).toMatch(/^EXPOSE 4321$/m);
    expect(text).not.toMatch(/\b(3000|8080|8000)\b(?!\\b)/);
  }
});

test.each<[string, Readonly<Record<string, string>>, string]>([
  ["Node without a start", { "package.json": "{}" }, "package.json says nothing of what starts the program"],
  ["no JSON", { "package.json": "{" }, "package.json is no JSON"],
  ["Python without a start", { "requirements.txt": "" }, "nothing says what starts the program"],
  ["no TOML", { "pyproject.toml": "[project\n", "main.py": "" }, "pyproject.toml:1: no TOML"],
  [
    "programs in Go to choose from",
    { "go.mod": "", "cmd/a/main.go": "package main", "cmd/b/main.go": "package main" },
    "there are several programs: cmd/a, cmd/b",
  ],
  ["no program in Go", { "go.mod": "" }, "there is no program"],
  ["a library in Java", { "pom.xml": "<project/>" }, "pom.xml packages no jar that runs by itself"],
  [
    "a library in Gradle",
    { "build.gradle": "plugins { id 'java-library' }" },
    "build.gradle makes nothing that runs by itself",
  ],
  ["Ruby without a start", { Gemfile: "" }, "nothing says what starts the program"],
])("what is missing is told: %s", (_name, files, message) => {
  expect(() => recipeFor(folderOf(files))).toThrow(MissingFact);
  expect(() => recipeFor(folderOf(files))).toThrow(message);
});

test.each(["main.js", "index.js", "app.js"])("%s beside what builds pages is the browser's", (file) => {
  const vite = JSON.stringify({ scripts: { build: "vite build" }, devDependencies: { vite: "7" } });
  const files = { "package.json": vite, "package-lock.json": "{}", "index.html": "", [file]: "" };
  expect(written(files)).toContain("COPY --from=build /app/dist/ /usr/share/nginx/html/");
  expect(written({ ...files, "server.js": "" })).toContain('CMD ["node", "server.js"]');
  for (const text of ['import express from "express";', "const http = require('node:http');"])
    expect(written({ ...files, [file]: text })).toContain(`CMD ["node", "${file}"]`);
});

const served = (pages: string): string => `COPY --from=build /app/${pages}/ /usr/share/nginx/html/`;

const builtPages: readonly [string, { readonly start?: string; readonly [key: string]: unknown }, string][] =
  [
    ["main of a Vite app", { main: "index.js", devDependencies: { vite: "7" } }, "dist"],
    ["a start script for development", { start: "vite --host", devDependencies: { vite: "7" } }, "dist"],
    [
      "Create React App's own",
      { start: "react-scripts start", dependencies: { "react-scripts": "5" } },
      "build",
    ],
    ["Next.js that exports", { start: "next start", dependencies: { next: "16" } }, "out"],
    ["main of one without a start script", { main: "./index.js", dependencies: { next: "16" } }, "out"],
  ];

test.each(builtPages)("pages are built and served: %s", (_name, given, pages) => {
  const { start, ...json } = given;
  const scripts = { build: "build", ...(start === undefined ? {} : { start }) };
  const files = {
    "package.json": JSON.stringify({ scripts, ...json }),
    "index.js": 'import "./view.js";',
    "view.js": 'document.title = "express";',
    "next.config.mjs": 'export default { output: "export" };',
  };
  expect(written(files)).toContain(served(pages));
});

test("main beside what builds pages runs where it answers requests, by files of its own too", () => {
  const json = { main: "server/index.js", scripts: { build: "vite build" }, devDependencies: { vite: "7" } };
  const files = {
    "package.json": JSON.stringify(json),
    "server/index.js": 'const app = require("./app");',
    "server/app.js": 'const express = require("express"); require("./index");',
  };
  expect(written(files)).toContain('CMD ["node", "server/index.js"]');
  expect(written({ ...files, "server/app.js": 'require("./index");' })).toContain(served("dist"));
});

test.each([
  ["Next.js that runs", { start: "next start" }, { next: "16" }, '"npm", "run", "start"'],
  [
    "a server beside Vite",
    { start: "vite build && node server.mjs" },
    { vite: "7" },
    '"npm", "run", "start"',
  ],
  [
    "the pages' own server",
    { start: "node dist/server/entry.mjs" },
    { astro: "5" },
    '"node", "dist/server/entry.mjs"',
  ],
])("a start script that is for an image is what starts: %s", (_name, { start }, dependencies, command) => {
  const files = { "package.json": JSON.stringify({ scripts: { build: "build", start }, dependencies }) };
  expect(written(files)).toContain(`CMD [${command}]`);
});

test.each([
  ["a gem of its own", 'gem "greeting", path: "vendor/greeting"\n', {}],
  ["gems below a path", 'path "engines" do\n  gem "shop"\nend\n', {}],
  ["its own gemspec", "gemspec\n", {}],
  ["packaged gems", 'gem "rack"\n', { "vendor/cache/rack-3.gem": "" }],
])("Bundler has the project's files where it installs from them: %s", (_name, gemfile, more) => {
  const files = { Gemfile: gemfile, "app.rb": "", ...more };
  expect(written(files)).toContain("COPY . .\nRUN bundle install\n");
  expect(written({ Gemfile: 'gem "rack" # the path of a request\n', "app.rb": "" })).toContain(
    "RUN bundle install\nCOPY . .\n",
  );
});

test("what the compose file starts needs no word of the project", () => {
  expect(written({ "package.json": "{}" }, { startsItself: true })).not.toMatch(/CMD/);
  expect(written({ "go.mod": "" }, { args: ["GO_PACKAGE"] })).toMatch(/ARG GO_PACKAGE=\./);
});

test("a folder of no kind that is known is none", () => {
  expect(kindOf(folderOf({ "notes.txt": "" }))).toBeUndefined();
  expect(recipeFor(folderOf({ "notes.txt": "" }))).toBeUndefined();
});
