/** A project's file, where none is named, in the order in which Compose looks for it (compose-go, cli/options.go). */
export const composeNames = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];

/** What is laid over it, in the same way. */
export const overrideNames = [
  "compose.override.yml",
  "compose.override.yaml",
  "docker-compose.override.yml",
  "docker-compose.override.yaml",
];
