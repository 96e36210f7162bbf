import tseslint from "typescript-eslint";

export default tseslint.config(
  {
    ignores: [
      "dist/",
      "coverage/",
      "node_modules/",
      "examples/",
      "test/corpus/",
      "test/standing/projects/",
      ".venv/",
      ".venv-provider/",
    ],
  },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
    },
  },
  {
    files: ["src/**/*.ts", "stacks/**/*.ts"],
    rules: { "max-lines": ["error", 300], "max-lines-per-function": ["error", 50] },
  },
  {
    // Tables: one row for each component, adapter, input, setting or line, and nothing that decides.
    files: [
      "src/autobuild/{python,ruby}.ts",
      "src/cli/adapters.ts",
      "src/components/network/nat-script.ts",
      "src/components/service/container-service.ts",
      "src/components/stores/{database,redis}.ts",
      "src/launcher/commands/secret.ts",
      "src/settings/settings.ts",
      "src/simulator/plays/rollout-plays.ts",
      "stacks/project.ts",
    ],
    rules: { "max-lines-per-function": ["error", 90] },
  },
  {
    // What differs between the kinds of store is a row or a switch: a comparison would have a new kind fall through.
    files: ["src/**/*.ts", "stacks/**/*.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector:
            "BinaryExpression[operator=/^[!=]==$/][right.value=/^(postgres|mysql|redis)$/]:matches([left.name='kind'], [left.property.name='kind'])",
          message:
            "Ask the kind's row (src/stores), a table by StoreKind or a switch that ends in assertNever.",
        },
      ],
    },
  },
  {
    // One reader of the environment: only the process edges hand it to settings.
    files: ["src/**/*.ts", "stacks/**/*.ts"],
    ignores: ["src/main.ts", "src/berth.ts", "src/simulator/main.ts"],
    rules: {
      "no-restricted-properties": [
        "error",
        {
          object: "process",
          property: "env",
          message: "Only src/settings/settings.ts reads the environment, handed in by main.",
        },
      ],
    },
  },
);
