import { secretMarker } from "../../../src/compose/secret-marker";
import { app, appProblems, appWarnings, type Raw } from "../../support/interpret";

const defaults = [
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "MKNOD",
  "NET_BIND_SERVICE",
  "NET_RAW",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
];

describe("capabilities", () => {
  test.each([
    ["none is asked for", {}, undefined],
    ["the one that Fargate adds", { cap_add: ["SYS_PTRACE"] }, { add: ["SYS_PTRACE"], drop: [] }],
    ["in Docker's other spelling", { cap_add: ["cap_sys_ptrace"] }, { add: ["SYS_PTRACE"], drop: [] }],
    ["one that every container has", { cap_add: ["CHOWN"] }, undefined],
    ["one is dropped", { cap_drop: ["CAP_NET_RAW"] }, { add: [], drop: ["NET_RAW"] }],
    ["all are dropped", { cap_drop: ["ALL"] }, { add: [], drop: ["ALL"] }],
    ["dropped and added is there", { cap_drop: ["CHOWN"], cap_add: ["CHOWN"] }, undefined],
    [
      "all but one",
      { cap_drop: ["ALL"], cap_add: ["NET_BIND_SERVICE"] },
      { add: [], drop: defaults.filter((name) => name !== "NET_BIND_SERVICE") },
    ],
    [
      "none but the one that Fargate adds",
      { cap_drop: ["ALL"], cap_add: ["SYS_PTRACE"] },
      { add: ["SYS_PTRACE"], drop: ["ALL"] },
    ],
  ])("%s", (_, keys, expected) => {
    expect(app(keys).capabilities).toEqual(expected);
    expect(appWarnings(keys)).toEqual([]);
  });

  test("every other one is refused by its name", () => {
    expect(appProblems({ cap_add: ["SYS_PTRACE", "NET_ADMIN", "ALL"] })).toEqual([
      expect.stringContaining("services.app.cap_add[1]: Fargate gives no container NET_ADMIN"),
      expect.stringContaining("services.app.cap_add[2]: Fargate gives no container ALL"),
    ]);
  });

  test("one that no container has is dropped with a word", () => {
    expect(app({ cap_drop: ["SYS_ADMIN"] })).not.toHaveProperty("capabilities");
    expect(appWarnings({ cap_drop: ["SYS_ADMIN"] })).toEqual([
      "services.app.cap_drop[0]: a container on Fargate does not have SYS_ADMIN anyway",
    ]);
  });
});

describe("open files", () => {
  test.each([
    [1024, { soft: 1024, hard: 1024 }],
    [
      { soft: 1024, hard: 65535 },
      { soft: 1024, hard: 65535 },
    ],
    [{ soft: 2048 }, { soft: 2048, hard: 2048 }],
    [{ hard: 4096 }, { soft: 4096, hard: 4096 }],
  ])("%j", (nofile, expected) => {
    expect(app({ ulimits: { nofile } }).ulimits).toEqual({ nofile: expected });
    expect(appWarnings({ ulimits: { nofile } })).toEqual([]);
  });

  test("other limits are warned of", () => {
    const ulimits = { memlock: { soft: -1, hard: -1 }, nofile: 1024 };
    expect(app({ ulimits }).ulimits).toEqual({ nofile: { soft: 1024, hard: 1024 } });
    expect(appWarnings({ ulimits })).toEqual([
      expect.stringContaining("services.app.ulimits.memlock: Fargate sets nofile alone"),
    ]);
  });

  test.each([
    [
      { nofile: { soft: 9, hard: 4 } },
      "services.app.ulimits.nofile: the soft limit 9 is more than the hard one, 4",
    ],
    [{ nofile: -1 }, "services.app.ulimits.nofile: -1 is out of range"],
    [{ nofile: "many" }, 'services.app.ulimits.nofile: "many" is not a number'],
  ])("%j is an error", (ulimits, expected) => {
    expect(appProblems({ ulimits })).toEqual([expect.stringContaining(expected)]);
  });
});

describe("on an instance with a GPU", () => {
  const gpu = { gpus: [{ capabilities: ["gpu"], count: 1 }] };

  test("every limit counts, and so does the size of /dev/shm", () => {
    const keys = {
      ...gpu,
      shm_size: "1073741825",
      mem_limit: 2 ** 31,
      ulimits: { memlock: -1, stack: { soft: 1024, hard: -1 }, nofile: 9 },
    };
    expect(app(keys)).toMatchObject({
      sharedMemory: 1025,
      ulimits: {
        memlock: { soft: -1, hard: -1 },
        stack: { soft: 1024, hard: -1 },
        nofile: { soft: 9, hard: 9 },
      },
    });
    expect(appWarnings(keys)).toEqual([]);
  });

  test.each<[Raw, string]>([
    [
      { ulimits: { stack: { soft: -1, hard: 1024 } } },
      "ulimits.stack: the soft limit -1 is more than the hard one",
    ],
    [{ ulimits: { nofile: -1 } }, "ulimits.nofile: -1 is out of range"],
    [{ ulimits: { files: 9 } }, "ulimits.files: files is the name of no limit"],
  ])("%j is an error", (keys, expected) => {
    expect(appProblems({ ...gpu, ...keys })).toEqual([expect.stringContaining(`services.app.${expected}`)]);
  });
});

describe("kernel parameters", () => {
  test("of its own namespaces, sorted", () => {
    const sysctls = {
      "net.ipv4.tcp_keepalive_time": 60,
      "kernel.shmmax": "68719476736",
      "net.core.somaxconn": "1024",
      "fs.mqueue.msg_max": 10,
    };
    expect(Object.entries(app({ sysctls }).sysctls ?? {})).toEqual([
      ["fs.mqueue.msg_max", "10"],
      ["kernel.shmmax", "68719476736"],
      ["net.core.somaxconn", "1024"],
      ["net.ipv4.tcp_keepalive_time", "60"],
    ]);
    expect(appWarnings({ sysctls })).toEqual([]);
    expect(app({ sysctls: {} })).not.toHaveProperty("sysctls");
  });

  test.each([
    ["vm.max_map_count", "vm.max_map_count is the whole machine's: a container has net.*"],
    [
      "net.core.rmem_max",
      "net.core.rmem_max is the whole machine's: a container has net.core.somaxconn alone",
    ],
    ["kernel.pid_max", "kernel.pid_max is the whole machine's"],
  ])("%s is refused at its line", (name, expected) => {
    expect(appProblems({ sysctls: { "net.core.somaxconn": 1024, [name]: 1 } })).toEqual([
      expect.stringContaining(`services.app.sysctls.${name}: ${expected}`),
    ]);
  });

  test("each has a value", () => {
    expect(appProblems({ sysctls: { "net.core.somaxconn": "" } })).toEqual([
      expect.stringContaining("services.app.sysctls.net.core.somaxconn: net.core.somaxconn has no value"),
    ]);
  });
});

describe("labels", () => {
  test("are the container's, sorted", () => {
    expect(Object.entries(app({ labels: { b: "2", a: 1, c: null } }).labels ?? {})).toEqual([
      ["a", "1"],
      ["b", "2"],
      ["c", ""],
    ]);
    expect(app({ labels: {} })).not.toHaveProperty("labels");
  });

  test("hold no secrets", () => {
    expect(appProblems({ labels: { a: `x${secretMarker("PASSWORD")}` } })).toEqual([
      expect.stringContaining("services.app.labels.a: variable PASSWORD is not set"),
    ]);
  });
});
