/** A Dockerfile for Python. */
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
import { installationOf } from "./python-install";
import { exactTag, fromPython, tagFor, toolVersion, versionFile, type Releases } from "./versions";

/** Lines that get fixes (Python Developer's Guide, "Status of Python versions"). */
const releases: Releases = { known: ["3.14", "3.13", "3.12", "3.11", "3.10"], usual: "3.13" };

const usualPort = 8000;

/** Packages that are compiled against a library, and what Debian calls its runtime. */
const libraries: Readonly<Record<string, string>> = {
  psycopg2: "libpq5",
  psycopg: "libpq5",
  mysqlclient: "libmariadb3",
  lxml: "libxslt1.1",
  "opencv-python": "libgl1",
  weasyprint: "libpango-1.0-0",
};

/** @throws MissingFact where nothing says what starts the program */
export function python(folder: Folder, wanted: Wanted): Recipe {
  const installation = installationOf(folder);
  const { packages } = installation;
  const tag = pythonTag(folder, installation.requires);
  const port = wanted.port ?? usualPort;
  const start = startOf(folder, packages, port);
  if (start === undefined && wanted.startsItself !== true) {
    throw new MissingFact(
      "Python",
      "nothing says what starts the program: there is no manage.py, main.py, app.py or Procfile, and no file with a FastAPI or Flask application",
      'write command in the compose file, such as command: ["python", "run.py"]',
    );
  }
  const needed = [...packages].flatMap((name) =>
    Object.hasOwn(libraries, name) ? [libraries[name] ?? ""] : [],
  );
  const server = start?.server;
  const dockerfile = dockerfileText(
    [
      `FROM python:${tag} AS build`,
      "RUN python -m venv /opt/venv",
      "ENV VIRTUAL_ENV=/opt/venv PATH=/opt/venv/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1",
      "WORKDIR /app",
      ...installation.lines,
      ...(server === undefined || packages.has(server) ? [] : [installation.add(server)]),
    ],
    [
      `FROM python:${tag}-slim`,
      ...installPackages(needed),
      makeUser,
      "WORKDIR /app",
      `ENV VIRTUAL_ENV=/opt/venv PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PORT=${port}`,
      "COPY --from=build /opt/venv /opt/venv",
      "COPY --chown=app:app . .",
      "USER app",
      `EXPOSE ${port}`,
      ...(start === undefined ? [] : [start.command]),
    ],
  );
  const notes = [
    ...installation.notes,
    ...(server === undefined || packages.has(server)
      ? []
      : [`${server}, which serves the application, is added: the project does not name it`]),
  ];
  const ignore = ignoreFile(
    "**/__pycache__",
    "**/*.pyc",
    ".venv",
    "venv",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
  );
  return { seen: `Python ${tag} with ${installation.tool}`, dockerfile, ignore, port, notes };
}

function pythonTag(folder: Folder, requires: string | undefined): string {
  const runtime = /^python-([\d.]+)/.exec(versionFile(folder, "runtime.txt") ?? "")?.[1];
  const written = versionFile(folder, ".python-version") ?? runtime ?? toolVersion(folder, "python");
  const exact = exactTag(written?.replace(/^(?:cpython|python)-?@?/, ""));
  if (exact !== undefined) return exact;
  const range = requires === undefined ? undefined : fromPython(requires);
  return tagFor(range, releases) ?? releases.usual;
}

interface Start {
  readonly command: string;
  /** The package that serves, which the project may not name. */
  readonly server?: string;
}

/** Where an application of a framework is looked for. */
const modules = [
  "main",
  "app",
  "wsgi",
  "asgi",
  "application",
  "server",
  "api",
  "app/main",
  "app/__init__",
  "src/main",
  "api/main",
];

function startOf(folder: Folder, packages: ReadonlySet<string>, port: number): Start | undefined {
  const line = procfileCommand(folder);
  if (line !== undefined) return { command: shellCommand(line) };
  const address = `0.0.0.0:${port}`;
  const django = /DJANGO_SETTINGS_MODULE["'],\s*["']([\w.]+)\.settings/.exec(
    folder.read("manage.py") ?? "",
  )?.[1];
  if (django !== undefined)
    return { command: exec("gunicorn", "--bind", address, `${django}.wsgi`), server: "gunicorn" };
  const fast = applicationOf(folder, "FastAPI|Starlette|Quart|Litestar");
  if (fast !== undefined)
    return { command: exec("uvicorn", fast, "--host", "0.0.0.0", "--port", String(port)), server: "uvicorn" };
  const flask = applicationOf(folder, "Flask|Bottle|Dash");
  if (flask !== undefined) return { command: exec("gunicorn", "--bind", address, flask), server: "gunicorn" };
  if (packages.has("streamlit")) {
    const file = firstOf(folder, "app.py", "main.py", "streamlit_app.py");
    if (file !== undefined)
      return {
        command: exec("streamlit", "run", file, "--server.address", "0.0.0.0", "--server.port", String(port)),
      };
  }
  const file = firstOf(folder, "main.py", "app.py", "server.py", "bot.py", "worker.py", "run.py");
  return file === undefined ? undefined : { command: exec("python", file) };
}

/** `module:name` of the first variable that holds an application of one of these classes. */
function applicationOf(folder: Folder, classes: string): string | undefined {
  const assigned = new RegExp(`^(\\w+)\\s*(?::[^=]+)?=\\s*(?:\\w+\\.)?(?:${classes})\\(`, "m");
  for (const module of modules) {
    const name = assigned.exec(folder.read(`${module}.py`) ?? "")?.[1];
    if (name !== undefined) return `${module.replace(/\/__init__$/, "").replaceAll("/", ".")}:${name}`;
  }
  return undefined;
}
