/** A Dockerfile for Ruby. */
import {
  dockerfileText,
  exec,
  firstOf,
  ignoreFile,
  installPackages,
  makeUser,
  MissingFact,
  procfileCommand,
  shellCommand,
  type Folder,
  type Recipe,
  type Wanted,
} from "./folder";
import { exactTag, fromRuby, tagFor, toolVersion, versionFile, type Releases } from "./versions";

/** Lines that get fixes (ruby-lang.org, "Ruby Maintenance Branches"). */
const releases: Releases = { known: ["3.4", "3.3", "3.2"], usual: "3.4" };

const usualPort = 3000;

/** Gems that are compiled against a library, and what Debian calls its runtime. */
const libraries: Readonly<Record<string, string>> = {
  pg: "libpq5",
  mysql2: "libmariadb3",
  image_processing: "libvips42",
};

/** @throws MissingFact where nothing says what starts the program */
export function ruby(folder: Folder, wanted: Wanted): Recipe {
  const there = folder.names();
  const gems = gemsOf(folder);
  const tag = rubyTag(folder);
  const port = wanted.port ?? usualPort;
  const rails = folder.names("config").includes("application.rb");
  const start = startOf(folder, gems, rails, port);
  if (start === undefined && wanted.startsItself !== true) {
    throw new MissingFact(
      "Ruby",
      "nothing says what starts the program: there is no config/application.rb, config.ru, Procfile or app.rb",
      "write command in the compose file, such as command: bundle exec ruby server.rb",
    );
  }
  const locked = there.includes("Gemfile.lock");
  const assets = rails && ["sprockets", "propshaft", "sprockets-rails"].some((name) => gems.has(name));
  const scripts = rails && there.includes("package.json");
  const needed = [...gems].flatMap((name) => (Object.hasOwn(libraries, name) ? [libraries[name] ?? ""] : []));
  const environment = `ENV BUNDLE_WITHOUT=development:test${locked ? " BUNDLE_DEPLOYMENT=1" : ""} BUNDLE_PATH=/usr/local/bundle`;
  const dockerfile = dockerfileText(
    [
      `FROM ruby:${tag} AS build`,
      // What builds its scripts; both images are Debian's.
      ...(scripts
        ? ["COPY --from=node:24 /usr/local /usr/local", "RUN npm install --global --force yarn@1"]
        : []),
      "WORKDIR /app",
      environment,
      ...(installsOwn(folder)
        ? ["COPY . .", "RUN bundle install"]
        : [
            `COPY Gemfile${locked ? " Gemfile.lock" : ""} ${there.includes(".ruby-version") ? ".ruby-version " : ""}./`,
            "RUN bundle install",
            "COPY . .",
          ]),
      ...(scripts
        ? [there.includes("yarn.lock") ? "RUN yarn install --frozen-lockfile" : "RUN npm install"]
        : []),
      ...(assets
        ? ["RUN SECRET_KEY_BASE_DUMMY=1 RAILS_ENV=production bundle exec rails assets:precompile"]
        : []),
      ...(scripts ? ["RUN rm -rf node_modules"] : []),
    ],
    [
      `FROM ruby:${tag}-slim`,
      ...installPackages(needed),
      makeUser,
      "WORKDIR /app",
      environment,
      `ENV PORT=${port} RACK_ENV=production${rails ? " RAILS_ENV=production RAILS_LOG_TO_STDOUT=1 RAILS_SERVE_STATIC_FILES=1" : ""}`,
      "COPY --from=build /usr/local/bundle /usr/local/bundle",
      "COPY --from=build --chown=app:app /app ./",
      "USER app",
      `EXPOSE ${port}`,
      ...(start === undefined ? [] : [start]),
    ],
  );
  const notes = locked
    ? []
    : ["there is no Gemfile.lock: each build may get other versions; bundle lock writes it"];
  const ignore = ignoreFile(
    "log/*",
    "tmp/*",
    "node_modules",
    "vendor/bundle",
    ".bundle",
    "config/master.key",
  );
  return { seen: rails ? `Ruby ${tag} with Rails` : `Ruby ${tag}`, dockerfile, ignore, port, notes };
}

/** Whether Bundler installs from the project's own files, so that it needs more of them than the Gemfile. */
function installsOwn(folder: Folder): boolean {
  const text = folder.read("Gemfile") ?? "";
  return (
    /\bpath:|:path\s*=>|^\s*(?:path|gemspec|eval_gemfile)\b/m.test(text) ||
    folder.names("vendor").includes("cache")
  );
}

function gemsOf(folder: Folder): ReadonlySet<string> {
  const lock = [...(folder.read("Gemfile.lock") ?? "").matchAll(/^ {4}([\w-]+) \(/gm)];
  const own = [...(folder.read("Gemfile") ?? "").matchAll(/^\s*gem\s+["']([\w-]+)["']/gm)];
  return new Set([...lock, ...own].map(([, name = ""]) => name));
}

function rubyTag(folder: Folder): string {
  const file = versionFile(folder, ".ruby-version")?.replace(/^ruby-/, "");
  const locked = /^RUBY VERSION\n\s+ruby (\d+\.\d+\.\d+)/m.exec(folder.read("Gemfile.lock") ?? "")?.[1];
  const own = /^\s*ruby\s+["']([^"']+)["']/m.exec(folder.read("Gemfile") ?? "")?.[1];
  const exact = exactTag(file) ?? exactTag(own) ?? locked ?? exactTag(toolVersion(folder, "ruby"));
  return exact ?? tagFor(own === undefined ? undefined : fromRuby(own), releases) ?? releases.usual;
}

function startOf(
  folder: Folder,
  gems: ReadonlySet<string>,
  rails: boolean,
  port: number,
): string | undefined {
  const line = procfileCommand(folder);
  if (line !== undefined) return shellCommand(line);
  if (rails) return exec("bundle", "exec", "rails", "server", "-b", "0.0.0.0", "-p", String(port));
  if (folder.names().includes("config.ru"))
    return gems.has("puma")
      ? exec("bundle", "exec", "puma", "--bind", `tcp://0.0.0.0:${port}`)
      : exec("bundle", "exec", "rackup", "--host", "0.0.0.0", "--port", String(port));
  const file = firstOf(folder, "app.rb", "main.rb", "server.rb");
  if (file === undefined) return undefined;
  const options = gems.has("sinatra") ? ["-o", "0.0.0.0", "-p", String(port)] : [];
  return exec("bundle", "exec", "ruby", file, ...options);
}
