/** Builds that fail; what is said of each stands in failures.txt. */
import type { Refusal } from "./registry";

export interface Failing {
  readonly name: string;
  /** `BASE` stands for the base image, `HOST` for the registry. */
  readonly dockerfile: string;
  /** What the registry does. */
  readonly refusal?: Refusal;
}

export const failing: readonly Failing[] = [
  { name: "a base image that is not there", dockerfile: "FROM HOST/team/none:9\nRUN true\n" },
  {
    name: "a tag that is not there, after another stage",
    dockerfile: "FROM BASE AS a\nRUN true\nFROM HOST/base:99 AS b\nCOPY --from=a /etc/passwd /x\n",
  },
  {
    name: "a base image that the registry refuses",
    dockerfile: "FROM HOST/team/closed:1\n",
    refusal: { method: "GET", path: "/team/closed/", status: 403, code: "DENIED" },
  },
  {
    name: "an image of COPY --from that is not there",
    dockerfile: "FROM BASE\nCOPY --from=HOST/team/none:9 /x /x\n",
  },
  { name: "a source that is not in the context", dockerfile: "FROM BASE\nRUN true\nCOPY nothing.txt /\n" },
  { name: "a typo", dockerfile: "FROM BASE\nRNU true\n" },
  {
    name: "a file that a stage has not",
    dockerfile: "FROM BASE AS a\nFROM BASE\nCOPY --from=a /nothing /x\n",
  },
  {
    name: "a RUN that fails",
    dockerfile: "FROM BASE\nRUN echo first\nRUN echo 'no such module' >&2 && \\\n  exit 3\n",
  },
  { name: "a program that is not there", dockerfile: "FROM BASE\nRUN npm ci\n" },
  { name: "an exec form whose program is not there", dockerfile: 'FROM BASE\nRUN ["npm", "ci"]\n' },
  { name: "a base image without a shell", dockerfile: "FROM scratch\nRUN true\n" },
  { name: "a user that is not there", dockerfile: "FROM BASE\nUSER nobody-here\nRUN true\n" },
  { name: "an owner that is not there", dockerfile: "FROM BASE\nCOPY --chown=nobody-here file.txt /x\n" },
  { name: "a step that runs out of memory", dockerfile: "FROM BASE\nRUN kill -9 $$\n" },
  {
    name: "a secret that the build has not",
    dockerfile: "FROM BASE\nRUN --mount=type=secret,id=none,required=true true\n",
  },
  {
    name: "a registry that takes no image",
    dockerfile: "FROM BASE\nRUN true\n",
    refusal: { method: "POST", path: "/blobs/uploads/", status: 403, code: "DENIED" },
  },
];
