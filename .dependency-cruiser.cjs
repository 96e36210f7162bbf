/** The layering: imports go one way. `errors`, `log` and `version` are open to all. */
const open = "^src/(errors|log|version)\\.ts$";
const only = (name, from, to) => ({
  name,
  severity: "error",
  from: { path: from },
  to: { path: "^(src|stacks)/", pathNot: [from, open, ...to] },
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-circular",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    // One row for each kind of managed store, which everybody may ask.
    only("project-to-stores", "^src/project/", ["^src/stores/"]),
    only("stores-know-the-model-only", "^src/stores/", [
      "^src/project/model\\.ts$",
      "^src/ports/data-types\\.ts$",
    ]),
    only("ports-know-the-model-only", "^src/ports(/|\\.ts$)", ["^src/project/"]),
    only("archive-to-project-and-ports", "^src/archive/", ["^src/project/", "^src/ports(/|\\.ts$)"]),
    only("app-to-ports-and-project", "^src/app/", [
      "^src/stores/",
      "^src/project/",
      "^src/ports(/|\\.ts$)",
      "^src/archive/",
      "^src/settings\\.ts$",
    ]),
    only("components-to-project", "^src/components/", [
      "^src/project/",
      "^src/stores/",
      "^src/ports(/|\\.ts$)",
    ]),
    only("stacks-to-components", "^stacks/", [
      "^src/components/",
      "^src/project/",
      "^src/stores/",
      "^src/ports(/|\\.ts$)",
    ]),
    only("engine-to-ports", "^src/engine/", ["^src/ports(/|\\.ts$)", "^src/simulator/"]),
    // What things are called has one spelling, for the program that makes them and for whoever looks at them.
    only("aws-to-ports", "^src/aws/", [
      "^src/stores/",
      "^src/ports(/|\\.ts$)",
      "^src/project/(naming|defined)\\.ts$",
    ]),
    only("simulator-to-ports", "^src/simulator/", ["^src/ports(/|\\.ts$)"]),
    only("launcher-to-app", "^src/launcher/", [
      "^src/stores/",
      "^src/app/",
      "^src/archive/",
      "^src/project/",
      "^src/ports(/|\\.ts$)",
      "^src/report/",
      "^src/(settings|arguments|result|lazy-aws|start|process)\\.ts$",
    ]),
    only("report-to-ports", "^src/report/", [
      "^src/stores/",
      "^src/ports(/|\\.ts$)",
      "^src/project/",
      "^src/result\\.ts$",
    ]),
    { name: "tests-stay-out", severity: "error", from: { path: "^(src|stacks)/" }, to: { path: "^test/" } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { extensions: [".ts", ".js", ".json"] },
  },
};
