/** Stages, mounts and platforms. */
import type { Case } from "../description";

const run = "Dockerfile reference, RUN: what a command leaves in the file system is committed, as it is";
const implicit = "fsutil copy/copy.go, prepareTargetDir: MkdirAll, 0755";
const kept =
  "solver/llbsolver/file/backend_unix.go, mapUserToChowner: without --chown a file of a stage keeps its owner and mode";

export const stages: Case = {
  name: "files of other stages, mounts, links at the destination",
  project: {
    files: {
      Dockerfile: [
        "FROM BASE AS made",
        "RUN mkdir -p /out/sub && echo a > /out/a && chown 1000:1000 /out/a && chmod 640 /out/a && ln -s a /out/l",
        "RUN chmod 711 /out/sub && touch -d @1400000000 /out/a && mkdir /out/empty && chown 1000 /out/empty",
        "FROM made AS unused",
        "RUN false",
        "FROM BASE",
        "COPY --from=made /out /all",
        "COPY --from=made --chown=0:50 /out/a /one",
        "COPY --from=0 /out/a* /glob/",
        "COPY --link file.txt /linked/",
        "COPY file.txt /var/run/there",
        "RUN --mount=type=cache,target=/root/.cache echo c > /root/.cache/c",
        "RUN --mount=type=bind,target=/mnt/ctx cat /mnt/ctx/file.txt > /bound",
        "RUN rm /linked/file.txt && mkdir /linked/file.txt && echo again > /linked/file.txt/now",
        "COPY sub /opt/",
        "",
      ].join("\n"),
      "file.txt": "file\n",
      "sub/kept": "of the context\n",
      "sub/more/new": "new\n",
    },
  },
  files: [
    ["/all", "folder 755 0:0", implicit],
    ["/all/a", "file 640 1000:1000 = a\n", kept],
    ["/all/l", "link -> a", "fsutil copy/copy.go, copy: a link inside of a copied folder is made again"],
    ["/all/sub", "folder 711 0:0", kept],
    ["/all/empty", "folder 755 1000:0", kept],
    ["/one", "file 640 0:50 = a\n", "fsutil copy/copy_linux.go, copyFileInfo: --chown, the source's mode"],
    ["/glob", "folder 755 0:0", implicit],
    ["/glob/a", "file 640 1000:1000 = a\n", kept],
    ["/linked", "folder 755 0:0", implicit],
    ["/linked/file.txt", "folder 755 0:0", run],
    ["/linked/file.txt/now", "file 644 0:0 = again\n", run],
    [
      "/run/there",
      "file 644 0:0 = file\n",
      "fsutil copy/copy.go, Copy: fs.RootPath follows links of the destination",
    ],
    ["/bound", "file 644 0:0 = file\n", "Dockerfile reference, RUN --mount=type=bind: there for the one RUN"],
    ["/root/.cache", "folder 755 0:0", "a mount's target is made for it (runc) and stays, empty"],
    ["/mnt", "folder 755 0:0", "a mount's target is made for it (runc) and stays, empty"],
    ["/mnt/ctx", "folder 755 0:0", "a mount's target is made for it (runc) and stays, empty"],
    [
      "/opt/kept",
      "file 644 0:0 = of the context\n",
      "fsutil copy/copy.go, ensureEmptyFileTarget: a file is replaced",
    ],
    ["/opt/more", "folder 755 0:0", "fsutil copy/copy.go, copyDirectory"],
    ["/opt/more/new", "file 644 0:0 = new\n", "fsutil copy/copy.go, copyDirectory"],
  ],
  differs: [
    ["/glob", "folder 755 1000:1000", "a folder that nobody named becomes its first file's owner's"],
    ["/root/.cache", "as in the base", "the executor removes a mount's target that it made"],
    ["/mnt", "as in the base", "the executor removes a mount's target that it made"],
    ["/mnt/ctx", "as in the base", "the executor removes a mount's target that it made"],
  ],
  times: [["/all/a", 1_400_000_000, "fsutil copy/copy_linux.go, copyFileTimestamp: the source's time"]],
};

export const target: Case = {
  name: "a target, an ONBUILD of a stage, arguments and their scopes",
  project: {
    build: { target: "Wanted", args: { OUTER: "given" } },
    files: {
      Dockerfile: [
        "ARG OUTER=default",
        "ARG TAG=1",
        "FROM BASE AS parent",
        "ONBUILD RUN echo on > /on",
        "FROM parent AS wanted",
        'RUN echo "[${OUTER:-none}]" > /without',
        "ARG OUTER",
        'RUN echo "[$OUTER]" > /with',
        "ENV OUTER=env",
        'RUN echo "[$OUTER]" > /env',
        "ARG TARGETARCH",
        "ARG TARGETPLATFORM",
        "RUN echo $TARGETARCH $TARGETPLATFORM > /platform",
        "FROM scratch",
        "COPY nothing /nothing",
        "",
      ].join("\n"),
      nothing: "",
    },
  },
  files: [
    ["/on", "file 644 0:0 = on\n", "Dockerfile reference, ONBUILD"],
    ["/without", "file 644 0:0 = [none]\n", "Dockerfile reference, Understand how ARG and FROM interact"],
    ["/with", "file 644 0:0 = [given]\n", "Dockerfile reference, Understand how ARG and FROM interact"],
    ["/env", "file 644 0:0 = [env]\n", "Dockerfile reference, Using ARG variables: ENV always overrides"],
    ["/platform", "file 644 0:0 = amd64 linux/amd64\n", "Dockerfile reference, Automatic platform ARGs"],
  ],
};

export const platforms: Case = {
  name: "two platforms from one base",
  project: {
    platforms: ["linux/arm64", "linux/amd64"],
    files: {
      Dockerfile:
        "FROM BASE\nARG TARGETARCH\nCOPY for-$TARGETARCH /for\nCOPY --from=BASE /etc/platform /base\n",
      "for-amd64": "amd64\n",
      "for-arm64": "arm64\n",
    },
  },
  files: [
    ["/for", "file 644 0:0 = PLATFORM\n", "Dockerfile reference, Automatic platform ARGs"],
    ["/base", "file 644 0:0 = PLATFORM", "Dockerfile reference, FROM --platform: by default the build's"],
  ],
};
