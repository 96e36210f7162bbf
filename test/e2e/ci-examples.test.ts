/** The job files of `examples/ci`, run here as their platforms run them: their own lines, against an emulated account. */
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { Workspace } from "../support/archives";
import { startEmulator, type Emulator } from "../support/emulator";
import { builtProgram } from "../support/program";

const root = join(__dirname, "../..");
let emulator: Emulator;
let workspace: Workspace;
/** What the platform checks out. */
let checkout: string;
/** The outputs that `berth bootstrap` prints. */
let account: string;

beforeAll(async () => {
  workspace = new Workspace();
  const homeOfTasks = join(workspace.path, "tasks");
  const bin = join(workspace.path, "bin");
  for (const folder of [homeOfTasks, bin]) mkdirSync(folder);
  symlinkSync(builtProgram("berth"), join(bin, "berth"));
  const task = join(root, "test/support/emulator/cd-task.mjs");
  emulator = await startEmulator({
    programs: { "berth-cd:1": [process.execPath, task, builtProgram("berth-cd"), homeOfTasks] },
  });
  checkout = join(workspace.path, "shop");
  cpSync(join(root, "examples/todo"), checkout, { recursive: true });
  const made = await shell(
    ["berth bootstrap --image berth-cd:1 --github acme/shop --gitlab acme/shop"],
    keys(),
  );
  expect([made.code, made.stderr]).toEqual([0, expect.stringContaining("The account is ready") as string]);
  account = made.stdout;
  // As the files' heads say: the secrets of what is merged are set by a person, once.
  const set = await shell(
    ["printf %s prod-password | berth secret set POSTGRES_PASSWORD - --stack prod"],
    keys(),
  );
  expect(set.code).toBe(0);
});

afterAll(async () => {
  await emulator.stop();
  workspace.remove();
});

type Variables = Readonly<Record<string, string>>;

/** A person's access key, which no job has. */
function keys(): Variables {
  const { AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "" } = emulator.env;
  return { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY };
}

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Lines as a runner runs them: one shell, which the first failure ends. */
function shell(lines: readonly string[], env: Variables): Promise<Ran> {
  const { AWS_ACCESS_KEY_ID: _id, AWS_SECRET_ACCESS_KEY: _secret, ...surroundings } = emulator.env;
  const path = [join(workspace.path, "bin"), dirname(process.execPath), process.env["PATH"]].join(delimiter);
  const child = spawn("sh", ["-e", "-c", lines.join("\n")], {
    cwd: checkout,
    env: { ...surroundings, HOME: workspace.path, PATH: path, CI: "true", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const written = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (written.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (written.stderr += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ code, ...written });
    });
  });
}

/** Runs lines that have to succeed. */
async function done(lines: readonly string[], env: Variables): Promise<Ran> {
  const ran = await shell(lines, env);
  expect({ lines, code: ran.code, told: ran.code === 0 ? "" : ran.stdout + ran.stderr }).toEqual({
    lines,
    code: 0,
    told: "",
  });
  // Nothing is drawn over itself, and nothing is coloured, where a log is kept.
  expect(ran.stdout + ran.stderr).not.toContain("\u001b");
  return ran;
}

function read<T>(file: string, schema: z.ZodType<T>): T {
  return schema.parse(parse(readFileSync(join(root, "examples/ci", file), "utf8")));
}

function output(words: string): string {
  return new RegExp(`^${words} +(\\S+)$`, "m").exec(account)?.[1] ?? "";
}

describe("GitHub Actions", () => {
  const texts = z.record(z.string(), z.string());
  const step = z.object({
    run: z.string().optional(),
    env: texts.optional(),
    with: texts.optional(),
    uses: z.string().optional(),
  });
  const file = z.object({
    env: texts,
    jobs: z.record(z.string(), z.object({ env: texts.optional(), steps: z.array(step) })),
  });
  const { jobs } = read("github/berth.yml", file);

  /** GitHub's expressions: only secrets stand in those of a step. */
  function filled(variables: Variables = {}): Variables {
    return Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [
        name,
        value.replace(/\$\{\{ secrets\.\w+ \}\}/, "preview-password"),
      ]),
    );
  }

  /** What `configure-aws-credentials` leaves behind: the role that bootstrap printed, for a token of GitHub's. */
  function identity(): Variables {
    const token = workspace.write("token-of-github", "github-token");
    return { AWS_ROLE_ARN: output("role for GitHub Actions"), AWS_WEB_IDENTITY_TOKEN_FILE: token };
  }

  async function job(name: string, stack: string): Promise<readonly Ran[]> {
    const ran: Ran[] = [];
    for (const { run, env, uses, with: given } of jobs[name]?.steps ?? []) {
      const variables = { ...identity(), BERTH_STACK: stack, ...jobs[name]?.env, ...filled(env) };
      if (run !== undefined) ran.push(await done([run], variables));
      if (uses?.startsWith("actions/github-script") === true)
        ran.push(
          await done(
            [`node ${workspace.write(scriptOf(given?.["script"] ?? ""), "comment.cjs")}`],
            variables,
          ),
        );
    }
    return ran;
  }

  /** The script with the two names that `github-script` gives it; it prints what GitHub is asked for. */
  function scriptOf(script: string): string {
    return `const asked = (name) => (given) => console.log(JSON.stringify({ name, ...given }));
const github = { paginate: async () => [{ id: 7, body: "<!-- berth -->\\nold" }], rest: { issues: {
  listComments: {}, updateComment: asked("updateComment"), createComment: asked("createComment") } } };
const context = { repo: { owner: "acme", repo: "shop" }, issue: { number: 12 } };
(async () => {\n${script}\n})();`;
  }

  test("what is merged is deployed", async () => {
    const [up] = await job("deploy", "prod");
    expect(up?.stdout).toMatch(/^web +https:/m);
  });

  test("a pull request has its plan as a comment, a stack of its own, and none when it is closed", async () => {
    const preview = await job("preview", "pr-12");
    const [, plan, comment, up] = preview;
    expect(plan?.stdout).toBe("");
    const { name, comment_id, body } = JSON.parse(comment?.stdout ?? "{}") as Record<string, unknown>;
    expect([name, comment_id]).toEqual(["updateComment", 7]);
    expect(body).toMatch(/^<!-- berth -->\n### Plan of `\w+\/pr-12`\n\n- network: new[^]*<\/details>\n$/);
    expect(up?.stdout).toMatch(/^web +https:/m);
    expect(preview.map(({ stdout, stderr }) => stdout + stderr).join("")).not.toContain("preview-password");
    const [down] = await job("cleanup", "pr-12");
    expect(down?.stdout).toMatch(/: deleted/);
  });
});

describe("GitLab CI", () => {
  const one = z.object({
    extends: z.union([z.string(), z.array(z.string())]).optional(),
    variables: z.record(z.string(), z.string()).optional(),
    before_script: z.array(z.string()).optional(),
    script: z.array(z.string()).optional(),
  });
  const jobs = read("gitlab/.gitlab-ci.yml", z.record(z.string(), z.unknown()));

  /** A job with what it extends, the later over the earlier. */
  function resolved(name: string): z.infer<typeof one> {
    const own = one.parse(jobs[name]);
    return [...[own.extends ?? []].flat().map(resolved), own].reduce((all, next) => ({
      ...all,
      ...next,
      variables: { ...all.variables, ...next.variables },
    }));
  }

  /** The lines of a job in its shell, with what GitLab sets. */
  async function job(name: string, script?: (lines: readonly string[]) => readonly string[]): Promise<Ran> {
    const { before_script = [], script: lines = [], variables = {} } = resolved(name);
    const own = { CI_MERGE_REQUEST_IID: "3", CI_PROJECT_ID: "1" };
    const filled = Object.entries(variables).map(([variable, value]) => [
      variable,
      value.replace(/\$(\w+)/g, (_, word: keyof typeof own) => own[word]),
    ]);
    return done([...before_script, ...(script?.(lines) ?? lines)], {
      ...own,
      AWS_ROLE_ARN: output("role for GitLab CI"),
      AWS_TOKEN: "token-of-gitlab",
      PREVIEW_POSTGRES_PASSWORD: "preview-password",
      ...(Object.fromEntries(filled) as Variables),
    });
  }

  test("a merge request has its plan as a note, a stack of its own, and none when it is over", async () => {
    await job("plan");
    expect(readFileSync(join(checkout, "plan.md"), "utf8")).toMatch(
      /^### Plan of `\w+\/mr-3`\n\n- network: new/,
    );
    const up = await job("review");
    expect(up.stdout).toMatch(/^web +https:\/\/\w+\.cloudfront\.net$/m);
    expect((await job("stop-review")).stdout).toMatch(/: deleted/);
  });

  test("what is merged is deployed", async () => {
    expect((await job("deploy")).stdout).toMatch(/^web +https:/m);
  });
});

test("the heads of the files say that the secrets of what is merged are set once", () => {
  for (const file of ["github/berth.yml", "gitlab/.gitlab-ci.yml"]) {
    expect(readFileSync(join(root, "examples/ci", file), "utf8")).toMatch(
      /berth secret set \S+ --stack prod/,
    );
  }
});
