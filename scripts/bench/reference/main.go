// Prints what compose-go, the reference loader of the Compose Specification, makes of a compose file and the .env beside
// it: the JSON that berth-cd config prints too.
package main

import (
	"context"
	"log"
	"os"

	"github.com/compose-spec/compose-go/v2/cli"
)

func main() {
	log.SetFlags(0)
	options, err := cli.NewProjectOptions(
		os.Args[1:],
		cli.WithOsEnv,
		// Without this one no .env is looked for.
		cli.WithEnvFiles(),
		cli.WithDotEnv,
		cli.WithDefaultConfigPath,
		cli.WithInterpolation(true),
		cli.WithResolvedPaths(false),
		cli.WithConsistency(false),
	)
	if err != nil {
		log.Fatal(err)
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	canonical, err := project.MarshalJSON()
	if err != nil {
		log.Fatal(err)
	}
	if _, err := os.Stdout.Write(canonical); err != nil {
		log.Fatal(err)
	}
}
