/** A Dockerfile for PHP, served by Apache without root. */
import { recordOf } from "../defined";
import { dockerfileText, ignoreFile, MissingFact, type Folder, type Recipe, type Wanted } from "./folder";
import { hasScript, nodeBuildStage } from "./node";
import { fromComposer, tagFor, type Releases } from "./versions";

/** Lines that get fixes (php.net, "Supported Versions"). */
const releases: Releases = { known: ["8.5", "8.4", "8.3", "8.2"], usual: "8.4" };

const usualPort = 8080;

const site = "/etc/apache2/sites-available/000-default.conf";

/** Extensions that the image of PHP has (docker-library/php, `php -m`). */
const included = new Set(
  "core ctype curl date dom fileinfo filter hash iconv json libxml mbstring mysqlnd openssl pcre pdo pdo_sqlite phar posix random readline reflection session simplexml sodium spl sqlite3 standard tokenizer xml xmlreader xmlwriter zlib".split(
    " ",
  ),
);

type Table = Readonly<Record<string, unknown>>;

export function php(folder: Folder, wanted: Wanted): Recipe {
  const there = folder.names();
  const composer = composerOf(folder);
  const laravel = there.includes("artisan");
  const port = wanted.port ?? usualPort;
  const assets = laravel && there.includes("package.json") && hasScript(folder, "build");
  const lock = there.includes("composer.lock");
  const root = ["public", "web"].find((name) => folder.names(name).includes("index.php"));
  const extensions = extensionsOf(composer, laravel);
  const vendor = [
    "FROM composer:2 AS vendor",
    "WORKDIR /app",
    `COPY composer.json${lock ? " composer.lock" : ""} ./`,
    "RUN composer install --no-dev --no-scripts --no-autoloader --no-interaction --ignore-platform-reqs",
    "COPY . .",
    "RUN composer dump-autoload --no-dev --no-scripts --optimize",
  ];
  const dockerfile = dockerfileText(
    composer === undefined ? [] : vendor,
    assets ? nodeBuildStage(folder) : [],
    [
      `FROM php:${phpTag(composer)}-apache`,
      ...(extensions.length === 0
        ? []
        : [
            "COPY --from=mlocati/php-extension-installer:2 /usr/bin/install-php-extensions /usr/local/bin/",
            `RUN install-php-extensions ${extensions.join(" ")}`,
          ]),
      `RUN a2enmod rewrite \\`,
      `    && sed -i 's/Listen 80$/Listen ${port}/' /etc/apache2/ports.conf \\`,
      `    && sed -i 's/:80>/:${port}>/' ${site} \\`,
      ...(root === undefined ? [] : [`    && sed -i 's|/var/www/html|/var/www/html/${root}|' ${site} \\`]),
      `    && cp "$PHP_INI_DIR/php.ini-production" "$PHP_INI_DIR/php.ini"`,
      `ENV PORT=${port}`,
      `COPY --chown=www-data:www-data ${composer === undefined ? "." : "--from=vendor /app"} /var/www/html/`,
      ...(assets
        ? ["COPY --from=build --chown=www-data:www-data /app/public/build /var/www/html/public/build"]
        : []),
      "USER www-data",
      `EXPOSE ${port}`,
    ],
  );
  const notes =
    composer === undefined || lock
      ? []
      : ["there is no composer.lock: each build may get other versions; composer update writes it"];
  const ignore = ignoreFile("vendor", "node_modules", "storage/logs/*", "tests");
  return { seen: laravel ? "PHP with Laravel" : "PHP", dockerfile, ignore, port, notes };
}

function composerOf(folder: Folder): Table | undefined {
  const text = folder.read("composer.json");
  if (text === undefined) return undefined;
  try {
    return recordOf(JSON.parse(text));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new MissingFact("PHP", `composer.json is no JSON: ${why}`, "correct it");
  }
}

function phpTag(composer: Table | undefined): string {
  const platform = recordOf(recordOf(composer?.["config"])["platform"])["php"];
  const written = typeof platform === "string" ? platform : recordOf(composer?.["require"])["php"];
  if (typeof written !== "string") return releases.usual;
  return tagFor(fromComposer(written), releases) ?? releases.usual;
}

/** Those that the project asks for (`ext-…`), and what a project of Laravel reads its databases with. */
function extensionsOf(composer: Table | undefined, laravel: boolean): readonly string[] {
  const asked = Object.keys(recordOf(composer?.["require"])).flatMap((name) =>
    /^ext-[\w-]+$/.test(name) ? [name.slice(4).toLowerCase()] : [],
  );
  const usual = laravel ? ["opcache", "pdo_mysql", "pdo_pgsql"] : [];
  return [...new Set([...asked, ...usual])].filter((name) => !included.has(name)).sort();
}
