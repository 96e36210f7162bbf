/** A project's file, where none is named, in the order in which Compose looks for it (compose-go, cli/options.go). */
export const composeNames = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];
