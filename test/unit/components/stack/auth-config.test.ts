/** Credentials in the form of DOCKER_AUTH_CONFIG (docker/cli, cli/config/configfile). */
import { authConfig } from "../../../../src/components/stack/auth-config";

test.each([
  ["ghcr.io", "me:p:w", "ghcr.io", "me:p:w"],
  ["docker.io", "me:pw\n", "https://index.docker.io/v1/", "me:pw"],
  ["r.example.com:5000", '{"username": "me", "password": "pw"}', "r.example.com:5000", "me:pw"],
])("%s with %j", (host, value, key, pair) => {
  expect(JSON.parse(authConfig([host], [value]))).toEqual({
    auths: { [key]: { auth: Buffer.from(pair).toString("base64") } },
  });
});
