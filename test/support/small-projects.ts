/** Small programs of many kinds, without a Dockerfile: for `x-build: auto` and `berth init`. */
type Files = Readonly<Record<string, string>>;

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

export const smallProjects: Readonly<Record<string, Files>> = {
  "node-npm": {
    "package.json": json({
      name: "shop",
      engines: { node: ">=20" },
      scripts: { build: "tsc", start: "node dist/server.js" },
      dependencies: { express: "5" },
    }),
    "package-lock.json": json({ lockfileVersion: 3 }),
    "server.ts": "",
    "node_modules/express/index.js": "",
    ".env": "TOKEN=1",
  },
  "node-pnpm": {
    "package.json": json({
      packageManager: "pnpm@10.4.1+sha512.abc",
      scripts: { start: "next start", build: "next build" },
    }),
    "pnpm-lock.yaml": "lockfileVersion: '9.0'\n",
    ".nvmrc": "v22.11.0\n",
    "app/page.tsx": "",
  },
  "node-yarn": {
    "package.json": json({ main: "src/main.js", engines: { node: "^18 || ^20" } }),
    "yarn.lock": "# yarn lockfile v1\n",
    "src/main.js": "",
  },
  vite: {
    "package.json": json({ scripts: { dev: "vite", build: "vite build" }, devDependencies: { vite: "7" } }),
    "package-lock.json": json({ lockfileVersion: 3 }),
    "index.html": "<html>",
    "src/main.ts": "",
  },
  fastapi: {
    "pyproject.toml":
      '[project]\nname = "api"\nrequires-python = ">=3.11,<3.13"\ndependencies = ["fastapi>=0.115", "psycopg[c]"]\n',
    "uv.lock": "version = 1\n",
    "app/main.py": "from fastapi import FastAPI\n\napi = FastAPI(title='x')\n",
  },
  django: {
    "manage.py": 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")\n',
    "requirements.txt": "Django==5.2\npsycopg2==2.9\n",
    ".python-version": "3.12\n",
    "mysite/wsgi.py": "",
  },
  flask: {
    "pyproject.toml": '[tool.poetry.dependencies]\npython = "^3.12"\nflask = "*"\ngunicorn = "*"\n',
    "poetry.lock": "",
    "app.py": "app = Flask(__name__)\n",
  },
  go: {
    "go.mod": "module example.com/api\n\ngo 1.25\n\ntoolchain go1.25.3\n",
    "go.sum": "",
    "cmd/api/main.go": "package main\n",
    "cmd/migrate/main.go": "package main\n",
    "templates/index.html": "",
  },
  spring: {
    "pom.xml":
      "<project><properties><java.version>17</java.version></properties><artifactId>spring-boot-maven-plugin</artifactId></project>",
    mvnw: "",
    ".mvn/wrapper/maven-wrapper.properties": "",
    "src/main/java/App.java": "",
  },
  gradle: {
    "build.gradle.kts":
      "plugins { application }\njava { toolchain { languageVersion = JavaLanguageVersion.of(21) } }\n",
    "settings.gradle.kts": 'rootProject.name = "jobs"\n',
    "src/main/java/Main.java": "",
  },
  rails: {
    Gemfile: 'source "https://rubygems.org"\nruby "~> 3.3"\ngem "rails"\ngem "pg"\ngem "propshaft"\n',
    "Gemfile.lock": "GEM\n  specs:\n    rails (8.0.1)\n    pg (1.5.9)\n    propshaft (1.1.0)\n",
    "config/application.rb": "",
    "config.ru": "",
    "config/master.key": "secret",
  },
  sinatra: {
    Gemfile: 'gem "sinatra"\ngem "puma"\n',
    "config.ru": "run Sinatra::Application\n",
    ".ruby-version": "3.4.1\n",
  },
  laravel: {
    "composer.json": json({ require: { php: "^8.2", "ext-gd": "*", "ext-mbstring": "*" } }),
    "composer.lock": "{}",
    artisan: "",
    "public/index.php": "<?php",
    "package.json": json({ scripts: { build: "vite build" } }),
    "package-lock.json": "{}",
  },
  php: { "index.php": "<?php phpinfo();" },
  pages: { "index.html": "<h1>Hello</h1>", "style.css": "", ".well-known/security.txt": "" },
  rust: { "Cargo.toml": '[package]\nname = "api"\n', "Cargo.lock": "", "src/main.rs": "" },
  dotnet: { "Shop.csproj": "<Project><TargetFramework>net9.0</TargetFramework></Project>", "Program.cs": "" },
  deno: { "deno.json": json({ tasks: { start: "deno run main.ts" } }), "main.ts": "" },
};
