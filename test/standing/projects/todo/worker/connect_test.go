package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
)

// serve answers each connection once and hangs up.
func serve(t *testing.T, answer string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			connection.Read(make([]byte, 64))
			connection.Write([]byte(answer))
			connection.Close()
		}
	}()
	return listener.Addr().String()
}

func TestConnectRedisChoosesTLS(t *testing.T) {
	tlsServer := httptest.NewTLSServer(nil)
	defer tlsServer.Close()
	for name, test := range map[string]struct {
		url, mode string
		wantTLS   bool
	}{
		"auto, a pong":         {"redis://" + serve(t, "+PONG\r\n"), "", false},
		"auto, a password":     {"redis://" + serve(t, "-NOAUTH Authentication required.\r\n"), "auto", false},
		"auto, hangs up":       {"redis://" + serve(t, ""), "auto", true},
		"auto, an alert":       {"redis://" + serve(t, "\x15\x03\x01\x00\x02\x02\x46"), "auto", true},
		"auto, a real TLS":     {"redis://" + tlsServer.Listener.Addr().String(), "auto", true},
		"rediss asks nothing":  {"rediss://127.0.0.1:1", "auto", true},
		"on asks nothing":      {"redis://127.0.0.1:1", "on", true},
		"off asks nothing":     {"redis://127.0.0.1:1", "off", false},
		"off yields to rediss": {"rediss://127.0.0.1:1", "off", true},
	} {
		t.Run(name, func(t *testing.T) {
			client, err := connectRedis(context.Background(), test.url, test.mode)
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			if got := client.Options().TLSConfig != nil; got != test.wantTLS {
				t.Errorf("TLS is %v, want %v", got, test.wantTLS)
			}
		})
	}
}

func TestConnectRedisRefuses(t *testing.T) {
	for name, test := range map[string]struct{ url, mode, want string }{
		"no URL":       {"", "", "REDIS_URL"},
		"unknown mode": {"redis://127.0.0.1:1", "yes", `REDIS_TLS is "yes"`},
		"nobody there": {"redis://127.0.0.1:1", "", "refused"},
		"no password":  {"redis://:sec ret@%zz", "", "REDIS_URL"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := connectRedis(context.Background(), test.url, test.mode)
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "sec") {
				t.Errorf("error is %v, want %q in it", err, test.want)
			}
		})
	}
}

func TestChainIsVerifiedAndNameIsNot(t *testing.T) {
	server := httptest.NewTLSServer(nil)
	defer server.Close()
	dial := func(config *tls.Config) error {
		config.ServerName = "cache" // a name that the certificate does not have
		connection, err := tls.Dial("tcp", server.Listener.Addr().String(), config)
		if err == nil {
			connection.Close()
		}
		return err
	}
	if err := dial(chainOnly(nil)); err == nil {
		t.Error("a certificate of an unknown authority was taken")
	}
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	if err := dial(chainOnly(roots)); err != nil {
		t.Errorf("a certificate of a known authority was refused: %v", err)
	}
}
