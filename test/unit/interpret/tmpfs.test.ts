import { app, appProblems, appWarnings, type Raw } from "../../support/interpret";

const usual = ["noexec", "nosuid", "nodev"];

test.each<[string, Raw, object]>([
  ["a path alone", { tmpfs: ["/run"] }, { path: "/run", size: 256, options: usual }],
  ["a size", { tmpfs: ["/run:size=64m"] }, { path: "/run", size: 64, options: usual }],
  ["bytes", { tmpfs: ["/run:size=1048577"] }, { path: "/run", size: 2, options: usual }],
  ["a share", { tmpfs: ["/run:size=25%"] }, { path: "/run", size: 128, options: usual }],
  [
    "owner and mode, as they stand",
    { tmpfs: ["/run:size=64m,mode=1777,uid=1000,gid=1000"] },
    { path: "/run", size: 64, options: [...usual, "mode=1777", "uid=1000", "gid=1000"] },
  ],
  [
    "the opposite of what is usual",
    { tmpfs: ["/run:exec,size=1g,rw"], mem_limit: 2 ** 31 },
    { path: "/run", size: 1024, options: ["nosuid", "nodev", "exec", "rw"] },
  ],
  [
    "a volume",
    {
      volumes: [
        { type: "tmpfs", target: "/run", read_only: true, tmpfs: { size: "10485760", mode: 0o1770 } },
      ],
    },
    { path: "/run", size: 10, options: [...usual, "ro", "mode=1770"] },
  ],
  [
    "the size of /dev/shm",
    { shm_size: "67108865" },
    { path: "/dev/shm", size: 65, options: [...usual, "mode=1777"] },
  ],
  [
    "a /dev/shm of its own",
    { shm_size: "67108864", tmpfs: ["/dev/shm:size=1m"] },
    { path: "/dev/shm", size: 1, options: usual },
  ],
])("%s", (_, keys, folder) => {
  expect(app(keys).tmpfs).toEqual([folder]);
});

test("a /dev/shm larger than the task is as large as the task, with a warning; none is none", () => {
  const large = { shm_size: 2 ** 40, mem_limit: 2 ** 29 };
  expect(app(large).tmpfs).toMatchObject([{ size: 512 }]);
  expect(appWarnings(large)).toEqual([expect.stringContaining("services.app.shm_size: ")]);
  expect(app({ shm_size: 0 }).tmpfs).toBeUndefined();
});

test("a root that can't be written to bears folders that can", () => {
  const keys = {
    read_only: true,
    tmpfs: ["/run:size=8m"],
    volumes: [
      { type: "volume", target: "/cache" },
      { type: "tmpfs", target: "/tmp", tmpfs: { size: 2 ** 20 } },
    ],
  };
  const { tmpfs = [], folders, readOnly, volumes } = app(keys);
  expect(tmpfs.map(({ path }) => path)).toEqual(["/run", "/tmp"]);
  expect({ folders, readOnly, volumes }).toEqual({ folders: ["/cache"], readOnly: true, volumes: undefined });
  expect(appWarnings(keys)).toEqual([
    expect.stringContaining("services.app.volumes[0]: it is an empty folder"),
  ]);
});

test("an anonymous volume is the image's own directory where the root can be written to", () => {
  expect(app({ volumes: [{ type: "volume", target: "/app/node_modules" }] })).not.toHaveProperty("folders");
});

test("what its size comes to is said where the file does not say it", () => {
  expect(appWarnings({ mem_limit: 2 ** 29, tmpfs: ["/a", "/b:size=64m", "/c:size=1g"] })).toEqual([
    "services.app.tmpfs[0]: it holds 256 MiB, half of the task's memory: size=… sets another limit",
    "services.app.tmpfs[2]: 1024 MiB become 512 MiB: the task has no more memory",
  ]);
});

test.each<[Raw, string]>([
  [{ tmpfs: ["/run:size=8m", "/run"] }, "tmpfs[1]: a second mount at /run (keep one of them)"],
  [
    { tmpfs: ["/cache/"], volumes: [{ type: "volume", target: "/cache" }] },
    "tmpfs[0]: a second mount at /cache",
  ],
  [{ tmpfs: ["run"] }, 'tmpfs[0]: "run" is no place for a folder in memory'],
  [{ tmpfs: ["/"] }, 'tmpfs[0]: "/" is no place for a folder in memory'],
  [{ tmpfs: ["/run:size=lots"] }, 'tmpfs[0]: "size=lots" is no option of a tmpfs'],
  [{ tmpfs: ["/run:mode=999"] }, 'tmpfs[0]: "mode=999" is no option of a tmpfs'],
  [{ tmpfs: ["/run:constructor=1"] }, 'tmpfs[0]: "constructor=1" is no option of a tmpfs'],
  [{ tmpfs: ["/run:z"] }, 'tmpfs[0]: "z" is no option of a tmpfs'],
])("%j is an error", (keys, expected) => {
  expect(appProblems(keys)).toEqual([expect.stringContaining(`services.app.${expected}`)]);
});

describe("without a size, a task holds its folders in memory", () => {
  test.each<[Raw, number, number]>([
    [{ shm_size: 2 ** 31 }, 512, 3072],
    [{ shm_size: "536870912" }, 256, 1024],
    [{ tmpfs: ["/a:size=200m", "/b:mode=1777,size=200m"] }, 256, 1024],
    [{ volumes: [{ type: "tmpfs", target: "/c", tmpfs: { size: "1073741824" } }] }, 256, 2048],
    [{ tmpfs: ["/a:size=64m", "/b"] }, 256, 512],
    [{ tmpfs: ["/a:size=100%"] }, 256, 512],
    [{ shm_size: 2 ** 38 }, 512, 4096],
    [{ shm_size: 2 ** 31, mem_limit: 2 ** 30 }, 256, 1024],
  ])("%j", (keys, cpu, memory) => {
    expect(app(keys).size).toEqual({ cpu, memory });
  });

  test("with a word, and where the image needs more, the image's", () => {
    expect(appWarnings({ shm_size: 2 ** 31 })).toEqual([
      expect.stringContaining("it gets 0.5 vCPU and 3 GiB, for what it may keep in memory (shm_size, tmpfs)"),
    ]);
    expect(app({ image: "gitlab/gitlab-ce:18", shm_size: 2 ** 28 }).size).toEqual({
      cpu: 2048,
      memory: 8192,
    });
  });
});
