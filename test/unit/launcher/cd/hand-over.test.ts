import { BerthError } from "../../../../src/errors";
import { handOver, type HandOver } from "../../../../src/launcher/cd/hand-over";

function given(what: Partial<HandOver>): Record<string, string> {
  return handOver({ environment: {}, account: [], texts: [], passThrough: [], secrets: [], ...what });
}

test("what the files name, and what is Berth's or Compose's own; nothing else of the shell", () => {
  const environment = {
    TAG: "v2",
    PORT: "8080",
    UNUSED: "x",
    BERTH_MODE: "balanced",
    COMPOSE_PROFILES: "web",
    LOG_LEVEL: "debug",
  };
  const texts = ["image: shop:${TAG:-latest}", "ports: ['$PORT:80']"];
  const { UNUSED: _unused, ...expected } = environment;
  expect(given({ environment, texts })).toEqual(expected);
});

test.each([
  "AWS_SECRET_ACCESS_KEY",
  "PULUMI_CONFIG_PASSPHRASE",
  "PATH",
  "HOME",
  "BERTH_ARCHIVE",
  "BERTH_EVENTS",
])("%s never leaves this machine, whatever the files name", (name) => {
  expect(given({ environment: { [name]: "x" }, texts: [`\${${name}}`] })).toEqual({});
});

test("the account's own variables and the project's secrets stay as they are there", () => {
  const environment = { BERTH_BUCKET: "mine", PASSWORD: "hidden" };
  const texts = ["${PASSWORD} ${BERTH_BUCKET}"];
  expect(given({ environment, texts, account: ["BERTH_BUCKET"], secrets: ["PASSWORD"] })).toEqual({});
});

test("more than ECS takes is refused, and the longest are named", () => {
  const environment = { CERTIFICATE: "x".repeat(7_000), TAG: "v2" };
  expect(() => given({ environment, texts: ["$CERTIFICATE $TAG"] })).toThrow(BerthError);
  expect(() => given({ environment, texts: ["$CERTIFICATE $TAG"] })).toThrow(/^CERTIFICATE, TAG: .*\.env/);
});
