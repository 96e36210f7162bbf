/** Dockerfiles for Rust, .NET and Deno. */
import { parse as parseToml, TomlError } from "smol-toml";
import {
  dockerfileText,
  exec,
  ignoreFile,
  makeUser,
  MissingFact,
  type Folder,
  type Recipe,
  type Wanted,
} from "./folder";

const usualPort = 8080;

/** @throws MissingFact where Cargo.toml names no program */
export function rust(folder: Folder, wanted: Wanted): Recipe {
  const port = wanted.port ?? usualPort;
  const name = crateName(folder);
  if (name === undefined)
    throw new MissingFact(
      "Rust",
      "Cargo.toml names no package",
      "build the program's own folder: build: ./PROGRAM",
    );
  const toolchain = /^(?:channel\s*=\s*")?(\d+\.\d+(?:\.\d+)?)/m.exec(
    folder.read("rust-toolchain.toml") ?? folder.read("rust-toolchain") ?? "",
  )?.[1];
  const locked = folder.names().includes("Cargo.lock") ? " --locked" : "";
  const dockerfile = dockerfileText(
    [
      `FROM rust:${toolchain ?? "1"}-bookworm AS build`,
      "WORKDIR /src",
      "COPY . .",
      `RUN cargo install${locked} --path . --root /out`,
    ],
    [
      "FROM gcr.io/distroless/cc-debian12:nonroot",
      "WORKDIR /app",
      `ENV PORT=${port}`,
      `COPY --from=build /out/bin/${name} /app/app`,
      "USER nonroot",
      `EXPOSE ${port}`,
      exec("/app/app"),
    ],
  );
  return { seen: "Rust", dockerfile, ignore: ignoreFile("target"), port, notes: [] };
}

function crateName(folder: Folder): string | undefined {
  try {
    const cargo = parseToml(folder.read("Cargo.toml") ?? "");
    const { package: crate } = cargo;
    const name = typeof crate === "object" && "name" in crate ? crate["name"] : undefined;
    return typeof name === "string" && /^[\w-]+$/.test(name) ? name : undefined;
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw new MissingFact("Rust", `Cargo.toml:${error.line}: no TOML`, "correct it");
  }
}

export function dotnet(folder: Folder, wanted: Wanted): Recipe {
  const port = wanted.port ?? usualPort;
  const project = folder.names().find((name) => name.endsWith(".csproj")) ?? "app.csproj";
  const text = folder.read(project) ?? "";
  const version = /<TargetFrameworks?>net(\d+\.\d+)/.exec(text)?.[1] ?? "10.0";
  const assembly = /<AssemblyName>([\w.-]+)</.exec(text)?.[1] ?? project.replace(/\.csproj$/, "");
  const dockerfile = dockerfileText(
    [
      `FROM mcr.microsoft.com/dotnet/sdk:${version} AS build`,
      "WORKDIR /src",
      `COPY ${JSON.stringify([project, "./"])}`,
      `RUN dotnet restore`,
      "COPY . .",
      "RUN dotnet publish --configuration Release --output /out",
    ],
    [
      `FROM mcr.microsoft.com/dotnet/aspnet:${version}`,
      "WORKDIR /app",
      `ENV PORT=${port} ASPNETCORE_HTTP_PORTS=${port}`,
      "COPY --from=build /out ./",
      "USER app",
      `EXPOSE ${port}`,
      exec("dotnet", `${assembly}.dll`),
    ],
  );
  return { seen: `.NET ${version}`, dockerfile, ignore: ignoreFile("**/bin", "**/obj"), port, notes: [] };
}

export function deno(_folder: Folder, wanted: Wanted): Recipe {
  const port = wanted.port ?? 8000;
  const dockerfile = dockerfileText([
    "FROM denoland/deno:2",
    makeUser,
    "WORKDIR /app",
    `ENV PORT=${port} DENO_DIR=/app/.deno`,
    "COPY --chown=app:app . .",
    "USER app",
    "RUN deno install",
    `EXPOSE ${port}`,
    exec("deno", "task", "start"),
  ]);
  return { seen: "Deno", dockerfile, ignore: ignoreFile("node_modules"), port, notes: [] };
}
