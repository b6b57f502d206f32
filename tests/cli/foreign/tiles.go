// tiles DIRECTORY SHEET: reads a whole log from its tiles with golang.org/x/mod: the checkpoint's signature, the tree's
// hashes from tiles of height 8, each entry against its leaf.
package main

import (
	"encoding/binary"
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

// C2SP tlog-tiles leaves the height out of the path: tile/8/0/001 there is tile/0/001 here.
func path(tile tlog.Tile) string {
	return strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
}

type reader struct{ folder string }

func (r reader) Height() int { return 8 }
func (r reader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		data, err := os.ReadFile(filepath.Join(r.folder, path(tile)))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}
func (r reader) SaveTiles(tiles []tlog.Tile, data [][]byte) {}

func main() {
	folder := os.Args[1]
	vkey := regexp.MustCompile(`(?m)^key (.*)$`).FindSubmatch(read(os.Args[2]))[1]
	verifier, err := note.NewVerifier(string(vkey))
	must(err)
	opened, err := note.Open(read(folder, "checkpoint"), note.VerifierList(verifier))
	must(err)
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err := tlog.ParseHash(lines[2])
	must(err)
	hashes := tlog.TileHashReader(tlog.Tree{N: size, Hash: root}, reader{folder})
	for first := int64(0); first < size; first += 256 {
		width := size - first
		if width > 256 {
			width = 256
		}
		tile := tlog.Tile{H: 8, L: -1, N: first / 256, W: int(width)}
		data := read(folder, strings.Replace(path(tile), "tile/data/", "tile/entries/", 1))
		var wanted []int64
		var found []tlog.Hash
		for i := int64(0); i < width; i++ {
			length := int(binary.BigEndian.Uint16(data))
			found = append(found, tlog.RecordHash(data[2:2+length]))
			data = data[2+length:]
			wanted = append(wanted, tlog.StoredHashIndex(0, first+i))
		}
		if len(data) != 0 {
			log.Fatal("more than the entries in ", path(tile))
		}
		leaves, err := hashes.ReadHashes(wanted)
		must(err)
		for i := range leaves {
			if leaves[i] != found[i] {
				log.Fatal("not the leaf: ", first+int64(i))
			}
		}
	}
	fmt.Printf("%d entries\n", size)
}
