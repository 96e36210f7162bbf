// The worker of the todo example: takes reminders from a queue in Redis and marks their todos in Postgres.
// A real one would send a mail where this one writes a line.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// A heartbeat older than this is a worker that is stuck, or cut off from its servers.
const longestSilence = 45 * time.Second

var heartbeat = filepath.Join(os.TempDir(), "worker-heartbeat")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	run := work
	if len(os.Args) > 1 && os.Args[1] == "healthcheck" {
		run = checkHeartbeat
	}
	if err := run(ctx); err != nil {
		slog.Error("stopped", "error", err)
		os.Exit(1)
	}
}

func work(ctx context.Context) error {
	pool, err := pgxpool.New(ctx, os.Getenv("DATABASE_URL")) // TLS where the server has it: sslmode is `prefer`
	if err != nil {
		return fmt.Errorf("DATABASE_URL: %w", err)
	}
	defer pool.Close()
	client, err := connectRedis(ctx, os.Getenv("REDIS_URL"), os.Getenv("REDIS_TLS"))
	if err != nil {
		return err
	}
	defer client.Close()

	reminders := &queue{client: client, mark: func(ctx context.Context, id int64) error {
		_, err := pool.Exec(ctx, "UPDATE todos SET reminded_at = coalesce(reminded_at, now()) WHERE id = $1", id)
		return err
	}}
	if err := reminders.recover(ctx); err != nil {
		return fmt.Errorf("recovering what was under way: %w", err)
	}
	slog.Info("waiting for reminders")
	for ctx.Err() == nil {
		err := reminders.next(ctx)
		switch {
		case err == nil:
			err = beat()
		case errors.Is(err, context.Canceled):
			continue
		}
		if err != nil {
			slog.Error("a reminder failed, and will be tried again", "error", err)
			pause(ctx, time.Second)
		}
	}
	slog.Info("stopping")
	return nil
}

func beat() error {
	return os.WriteFile(heartbeat, nil, 0o600)
}

func checkHeartbeat(context.Context) error {
	info, err := os.Stat(heartbeat)
	if err != nil {
		return err
	}
	if silence := time.Since(info.ModTime()); silence > longestSilence {
		return fmt.Errorf("no heartbeat for %s", silence.Round(time.Second))
	}
	return nil
}

func pause(ctx context.Context, length time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(length):
	}
}
