/** RUN, here-documents, VOLUME and the configuration. */
import { pingCapability } from "../base";
import type { Case } from "../description";

const run = "Dockerfile reference, RUN: what a command leaves in the file system is committed, as it is";
const implicit = "fsutil copy/copy.go, prepareTargetDir: MkdirAll, 0755";

export const runs: Case = {
  name: "what RUN leaves: links, modes, owners, capabilities, times, removed files",
  project: {
    files: {
      Dockerfile: [
        "FROM BASE",
        "RUN ln -s kept /opt/link && ln /opt/kept /opt/hard && mkdir /opt/set && chown 1000:50 /opt/set && chmod 2775 /opt/set",
        "RUN echo cap > /opt/cap && setcap cap_net_raw=ep /opt/cap",
        "RUN rm /opt/kept && mkdir /opt/kept && echo in > /opt/kept/file",
        "RUN echo one > /opt/same && touch -d @1500000000 /opt/same",
        "RUN echo two > /opt/same && touch -d @1500000000 /opt/same",
        "RUN rm /var/run && mkdir -p /var/run/app && echo 1 > /var/run/app/pid",
        "RUN rm -r /home/app && mkdir /empty",
        "USER app:staff",
        "RUN echo mine > /tmp/mine && id > /tmp/id && echo $HOME > /tmp/home",
        "USER 0",
        "WORKDIR /work",
        "RUN echo here > here",
        'RUN ["/bin/sh", "-c", "echo exec > /work/exec"]',
        "",
      ].join("\n"),
    },
  },
  files: [
    ["/opt/link", "link -> kept", run],
    ["/opt/hard", "file 644 0:0 = of the base\n", run],
    ["/opt/set", "folder 2775 1000:50", run],
    ["/opt/cap", "file 644 0:0 = cap\n", run],
    ["/opt/kept", "folder 755 0:0", run],
    ["/opt/kept/file", "file 644 0:0 = in\n", run],
    ["/opt/same", "file 644 0:0 = two\n", `${run}; of the same size and time as before`],
    ["/var/run", "folder 755 0:0", run],
    ["/var/run/app", "folder 755 0:0", run],
    ["/var/run/app/pid", "file 644 0:0 = 1\n", run],
    ["/home/app", "gone", run],
    ["/empty", "folder 755 0:0", run],
    [
      "/tmp/mine",
      "file 644 1000:50 = mine\n",
      "Dockerfile reference, USER: user and group of what RUN starts",
    ],
    [
      "/tmp/id",
      "file 644 1000:50 = uid=1000(app) gid=50(staff) groups=50(staff)\n",
      "executor/oci/user.go, GetUser: a group that is named is the only one",
    ],
    [
      "/tmp/home",
      "file 644 1000:50 = /home/app\n",
      "executor/oci/user.go: HOME is the user's of /etc/passwd (runc)",
    ],
    ["/work", "folder 755 0:0", "dockerfile2llb/convert.go, dispatchWorkdir: Mkdir(wd, 0755)"],
    ["/work/here", "file 644 0:0 = here\n", "Dockerfile reference, WORKDIR"],
    ["/work/exec", "file 644 0:0 = exec\n", "Dockerfile reference, Exec form"],
  ],
  differs: [
    [
      "/tmp/id",
      "file 644 1000:50 = uid=1000(app) gid=50(staff) groups=50(staff),1000(app)\n",
      "the executor adds the groups that /etc/group has for the user",
    ],
  ],
  times: [["/opt/same", 1_500_000_000, run]],
  capabilities: [["/opt/cap", pingCapability.toString("hex"), run]],
};

const shell =
  "dockerfile2llb/convert.go, dispatchRun: a here-document alone is the shell's own argument, expanded by nobody else";

export const documents: Case = {
  name: "here-documents of COPY and RUN",
  project: {
    files: {
      Dockerfile: [
        "FROM BASE",
        "ARG WHO=world",
        'SHELL ["/bin/bash", "-euo", "pipefail", "-c"]',
        "COPY <<EOF /here/greeting",
        "hello ${WHO}",
        "EOF",
        'COPY --chmod=755 <<"PLAIN" <<-TABS /here/',
        "plain ${WHO}",
        "PLAIN",
        "\ttabbed",
        "\tTABS",
        "RUN <<EOF",
        "inner=yes",
        'echo "$inner $WHO" > /here/run',
        "[[ -f /here/run ]] && echo bash >> /here/run",
        "EOF",
        "RUN <<'EOF'",
        "it='s'",
        'echo "quoted $it \\$x" > /here/quoted',
        "EOF",
        "RUN <<-EOF",
        "\techo tabs > /here/tabs",
        "\tEOF",
        "RUN <<EOF",
        "#!/bin/bash",
        'echo "${BASH_VERSION:+bash} ${unset:-}" > /here/shebang',
        "EOF",
        "RUN cat <<A > /here/a && cat <<B > /here/b",
        "one $WHO",
        "A",
        "two",
        "B",
        "RUN <<EOF cat > /here/fed",
        "fed $WHO",
        "EOF",
        "",
      ].join("\n"),
    },
  },
  files: [
    ["/here", "folder 755 0:0", implicit],
    [
      "/here/greeting",
      "file 644 0:0 = hello world\n",
      "dockerfile2llb/convert_copy.go: Mkfile(f, 0644, data); reference, Creating inline files",
    ],
    [
      "/here/PLAIN",
      "file 755 0:0 = plain ${WHO}\n",
      "Dockerfile reference, Creating inline files: a quoted word expands nothing",
    ],
    [
      "/here/TABS",
      "file 755 0:0 = tabbed\n",
      "Dockerfile reference, Creating inline files: <<- takes tabs away",
    ],
    ["/here/run", "file 644 0:0 = yes world\nbash\n", shell],
    ["/here/quoted", "file 644 0:0 = quoted s $x\n", shell],
    ["/here/tabs", "file 644 0:0 = tabs\n", `${shell}; <<- takes tabs away`],
    [
      "/here/shebang",
      "file 644 0:0 = bash \n",
      "dockerfile2llb/convert.go, dispatchRun: one that begins with #! is a file that is run",
    ],
    [
      "/here/a",
      "file 644 0:0 = one world\n",
      "dockerfile2llb/convert.go, dispatchRun: others are the shell's",
    ],
    ["/here/b", "file 644 0:0 = two\n", "dockerfile2llb/convert.go, dispatchRun: others are the shell's"],
    [
      "/here/fed",
      "file 644 0:0 = fed world\n",
      "dockerfile2llb/convert.go, dispatchRun: others are the shell's",
    ],
  ],
};

const volume = "dockerfile2llb/convert.go, dispatchVolume: a key of the configuration, nothing more";

export const volumes: Case = {
  name: "files below a VOLUME",
  project: {
    files: {
      Dockerfile: [
        "FROM BASE",
        "VOLUME /data /opt/kept-too",
        "RUN mkdir -p /data/sub && echo run > /data/run && chown -R 1000:1000 /data",
        "COPY file.txt /data/",
        'VOLUME ["/late"]',
        "",
      ].join("\n"),
      "file.txt": "file\n",
    },
  },
  files: [
    ["/data", "folder 755 1000:1000", volume],
    ["/data/sub", "folder 755 1000:1000", volume],
    ["/data/run", "file 644 1000:1000 = run\n", volume],
    ["/data/file.txt", "file 644 0:0 = file\n", volume],
  ],
  config: [["Volumes", { "/data": {}, "/opt/kept-too": {}, "/late": {} }, volume]],
};

const config = "Dockerfile reference";

export const configuration: Case = {
  name: "the image's configuration",
  project: {
    build: { args: { VERSION: "1.2" }, labels: { "com.example.of": "compose" } },
    files: {
      Dockerfile: [
        "FROM BASE",
        "ARG VERSION",
        'ENV VERSION=$VERSION GREETING="two words" PATH=/app/bin:$PATH',
        "LABEL com.example.version=$VERSION com.example.of=dockerfile",
        "EXPOSE 80 53/udp",
        "STOPSIGNAL SIGINT",
        "HEALTHCHECK --interval=30s --retries=2 CMD test -f /ok",
        "USER app",
        "WORKDIR /srv",
        'ENTRYPOINT ["/bin/sh", "-c"]',
        "",
      ].join("\n"),
    },
  },
  files: [
    [
      "/srv",
      "folder 755 1000:1000",
      "dockerfile2llb/convert.go, dispatchWorkdir: WithUser(the image's user)",
    ],
  ],
  config: [
    [
      "Env",
      ["PATH=/app/bin:/usr/local/bin:/usr/bin:/bin", "VERSION=1.2", "GREETING=two words"],
      `${config}, ENV`,
    ],
    ["ExposedPorts", { "80/tcp": {}, "53/udp": {} }, `${config}, EXPOSE`],
    ["StopSignal", "SIGINT", `${config}, STOPSIGNAL`],
    ["User", "app", `${config}, USER`],
    ["WorkingDir", "/srv", `${config}, WORKDIR`],
    ["Entrypoint", ["/bin/sh", "-c"], `${config}, ENTRYPOINT`],
    ["Cmd", undefined, "dockerfile2llb/convert.go, dispatchEntrypoint: a base's CMD goes"],
    [
      "Healthcheck",
      { Test: ["CMD-SHELL", "test -f /ok"], Interval: 30_000_000_000, Retries: 2 },
      `${config}, HEALTHCHECK`,
    ],
  ],
};
