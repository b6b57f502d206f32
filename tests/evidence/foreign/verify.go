// verify BUNDLE-FOLDER SHEET: checks a bundle's checkpoints, inclusion and consistency proofs with golang.org/x/mod, the
// code by which the Go command checks its own checksum database. Prints how many of each.
package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func read(parts ...string) []byte {
	data, err := os.ReadFile(filepath.Join(parts...))
	must(err)
	return data
}

type checkpoint struct {
	size int64
	root tlog.Hash
}

// Opens the note with the log's key and reads the three lines of a checkpoint.
func open(data []byte, verifiers note.Verifiers) checkpoint {
	opened, err := note.Open(data, verifiers)
	must(err)
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err := tlog.ParseHash(lines[2])
	must(err)
	return checkpoint{size, root}
}

// The lines between the title lines and the empty line, as hashes; and what follows.
func hashes(data []byte, titles int) ([]tlog.Hash, []byte) {
	head, rest, found := bytes.Cut(data, []byte("\n\n"))
	if !found {
		log.Fatal("no empty line")
	}
	var path []tlog.Hash
	for _, line := range strings.Split(string(head), "\n")[titles:] {
		raw, err := base64.StdEncoding.DecodeString(line)
		must(err)
		var hash tlog.Hash
		copy(hash[:], raw)
		path = append(path, hash)
	}
	return path, rest
}

func main() {
	folder := os.Args[1]
	vkey := regexp.MustCompile(`(?m)^key (.*)$`).FindSubmatch(read(os.Args[2]))[1]
	verifier, err := note.NewVerifier(string(vkey))
	must(err)
	verifiers := note.VerifierList(verifier)

	proofs, err := filepath.Glob(filepath.Join(folder, "proofs", "*.tlog-proof"))
	must(err)
	for _, name := range proofs {
		index, err := strconv.ParseInt(strings.TrimSuffix(filepath.Base(name), ".tlog-proof"), 10, 64)
		must(err)
		path, rest := hashes(read(name), 2)
		head := open(rest, verifiers)
		leaf := tlog.RecordHash(read(folder, "leaves", fmt.Sprintf("%d.bin", index)))
		must(tlog.CheckRecord(path, head.size, head.root, index, leaf))
	}
	bodies, err := filepath.Glob(filepath.Join(folder, "consistency", "*.txt"))
	must(err)
	for _, name := range bodies {
		path, rest := hashes(read(name), 1)
		head := open(rest, verifiers)
		old, _, _ := strings.Cut(filepath.Base(name), "-")
		before := open(read(folder, "checkpoints", old+".txt"), verifiers)
		must(tlog.CheckTree(path, head.size, head.root, before.size, before.root))
	}
	fmt.Printf("%d entries, %d checkpoints\n", len(proofs), len(bodies))
}
