/** A Dockerfile to begin with, for what is seen in a folder that has none. */

/** What is seen, and what starts it. */
interface Kind {
  /** A name in the folder that tells. */
  readonly sign: RegExp;
  /** @param names - of the folder */
  readonly lines: (names: readonly string[]) => readonly string[];
}

/** In this order: a Django project may have a package.json for its styles, an API in Go an index.html for its pages. */
const kinds: readonly Kind[] = [
  {
    sign: /^go\.mod$/,
    lines: () => [
      "FROM golang:1.26 AS build",
      "WORKDIR /src",
      "COPY go.* ./",
      "RUN go mod download",
      "COPY . .",
      "RUN CGO_ENABLED=0 go build -o /app .",
      "",
      "FROM gcr.io/distroless/static",
      "COPY --from=build /app /app",
      'ENTRYPOINT ["/app"]',
    ],
  },
  {
    sign: /^Cargo\.toml$/,
    lines: () => [
      "FROM rust:1 AS build",
      "WORKDIR /src",
      "COPY . .",
      "RUN cargo install --path . --root /out",
      "",
      "FROM debian:stable-slim",
      "COPY --from=build /out/bin/ /usr/local/bin/",
      'CMD ["NAME-OF-THE-BINARY"]',
    ],
  },
  {
    sign: /^pom\.xml$/,
    lines: () => [
      "FROM maven:3-eclipse-temurin-21 AS build",
      "WORKDIR /src",
      "COPY . .",
      "RUN mvn --batch-mode package",
      "",
      "FROM eclipse-temurin:21-jre",
      "COPY --from=build /src/target/*.jar /app.jar",
      'CMD ["java", "-jar", "/app.jar"]',
    ],
  },
  {
    sign: /^build\.gradle(\.kts)?$/,
    lines: () => [
      "FROM gradle:jdk21 AS build",
      "WORKDIR /src",
      "COPY . .",
      "RUN gradle build --no-daemon",
      "",
      "FROM eclipse-temurin:21-jre",
      "COPY --from=build /src/build/libs/*.jar /app.jar",
      'CMD ["java", "-jar", "/app.jar"]',
    ],
  },
  {
    sign: /\.csproj$/,
    lines: (names) => {
      const project = names.find((name) => name.endsWith(".csproj")) ?? "app.csproj";
      return [
        "FROM mcr.microsoft.com/dotnet/sdk:9.0 AS build",
        "WORKDIR /src",
        "COPY . .",
        "RUN dotnet publish --configuration Release --output /app",
        "",
        "FROM mcr.microsoft.com/dotnet/aspnet:9.0",
        "WORKDIR /app",
        "COPY --from=build /app .",
        `CMD ["dotnet", "${project.replace(/\.csproj$/, ".dll")}"]`,
      ];
    },
  },
  {
    sign: /^Gemfile$/,
    lines: (names) => [
      "FROM ruby:3",
      "WORKDIR /app",
      "COPY Gemfile* ./",
      "RUN bundle install",
      "COPY . .",
      names.includes("config.ru")
        ? 'CMD ["bundle", "exec", "rackup", "--host", "0.0.0.0"]'
        : 'CMD ["bundle", "exec", "ruby", "app.rb"]',
    ],
  },
  {
    sign: /^composer\.json$/,
    lines: () => [
      "FROM php:8-apache",
      "COPY --from=composer:2 /usr/bin/composer /usr/bin/",
      "WORKDIR /var/www/html",
      "COPY . .",
      "RUN apt-get update && apt-get install -y unzip && composer install --no-dev",
    ],
  },
  { sign: /^(requirements\.txt|pyproject\.toml|Pipfile|manage\.py)$/, lines: python },
  { sign: /^package\.json$/, lines: node },
  {
    sign: /^deno\.jsonc?$/,
    lines: () => ["FROM denoland/deno", "WORKDIR /app", "COPY . .", 'CMD ["task", "start"]'],
  },
  { sign: /^index\.html?$/, lines: () => ["FROM nginx:alpine", "COPY . /usr/share/nginx/html"] },
];

/**
 * @param names - of the folder that is to be built
 * @returns what it was taken for, and the lines; `undefined` where nothing is known
 */
export function minimalDockerfile(
  names: readonly string[],
): { readonly seen: string; readonly lines: readonly string[] } | undefined {
  for (const { sign, lines } of kinds) {
    const seen = names.find((name) => sign.test(name));
    if (seen !== undefined) return { seen, lines: lines(names) };
  }
  return undefined;
}

function node(names: readonly string[]): readonly string[] {
  const [files, install] = names.includes("pnpm-lock.yaml")
    ? ["package.json pnpm-lock.yaml", "npx pnpm install --frozen-lockfile"]
    : names.includes("yarn.lock")
      ? ["package.json yarn.lock", "yarn install --frozen-lockfile"]
      : names.includes("package-lock.json")
        ? ["package*.json", "npm ci"]
        : ["package*.json", "npm install"];
  return [
    "FROM node:24-slim",
    "WORKDIR /app",
    `COPY ${files} ./`,
    `RUN ${install}`,
    "COPY . .",
    'CMD ["npm", "start"]',
  ];
}

function python(names: readonly string[]): readonly string[] {
  const install = names.includes("requirements.txt")
    ? ["COPY requirements.txt .", "RUN pip install --no-cache-dir -r requirements.txt", "COPY . ."]
    : names.includes("Pipfile")
      ? ["COPY . .", "RUN pip install --no-cache-dir pipenv && pipenv install --system"]
      : ["COPY . .", "RUN pip install --no-cache-dir ."];
  const start = names.includes("manage.py")
    ? '["python", "manage.py", "runserver", "0.0.0.0:8000"]'
    : `["python", "${["main.py", "app.py", "server.py"].find((name) => names.includes(name)) ?? "main.py"}"]`;
  return ["FROM python:3-slim", "WORKDIR /app", ...install, `CMD ${start}`];
}
