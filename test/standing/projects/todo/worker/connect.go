package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/redis/go-redis/v9"
)

const questionTimeout = 5 * time.Second

// connectRedis makes a client. The mode says whether it speaks TLS: "off", "on", or "auto" (also ""), which asks the
// server before any password is sent. A rediss:// URL means TLS in any case.
func connectRedis(ctx context.Context, url, mode string) (*redis.Client, error) {
	options, err := redis.ParseURL(url)
	if err != nil {
		return nil, errors.New("REDIS_URL is not redis://host:port or rediss://host:port") // err could hold a password
	}
	useTLS := options.TLSConfig != nil
	switch mode {
	case "off":
	case "on":
		useTLS = true
	case "", "auto":
		if !useTLS {
			plain, err := speaksPlainRedis(ctx, options.Addr)
			if err != nil {
				return nil, fmt.Errorf("REDIS_URL: %w", err)
			}
			useTLS = !plain
		}
	default:
		return nil, fmt.Errorf("REDIS_TLS is %q; it can be off, auto, on", mode)
	}
	if useTLS {
		options.TLSConfig = chainOnly(nil)
	}
	return redis.NewClient(options), nil
}

// speaksPlainRedis asks for a ping: a plain server answers +PONG or with an error that starts with -; a TLS server
// answers with an alert, or hangs up.
func speaksPlainRedis(ctx context.Context, address string) (bool, error) {
	dialer := net.Dialer{Timeout: questionTimeout}
	connection, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return false, err
	}
	defer connection.Close()
	if err := connection.SetDeadline(time.Now().Add(questionTimeout)); err != nil {
		return false, err
	}
	if _, err := connection.Write([]byte("PING\r\n")); err != nil {
		return false, err
	}
	answer := make([]byte, 1)
	if _, err := connection.Read(answer); err != nil {
		var timeout net.Error
		if errors.As(err, &timeout) && timeout.Timeout() {
			return false, fmt.Errorf("%s gave no answer", address)
		}
		return false, nil
	}
	return answer[0] == '+' || answer[0] == '-', nil
}

// chainOnly verifies the certificate's chain and not its name, because `cache` is this project's own name for the
// server. No roots are the system's.
func chainOnly(roots *x509.CertPool) *tls.Config {
	return &tls.Config{
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: true, // in favour of VerifyConnection
		VerifyConnection: func(state tls.ConnectionState) error {
			intermediates := x509.NewCertPool()
			for _, certificate := range state.PeerCertificates[1:] {
				intermediates.AddCert(certificate)
			}
			_, err := state.PeerCertificates[0].Verify(x509.VerifyOptions{Roots: roots, Intermediates: intermediates})
			return err
		},
	}
}
