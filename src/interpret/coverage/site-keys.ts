/** The verdicts on the keys that make a service a static site: Berth's own, and the published dialect's. */
import { honoured, map, refused, type Rules, section } from "./rules";

const options: Rules = {
  index: honoured("the document of / and of each folder; index.html where it is left out"),
  spa: honoured("true: an address that is no file's is answered with the document of /"),
  headers: map(honoured(), "by a response headers policy of CloudFront"),
};

export const siteKeys: Rules = {
  "x-static": section(
    {
      dir: honoured("a folder of the image that is built, or, without build, of the project"),
      ...options,
    },
    "nothing runs: the files are served by CloudFront from a closed bucket (docs/static-sites.md)",
  ),
  "x-defang-static-files": section(
    {
      folder: honoured("as x-static.dir"),
      redirects: refused(
        "a site redirects by its domains",
        "x-domains: [{ name: www.example.com, redirect: example.com }]",
      ),
      ...options,
    },
    "as x-static",
  ),
};
