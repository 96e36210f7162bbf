package main

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	waiting  = "todo:reminders"
	underWay = "todo:reminders:under-way"
	// How long one call waits for a reminder; the heartbeat's rhythm where there is none.
	longestWait = 5 * time.Second
)

// A queue loses nothing: a reminder stands in one of two lists until it is marked. It may be marked twice, which
// changes nothing.
type queue struct {
	client *redis.Client
	mark   func(ctx context.Context, id int64) error
}

// recover puts back what a worker left under way when it was killed.
func (q *queue) recover(ctx context.Context) error {
	for {
		err := q.client.LMove(ctx, underWay, waiting, "LEFT", "RIGHT").Err()
		if errors.Is(err, redis.Nil) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// next waits for one reminder and marks its todo; none in time is no error.
func (q *queue) next(ctx context.Context) error {
	text, err := q.client.BLMove(ctx, waiting, underWay, "RIGHT", "LEFT", longestWait).Result()
	if errors.Is(err, redis.Nil) {
		return nil
	}
	if err != nil {
		return err
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		slog.Warn("dropped what is no todo's number", "reminder", text)
		return q.client.LRem(ctx, underWay, 1, text).Err()
	}
	if err := q.mark(ctx, id); err != nil {
		return errors.Join(err, q.putBack(text))
	}
	slog.Info("reminded", "todo", id)
	return q.client.LRem(ctx, underWay, 1, text).Err()
}

// putBack runs while the worker is being stopped, too.
func (q *queue) putBack(text string) error {
	ctx, cancel := context.WithTimeout(context.Background(), longestWait)
	defer cancel()
	_, err := q.client.TxPipelined(ctx, func(pipe redis.Pipeliner) error {
		pipe.LRem(ctx, underWay, 1, text)
		pipe.LPush(ctx, waiting, text)
		return nil
	})
	return err
}
