// log key SECRET NAME: prints the key of a log of that name, made from the secret.
// log ask SECRET URL VKEY: asks the witness of that key for that log. Each line of standard input is one request:
//
//	ORIGIN HISTORY OLD SIZE good|none|wrong
//
// for a checkpoint of that size of the log ORIGIN, in one of the histories it has, with the true proof from OLD, none, or
// a wrong one. Each is answered by a line of JSON; a cosignature is opened with golang.org/x/mod, not with the witness's code.
package main

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// All logs here have one key, under their own names, as the generations of one log have.
func key() ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("the key of a foreign log" + os.Args[2]))
	return ed25519.NewKeyFromSeed(seed[:])
}

func keyHash(name string, typed []byte) uint32 {
	sum := sha256.Sum256(append([]byte(name+"\n"), typed...))
	return binary.BigEndian.Uint32(sum[:])
}

func vkey(name string) string {
	public := key().Public().(ed25519.PublicKey)
	typed := append([]byte{1}, public...)
	return fmt.Sprintf("%s+%08x+%s", name, keyHash(name, typed), base64.StdEncoding.EncodeToString(typed))
}

func signer(name string) note.Signer {
	public := append([]byte{1}, key().Public().(ed25519.PublicKey)...)
	typed := append([]byte{1}, key().Seed()...)
	s, err := note.NewSigner(fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s", name, keyHash(name, public),
		base64.StdEncoding.EncodeToString(typed)))
	must(err)
	return s
}

// A cosigner's key as a note.Verifier: C2SP tlog-cosignature, which x/mod does not know.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
	time *uint64
}

func (c cosigner) Name() string    { return c.name }
func (c cosigner) KeyHash() uint32 { return c.hash }
func (c cosigner) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	*c.time = binary.BigEndian.Uint64(sig)
	return ed25519.Verify(c.key, append([]byte(fmt.Sprintf("cosignature/v1\ntime %d\n", *c.time)), msg...), sig[8:])
}

func newCosigner(vkey string) cosigner {
	words := strings.SplitN(vkey, "+", 3)
	typed, err := base64.StdEncoding.DecodeString(words[2])
	must(err)
	if typed[0] != 4 || fmt.Sprintf("%08x", keyHash(words[0], typed)) != words[1] {
		log.Fatal("no key of a witness: ", vkey)
	}
	return cosigner{words[0], keyHash(words[0], typed), typed[1:], new(uint64)}
}

// The first ten entries are the same in every history.
type history struct{ hashes []tlog.Hash }

func (h *history) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var found []tlog.Hash
	for _, i := range indexes {
		found = append(found, h.hashes[i])
	}
	return found, nil
}

func newHistory(name string, size int64) *history {
	h := &history{}
	for i := int64(0); i < size; i++ {
		entry := fmt.Sprintf("entry %d", i)
		if i >= 10 {
			entry += " of " + name
		}
		more, err := tlog.StoredHashes(i, []byte(entry), h)
		must(err)
		h.hashes = append(h.hashes, more...)
	}
	return h
}

func proof(h *history, old, size int64, how string) []tlog.Hash {
	if how == "none" || old == 0 {
		return nil
	}
	path, err := tlog.ProveTree(size, old, h)
	must(err)
	if how == "wrong" && len(path) > 0 {
		path[len(path)-1][0] ^= 1
	}
	return path
}

type answer struct {
	Status   int    `json:"status"` // 0: nobody answered
	Type     string `json:"type"`
	Body     string `json:"body"`
	Cosigned uint64 `json:"cosigned"` // the time; 0: no cosignature
	Root     string `json:"root"`
}

func ask(client *http.Client, url string, witness cosigner, line string) answer {
	words := strings.Fields(line)
	origin := words[0]
	old, err := strconv.ParseInt(words[2], 10, 64)
	must(err)
	size, err := strconv.ParseInt(words[3], 10, 64)
	must(err)
	larger := size
	if old > larger {
		larger = old
	}
	h := newHistory(words[1], larger)
	root, err := tlog.TreeHash(size, h)
	must(err)
	text := fmt.Sprintf("%s\n%d\n%s\n", origin, size, root)
	signed, err := note.Sign(&note.Note{Text: text}, signer(origin))
	must(err)
	var body bytes.Buffer
	fmt.Fprintf(&body, "old %d\n", old)
	if old <= size {
		for _, hash := range proof(h, old, size, words[4]) {
			fmt.Fprintf(&body, "%s\n", hash)
		}
	}
	fmt.Fprintf(&body, "\n%s", signed)
	response, err := client.Post(url+"/add-checkpoint", "text/plain", &body)
	if err != nil {
		return answer{Root: root.String()}
	}
	defer response.Body.Close()
	said, err := io.ReadAll(response.Body)
	if err != nil {
		return answer{Root: root.String()}
	}
	result := answer{response.StatusCode, response.Header.Get("Content-Type"), string(said), 0, root.String()}
	if opened, err := note.Open(append(signed, said...), note.VerifierList(witness)); err == nil && len(opened.Sigs) == 1 {
		result.Cosigned = *witness.time
	}
	return result
}

func main() {
	if os.Args[1] == "key" {
		fmt.Println(vkey(os.Args[3]))
		return
	}
	client := &http.Client{Timeout: 15 * time.Second}
	witness := newCosigner(os.Args[4])
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		text, err := json.Marshal(ask(client, os.Args[3], witness, lines.Text()))
		must(err)
		fmt.Println(string(text))
	}
}
