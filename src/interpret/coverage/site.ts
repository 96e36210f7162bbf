/** The verdicts on the keys of a service that is a static site: what is built and published counts, nothing runs. */
import { all, honoured, type Rules, warned } from "./rules";
import { service } from "./service";

const own = [
  "build",
  "x-build",
  "x-test",
  "x-static",
  "x-defang-static-files",
  "x-domains",
  "x-path",
  "x-registry-credentials",
];

/** The verdicts on the keys of a static site; every other key is warned of. */
export const siteService: Rules = {
  ...Object.fromEntries(own.map((key) => [key, service[key] ?? honoured()])),
  domainname: service["domainname"] ?? honoured(),
  platform: service["platform"] ?? honoured(),
  depends_on: honoured("its files are published after what it names exists"),
  ...all(["profiles", "extends"], honoured()),
  image: honoured("a name beside build, which is of no effect"),
  networks: honoured("it is in none; aliases that are public names are domains of it"),
};

/** The sentence for a key of a static site that {@link siteService} does not list. */
export const siteOther = warned("nothing of a static site runs, so it is left out");
