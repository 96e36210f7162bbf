/** COPY, ADD and the ignore file. */
import { paxEntry, rawTarGz } from "../../support/tar";
import { pingCapability } from "../base";
import type { Case } from "../description";

const workdir = "dockerfile2llb/convert.go, dispatchWorkdir: Mkdir(wd, 0755)";
const implicit =
  "fsutil copy/copy.go, prepareTargetDir: MkdirAll with the copy's mode, 0755 without one, and its owner";
const fileInfo =
  "fsutil copy/copy_linux.go, copyFileInfo: mode and owner of --chmod and --chown, else of the source";
const context =
  "fsutil send.go and client/solve.go: what a client sends belongs to 0:0; Berth packs modes 644 and 755";
const follow = "dockerfile2llb/convert_copy.go: FollowSymlinks, the link's own name at its destination";
const inside = "fsutil copy/copy.go, copy: a link inside of a copied folder is made again";

export const copies: Case = {
  name: "modes, owners, folders that nobody named, patterns and links of COPY",
  project: {
    files: {
      Dockerfile: [
        "FROM BASE",
        "WORKDIR /srv/app",
        "COPY --chmod=4755 run.sh bin/",
        "COPY --chmod=600 data.txt /closed/data.txt",
        "COPY --chown=app:staff data.txt ./named.txt",
        "COPY --chown=1000:50 dir /deep/er/dir",
        "COPY a.txt b.txt /many/",
        "COPY dir/*.txt /glob/",
        'COPY ["with space.txt", "/spaces/"]',
        "COPY current /linked",
        "COPY conf /conf",
        "COPY run.sh /opt/run",
        "",
      ].join("\n"),
      "run.sh": { executable: "#!/bin/sh\n" },
      "data.txt": "data\n",
      "a.txt": "a\n",
      "b.txt": "b\n",
      "with space.txt": "s\n",
      "dir/x.txt": "x\n",
      "dir/y.md": "y\n",
      "dir/sub/z.txt": "z\n",
      "dir/inner": { link: "x.txt" },
      "releases/v1.txt": "v1\n",
      current: { link: "releases/v1.txt" },
      "real/one.conf": "1\n",
      conf: { link: "real" },
    },
  },
  files: [
    ["/srv", "folder 755 0:0", workdir],
    ["/srv/app", "folder 755 0:0", workdir],
    ["/srv/app/bin", "folder 755 0:0", `${implicit}; os.FileMode(04755) has the rights of 0755`],
    ["/srv/app/bin/run.sh", "file 4755 0:0 = #!/bin/sh\n", fileInfo],
    ["/closed", "folder 600 0:0", implicit],
    ["/closed/data.txt", "file 600 0:0 = data\n", fileInfo],
    ["/srv/app/named.txt", "file 644 1000:50 = data\n", fileInfo],
    ["/deep", "folder 755 1000:50", implicit],
    ["/deep/er", "folder 755 1000:50", implicit],
    ["/deep/er/dir", "folder 755 1000:50", implicit],
    ["/deep/er/dir/x.txt", "file 644 1000:50 = x\n", fileInfo],
    ["/deep/er/dir/y.md", "file 644 1000:50 = y\n", fileInfo],
    ["/deep/er/dir/sub", "folder 755 1000:50", fileInfo],
    ["/deep/er/dir/sub/z.txt", "file 644 1000:50 = z\n", fileInfo],
    ["/deep/er/dir/inner", "link -> x.txt", inside],
    ["/many", "folder 755 0:0", implicit],
    ["/many/a.txt", "file 644 0:0 = a\n", context],
    ["/many/b.txt", "file 644 0:0 = b\n", context],
    ["/glob", "folder 755 0:0", implicit],
    ["/glob/x.txt", "file 644 0:0 = x\n", "fsutil copy/copy.go, ResolveWildcards: filepath.Match"],
    ["/spaces", "folder 755 0:0", implicit],
    ["/spaces/with space.txt", "file 644 0:0 = s\n", "Dockerfile reference, COPY: the JSON form"],
    ["/linked", "file 644 0:0 = v1\n", follow],
    ["/conf", "folder 755 0:0", implicit],
    ["/conf/one.conf", "file 644 0:0 = 1\n", `${follow}; of a folder its contents (CopyDirContentsOnly)`],
    [
      "/opt/run",
      "file 755 0:0 = #!/bin/sh\n",
      "Dockerfile reference, COPY, Destination: no trailing slash, so a name",
    ],
  ],
};

export const ignored: Case = {
  name: "exceptions of the ignore file",
  project: {
    files: {
      Dockerfile: "FROM scratch\nCOPY . /ctx/\n",
      ".dockerignore": "*\n!src\nsrc/**/*.log\n!src/keep.log\n# a comment\n**/secret\n",
      "README.md": "left out\n",
      "src/main.txt": "main\n",
      "src/keep.log": "kept\n",
      "src/other.log": "left out\n",
      "src/deep/a.log": "left out\n",
      "src/deep/b.txt": "b\n",
      "src/secret": "left out\n",
      "src/deep/secret/key": "left out\n",
    },
  },
  files: [
    ["/ctx", "folder 755 0:0", implicit],
    [
      "/ctx/src",
      "folder 755 0:0",
      "Dockerfile reference, .dockerignore: the last pattern that matches decides, !src",
    ],
    ["/ctx/src/main.txt", "file 644 0:0 = main\n", "the same: !src takes what is in the folder along"],
    ["/ctx/src/keep.log", "file 644 0:0 = kept\n", "the same: !src/keep.log comes after src/**/*.log"],
    ["/ctx/src/deep", "folder 755 0:0", "the same: !src"],
    ["/ctx/src/deep/b.txt", "file 644 0:0 = b\n", "the same: !src"],
  ],
};

const unpacked =
  "Dockerfile reference, ADD, Source: a local tar archive is unpacked as tar -x, owners, modes and times its own";

export const added: Case = {
  name: "archives that ADD unpacks, and capabilities that COPY keeps",
  project: {
    files: {
      Dockerfile: [
        "FROM BASE AS tools",
        "FROM BASE",
        "ADD files.tar.gz /unpacked/",
        "ADD plain.txt /unpacked/sub/",
        "COPY files.tar.gz /packed/",
        "COPY --from=tools /usr/bin/ping /opt/ping",
        "",
      ].join("\n"),
      "files.tar.gz": {
        bytes: rawTarGz([
          { name: "own/", type: "5", mode: 0o750 },
          { name: "own/tool", content: "tool\n", mode: 0o4711 },
          { name: "own/link", type: "2", mode: 0o777, linkName: "tool" },
          { name: "own/hard", type: "1", linkName: "own/tool", mode: 0o4711 },
          paxEntry({ path: "own/ümlaut" }),
          { name: "own/umlaut", content: "u\n", owner: 0 },
        ]),
      },
      "plain.txt": "plain\n",
    },
  },
  files: [
    ["/unpacked", "folder 755 0:0", "solver/llbsolver/file/unpack.go: MkdirAll(dest, 0755)"],
    ["/unpacked/own", "folder 750 1000:1000", unpacked],
    ["/unpacked/own/tool", "file 4711 1000:1000 = tool\n", unpacked],
    ["/unpacked/own/link", "link -> tool", unpacked],
    ["/unpacked/own/hard", "file 4711 1000:1000 = tool\n", unpacked],
    ["/unpacked/own/\u00c3\u00bcmlaut", "file 644 0:0 = u\n", unpacked],
    ["/unpacked/sub", "folder 755 0:0", implicit],
    ["/unpacked/sub/plain.txt", "file 644 0:0 = plain\n", "solver/llbsolver/file/unpack.go, isArchivePath"],
    ["/packed", "folder 755 0:0", implicit],
    ["/packed/files.tar.gz", "file 644 0:0", "Dockerfile reference, COPY: nothing is unpacked"],
    ["/opt/ping", "file 755 0:0 = ping\n", fileInfo],
  ],
  differs: [
    [
      "/unpacked",
      "folder 750 1000:1000",
      "a folder that an archive does not name and nothing made becomes as its first entry",
    ],
  ],
  times: [["/unpacked/own/tool", 1_700_000_000, unpacked]],
  capabilities: [
    ["/opt/ping", pingCapability.toString("hex"), "fsutil copy/copy.go: copyXAttrs"],
    ["/usr/bin/ping", pingCapability.toString("hex"), "of the base image"],
  ],
};
