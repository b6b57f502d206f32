// witness key NAME: prints the key of a foreign witness of that name.
// witness run ADDRESS NAME VKEY...: a witness (C2SP tlog-witness) of the logs of these keys, whose names are their
// origins. Everything it checks it checks with golang.org/x/mod; what it signed last it keeps in memory.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func key(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("the key of the foreign witness " + name))
	return ed25519.NewKeyFromSeed(seed[:])
}

func keyID(name string) []byte {
	typed := append([]byte(name+"\n\x04"), key(name).Public().(ed25519.PublicKey)...)
	sum := sha256.Sum256(typed)
	return sum[:4]
}

func vkey(name string) string {
	typed := append([]byte{4}, key(name).Public().(ed25519.PublicKey)...)
	return fmt.Sprintf("%s+%x+%s", name, keyID(name), base64.StdEncoding.EncodeToString(typed))
}

func cosign(name, text string) string {
	now := time.Now().Unix()
	signature := ed25519.Sign(key(name), []byte(fmt.Sprintf("cosignature/v1\ntime %d\n%s", now, text)))
	raw := binary.BigEndian.AppendUint64(keyID(name), uint64(now))
	return fmt.Sprintf("— %s %s\n", name, base64.StdEncoding.EncodeToString(append(raw, signature...)))
}

type head struct {
	size int64
	root tlog.Hash
}

type witness struct {
	name string
	logs map[string]note.Verifier
	lock sync.Mutex
	held map[string]head
}

func (w *witness) addCheckpoint(body []byte) (int, string, string) {
	proofText, signed, found := bytes.Cut(body, []byte("\n\n"))
	lines := strings.Split(string(proofText), "\n")
	if !found || !strings.HasPrefix(lines[0], "old ") {
		return 400, "", ""
	}
	old, err := strconv.ParseInt(lines[0][4:], 10, 64)
	if err != nil {
		return 400, "", ""
	}
	var proof tlog.TreeProof
	for _, line := range lines[1:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return 400, "", ""
		}
		proof = append(proof, hash)
	}
	origin, _, _ := strings.Cut(string(signed), "\n")
	verifier, known := w.logs[origin]
	if !known {
		return 404, "", ""
	}
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return 403, "", ""
	}
	tree, err := tlog.ParseTree([]byte("go.sum database tree\n" + strings.TrimPrefix(opened.Text, origin+"\n")))
	if err != nil || old > tree.N {
		return 400, "", ""
	}
	w.lock.Lock()
	defer w.lock.Unlock()
	held := w.held[origin]
	if old != held.size {
		return 409, "text/x.tlog.size", fmt.Sprintf("%d\n", held.size)
	}
	if old == tree.N && held.root != tree.Hash {
		return 409, "", ""
	}
	if old == 0 && len(proof) > 0 || old > 0 && tlog.CheckTree(proof, tree.N, tree.Hash, held.size, held.root) != nil {
		return 422, "", ""
	}
	w.held[origin] = head{tree.N, tree.Hash}
	return 200, "", cosign(w.name, opened.Text)
}

func (w *witness) ServeHTTP(out http.ResponseWriter, in *http.Request) {
	if in.Method != "POST" || in.URL.Path != "/add-checkpoint" {
		out.WriteHeader(404)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(out, in.Body, 1<<20))
	if err != nil {
		return
	}
	status, kind, answer := w.addCheckpoint(body)
	if kind != "" {
		out.Header().Set("Content-Type", kind)
	}
	out.WriteHeader(status)
	io.WriteString(out, answer)
}

func main() {
	if os.Args[1] == "key" {
		fmt.Println(vkey(os.Args[2]))
		return
	}
	w := &witness{name: os.Args[3], logs: map[string]note.Verifier{}, held: map[string]head{}}
	for _, vkey := range os.Args[4:] {
		verifier, err := note.NewVerifier(vkey)
		must(err)
		w.logs[verifier.Name()] = verifier
	}
	must(http.ListenAndServe(os.Args[2], w))
}
