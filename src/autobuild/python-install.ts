/** How a Python project's dependencies come into a virtual environment: by the tool whose lockfile it has. */
import { recordOf } from "../defined";
import { parse as parseToml, TomlError } from "smol-toml";
import { MissingFact, type Folder } from "./folder";

export interface Installation {
  readonly tool: "uv" | "Poetry" | "Pipenv" | "pip";
  /** Instructions of the stage that builds, in the environment that is active there. */
  readonly lines: readonly string[];
  /** The instruction that installs one package more. */
  add(name: string): string;
  /** The packages that the project names, in small letters, without their extras. */
  readonly packages: ReadonlySet<string>;
  /** The range of Python's version that it names (PEP 440). */
  readonly requires?: string;
  readonly notes: readonly string[];
}

type Table = Readonly<Record<string, unknown>>;

/** @throws MissingFact where pyproject.toml or Pipfile can't be read */
export function installationOf(folder: Folder): Installation {
  const there = folder.names();
  const project = toml(folder, "pyproject.toml");
  const named = namesOf(folder, project);
  const requires = requiresOf(folder, project);
  const common = { packages: named, notes: [], ...(requires === undefined ? {} : { requires }) };
  const pip = (name: string): string => `RUN pip install ${name}`;
  if (there.includes("uv.lock")) return { tool: "uv", ...uv(project), ...common };
  if (there.includes("poetry.lock")) {
    return { tool: "Poetry", lines: poetryLines, add: pip, ...common };
  }
  if (there.includes("Pipfile.lock")) {
    const lines = [
      "COPY Pipfile Pipfile.lock ./",
      "RUN /usr/local/bin/pip install pipenv && /usr/local/bin/pipenv install --deploy",
    ];
    return { tool: "Pipenv", lines, add: pip, ...common };
  }
  if (there.includes("requirements.txt")) {
    const lines = ["COPY requirements*.txt ./", "RUN pip install --requirement requirements.txt"];
    return { tool: "pip", lines, add: pip, ...common };
  }
  if (project !== undefined) {
    const notes = ["there is no lockfile: each build may get other versions; uv lock writes one"];
    return { tool: "pip", lines: ["COPY . .", "RUN pip install ."], add: pip, ...common, notes };
  }
  return { tool: "pip", lines: [], add: pip, ...common };
}

/** In an environment of its own: its dependencies are none of the project's. */
const poetryLines = [
  "RUN /usr/local/bin/python -m venv /opt/poetry && /opt/poetry/bin/pip install 'poetry==2.*'",
  "COPY pyproject.toml poetry.lock ./",
  "RUN /opt/poetry/bin/poetry install --only main --no-root --no-interaction",
];

function uv(project: Table | undefined): Pick<Installation, "lines" | "add"> {
  // With a build system the project itself is a package, and can be installed once its sources are there.
  const isPackage = project?.["build-system"] !== undefined;
  const sync = "uv sync --frozen --no-dev --no-editable --active";
  return {
    lines: [
      "COPY --from=ghcr.io/astral-sh/uv:0.9 /uv /usr/local/bin/uv",
      "ENV UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never",
      "COPY pyproject.toml uv.lock ./",
      `RUN ${sync} --no-install-project`,
      ...(isPackage ? ["COPY . .", `RUN ${sync}`] : []),
    ],
    add: (name) => `RUN uv pip install ${name}`,
  };
}

function toml(folder: Folder, name: string): Table | undefined {
  const text = folder.read(name);
  if (text === undefined) return undefined;
  try {
    return parseToml(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw new MissingFact("Python", `${name}:${error.line}: no TOML`, "correct it");
  }
}

function namesOf(folder: Folder, project: Table | undefined): ReadonlySet<string> {
  const own = recordOf(project?.["project"]);
  const ofPoetry = recordOf(recordOf(recordOf(project?.["tool"])["poetry"])["dependencies"]);
  const pipfile = recordOf(toml(folder, "Pipfile")?.["packages"]);
  const listed = Array.isArray(own["dependencies"]) ? own["dependencies"] : [];
  const requirements = folder.read("requirements.txt")?.split(/\r?\n/) ?? [];
  const all = [...listed.map(String), ...requirements, ...Object.keys(ofPoetry), ...Object.keys(pipfile)];
  return new Set(all.flatMap((each) => /^\s*([A-Za-z0-9][\w.-]*)/.exec(each)?.[1]?.toLowerCase() ?? []));
}

function requiresOf(folder: Folder, project: Table | undefined): string | undefined {
  const ofPoetry = recordOf(recordOf(recordOf(project?.["tool"])["poetry"])["dependencies"])["python"];
  const pipfile = recordOf(toml(folder, "Pipfile")?.["requires"]);
  const found = [
    recordOf(project?.["project"])["requires-python"],
    ofPoetry,
    pipfile["python_full_version"],
    pipfile["python_version"],
  ].find((each) => typeof each === "string");
  return typeof found === "string" ? found : undefined;
}
