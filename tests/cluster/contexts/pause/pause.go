// The only process of a pod's sandbox: it keeps the pod's namespaces, reaps what is orphaned in them, and ends when told.
package main

import (
	"os"
	"os/signal"
	"syscall"
)

func reap() {
	for {
		if process, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil); process <= 0 || err != nil {
			return
		}
	}
}

func main() {
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, syscall.SIGCHLD, syscall.SIGINT, syscall.SIGTERM)
	for received := range signals {
		if received != syscall.SIGCHLD {
			return
		}
		reap()
	}
}
