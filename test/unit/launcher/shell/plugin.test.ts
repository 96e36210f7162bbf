import {
  attachSession,
  forwardSession,
  pluginVersion,
  type Programs,
} from "../../../../src/launcher/shell/plugin";

const session = {
  session: { sessionId: "id", streamUrl: "wss://stream", tokenValue: "t0ken" },
  region: "eu-west-1",
  target: "ecs:cluster_task_runtime",
  endpoint: "https://ssm.eu-west-1.amazonaws.com",
};

/** The machine's programs, and how they were run. */
function machine(code: number | undefined, version?: string) {
  const ran: { argv: readonly string[]; variables: Readonly<Record<string, string>> }[] = [];
  const programs: Programs = {
    output: () => Promise.resolve(version),
    attach: (_program, argv, variables) => {
      ran.push({ argv, variables });
      return Promise.resolve(code);
    },
    beside: (_program, argv, variables) => {
      ran.push({ argv, variables });
      return { ended: Promise.resolve(code), end: () => undefined };
    },
  };
  return { programs, ran };
}

const text = '{"SessionId":"id","StreamUrl":"wss://stream","TokenValue":"t0ken"}';

test.each(["1.2.498.0", "1.2.553.0", "1.3", "2.0.0.0"])(
  "the token stands in no process list (version %s)",
  async (version) => {
    const { programs, ran } = machine(0);
    expect(await attachSession(programs, version, session, "work")).toBe(0);
    expect(ran).toEqual([
      {
        argv: [
          "AWS_SSM_START_SESSION_RESPONSE",
          "eu-west-1",
          "StartSession",
          "work",
          '{"Target":"ecs:cluster_task_runtime"}',
          "https://ssm.eu-west-1.amazonaws.com",
        ],
        variables: { AWS_SSM_START_SESSION_RESPONSE: text },
      },
    ]);
  },
);

test.each(["1.2.497.0", "1.2.312.0", "1.1.999.0", "who knows"])(
  "an old plugin takes it as an argument (version %s)",
  async (version) => {
    const { programs, ran } = machine(7);
    expect(await attachSession(programs, version, session)).toBe(7);
    expect(ran[0]?.argv.slice(0, 4)).toEqual([text, "eu-west-1", "StartSession", ""]);
    expect(ran[0]?.variables).toEqual({});
  },
);

test.each([
  ["darwin", /brew install --cask session-manager-plugin/],
  ["win32", /winget install/],
  ["linux", /install it: https:\/\/docs\.aws\.amazon\.com/],
] as const)("where it is missing on %s, the error says how to install it", async (platform, hint) => {
  await expect(pluginVersion(machine(0).programs, platform)).rejects.toThrow(hint);
});

test("its version, without the newline", async () => {
  expect(await pluginVersion(machine(0, "1.2.553.0\n").programs, "linux")).toBe("1.2.553.0");
});

test("a tunnel asks for its document, so that the plugin can take a session up again", async () => {
  const { programs, ran } = machine(0, "1.2.553.0");
  const parameters = { host: ["db.internal"], portNumber: ["5432"], localPortNumber: ["15432"] };
  const forwarding = { ...session, document: { name: "AWS-Start", parameters } };
  const { ended } = forwardSession(
    programs,
    "1.2.553.0",
    { session: forwarding, profile: undefined },
    () => undefined,
  );
  expect(await ended).toBe(0);
  expect(JSON.parse(ran[0]?.argv[4] ?? "")).toEqual({
    Target: "ecs:cluster_task_runtime",
    DocumentName: "AWS-Start",
    Parameters: parameters,
  });
});
