/** What a step can read of the builder that runs it, and what it can leave for it. */
import type { Case } from "../description";

const secret = "dockerfile2llb/convert_secrets.go: mounted for its own RUN";

export const secrets: Case = {
  name: "secrets, for the RUN that mounts them alone",
  project: {
    build: { secrets: ["token"] },
    top: { secrets: { token: { environment: "TOKEN" } } },
    variables: { BERTH_SECRET_token: "hush-hush" },
    files: {
      Dockerfile: [
        "FROM BASE",
        "RUN --mount=type=secret,id=token head -c 4 /run/secrets/token > /first && stat -c '%a %u' /run/secrets/token > /mode",
        "RUN --mount=type=secret,id=token,target=/elsewhere/key,mode=0444,uid=1000 stat -c '%a %u' /elsewhere/key > /moved",
        'RUN --mount=type=secret,id=token,env=KEY echo "${#KEY}" > /length',
        "RUN env | { ! head -c 9999 | dd 2>/dev/null of=/env; } || true",
        "RUN test ! -e /run/secrets && test ! -e /elsewhere && echo gone > /gone",
        "RUN for each in environ mem maps fd/0 root/etc; do cat /proc/1/$each > /dev/null 2>&1; echo $?; done > /as-root",
        // The words are none of this line's own, which the executor has in its Dockerfile.
        "RUN cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null | grep -c 'hush-[h]ush\\|task-[c]redentials' > /of-processes || true",
        "RUN grep -rlD skip 'hush-[h]ush\\|task-[c]redentials' /kaniko /root /run /tmp /etc /dev /workspace /var /busybox > /of-files 2>/dev/null || true",
        "USER app",
        "RUN if cat /proc/1/environ > /dev/null 2>&1; then echo open; else echo closed; fi > /tmp/proc",
        "RUN if ls /kaniko/.docker > /dev/null 2>&1 && test -w /kaniko/.docker; then echo open; else echo closed; fi > /tmp/logins",
        "",
      ].join("\n"),
    },
  },
  files: [
    ["/first", "file 644 0:0 = hush", secret],
    ["/mode", "file 644 0:0 = 400 0\n", "Dockerfile reference, RUN --mount=type=secret: mode 0400, of 0:0"],
    ["/moved", "file 644 0:0 = 444 1000\n", "Dockerfile reference, RUN --mount=type=secret: mode, uid"],
    ["/length", "file 644 0:0 = 9\n", "Dockerfile reference, RUN --mount=type=secret: env"],
    ["/env", "file 644 0:0", "Dockerfile reference, Environment replacement: the image's variables alone"],
    ["/gone", "file 644 0:0 = gone\n", secret],
    [
      "/as-root",
      "file 644 0:0 = 1\n1\n1\n1\n1\n",
      "BuildKit has no process of a builder in the step's namespace",
    ],
    ["/of-processes", "file 644 0:0 = 0\n", "BuildKit has no process of a builder in the step's namespace"],
    ["/of-files", "file 644 0:0 = ", "BuildKit has no files of a builder in the step's root"],
    [
      "/tmp/proc",
      "file 644 1000:1000 = closed\n",
      "BuildKit has no process of a builder in the step's namespace",
    ],
    ["/tmp/logins", "file 644 1000:1000 = closed\n", "BuildKit has no files of a builder in the step's root"],
  ],
};

const helper = '{"credsStore":"trap"}';
const left = "an ordinary file, which BuildKit's solver never reads";

/** Docker's and Podman's files and the path, by which the executor would start a program of the step's with its own variables. */
export const traps: Case = {
  name: "what a step leaves where the executor could look for logins and programs",
  project: {
    files: {
      Dockerfile: [
        "FROM BASE AS trap",
        `RUN mkdir -p /root/.docker /root/.config/containers /usr/local/bin && echo '${helper}' > /root/.docker/config.json`,
        "RUN cp /root/.docker/config.json /root/.config/containers/auth.json && cp /root/.docker/config.json /kaniko/.docker/config.json",
        "RUN for each in docker-credential-trap unpigz gcloud; do printf '#!/bin/sh\\ncp /proc/self/environ /kaniko/caught' > /usr/local/bin/$each; chmod 755 /usr/local/bin/$each; cp /usr/local/bin/$each /kaniko/; done",
        "FROM BASE",
        "COPY --from=trap /root/.docker/config.json /left",
        "RUN test -e /kaniko/.docker/config.json && test ! -e /kaniko/caught && echo nothing > /caught",
        "",
      ].join("\n"),
    },
  },
  files: [
    ["/left", `file 644 0:0 = ${helper}\n`, left],
    ["/caught", "file 644 0:0 = nothing\n", left],
  ],
};
