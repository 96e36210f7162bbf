/** A Dockerfile for Go. */
import {
  dockerfileText,
  exec,
  ignoreFile,
  MissingFact,
  type Folder,
  type Recipe,
  type Wanted,
} from "./folder";

const usualPort = 8080;

/** A release that has what every go.mod of today may ask for; the toolchain that a go.mod names is fetched by it. */
const usual = "1.26";

/** Folders that programs read while they run. */
const read = ["templates", "static", "public", "views", "assets", "web", "migrations", "locales"];

/** @throws MissingFact where it isn't plain which program of several is meant */
export function go(folder: Folder, wanted: Wanted): Recipe {
  const mod = folder.read("go.mod") ?? "";
  const program = wanted.args?.includes("GO_PACKAGE") === true ? "." : programOf(folder, mod);
  const port = wanted.port ?? usualPort;
  const there = folder.names();
  const kept = read.filter((name) => folder.names(name).length > 0);
  // The only driver of SQLite that most projects know is written in C.
  const c = /mattn\/go-sqlite3|confluent-kafka-go/.test(mod);
  const files = ["go.mod", ...(there.includes("go.sum") ? ["go.sum"] : [])];
  const downloads = there.includes("vendor") ? [] : [`COPY ${files.join(" ")} ./`, "RUN go mod download"];
  const dockerfile = dockerfileText(
    [
      `FROM golang:${versionOf(mod)} AS build`,
      "WORKDIR /src",
      ...downloads,
      "COPY . .",
      `ARG GO_PACKAGE=${program}`,
      `RUN CGO_ENABLED=${c ? 1 : 0} go build -trimpath -ldflags="-s -w" -o /out/app "$GO_PACKAGE"`,
    ],
    [
      `FROM gcr.io/distroless/${c ? "base" : "static"}-debian12:nonroot`,
      "WORKDIR /app",
      `ENV PORT=${port}`,
      "COPY --from=build /out/app /app/app",
      ...kept.map((name) => `COPY ${name} /app/${name}`),
      "USER nonroot",
      `EXPOSE ${port}`,
      exec("/app/app"),
    ],
  );
  return { seen: "Go", dockerfile, ignore: ignoreFile("bin", "tmp", "*.test"), port, notes: [] };
}

/** `toolchain go1.26.1` before `go 1.25` (The Go Programming Language, "Go Modules Reference", go and toolchain). */
function versionOf(mod: string): string {
  const toolchain = /^toolchain\s+go(\d+\.\d+(?:\.\d+)?)/m.exec(mod)?.[1];
  return toolchain ?? /^go\s+(\d+\.\d+(?:\.\d+)?)/m.exec(mod)?.[1] ?? usual;
}

function programOf(folder: Folder, mod: string): string {
  if (isMain(folder, "")) return ".";
  const programs = folder.names("cmd").filter((name) => isMain(folder, `cmd/${name}/`));
  const module = /^module\s+(\S+)/m.exec(mod)?.[1]?.split("/").at(-1) ?? "";
  const [only, ...others] = programs;
  if (only === undefined && isMain(folder, "cmd/")) return "./cmd";
  if (only === undefined) {
    throw new MissingFact(
      "Go",
      "there is no program: neither the folder nor one below cmd/ has a main.go",
      "name the package of the program: build: {context: ., args: {GO_PACKAGE: ./PATH}}",
    );
  }
  if (others.length === 0) return `./cmd/${only}`;
  const meant = [module, "server", "api", "web", "app"].find((name) => programs.includes(name));
  if (meant !== undefined) return `./cmd/${meant}`;
  throw new MissingFact(
    "Go",
    `there are several programs: ${programs.map((name) => `cmd/${name}`).join(", ")}`,
    `name one: build: {context: ., args: {GO_PACKAGE: ./cmd/${only}}}`,
  );
}

function isMain(folder: Folder, below: string): boolean {
  return /^package main\b/m.test(folder.read(`${below}main.go`) ?? "");
}
