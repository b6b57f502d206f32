#include "tests/verify/samples.hpp"

#include <fmt/core.h>
#include <zlib.h>

#include <cassert>

#include "firmware/verify/crypto.hpp"
#include "firmware/verify/day_index.hpp"
#include "firmware/verify/log_folder.hpp"
#include "firmware/verify/manifest.hpp"
#include "firmware/verify/names.hpp"
#include "firmware/verify/proof_files.hpp"
#include "firmware/verify/sheet.hpp"
#include "firmware/verify/stamp.hpp"
#include "firmware/verify/zip.hpp"

namespace sealwarden::verify::test {
namespace {

const std::string root = base64(view(sha256("root")));
const std::string log_line = "— sealwarden/dc7/gw1/g1 " + base64(std::string(68, 'x')) + "\n";
const std::string note = "sealwarden/dc7/gw1/g1\n64\n" + root + "\n\n" + log_line;

std::string sample_sheet() {
    const Verifier key{.name = "a/g1", .key = sha256("log key")};
    return fmt::format(
        "sealwarden sheet 1\norigin a\nkey {}+{}+{}\nstart 2026-11-24T11:00:00Z\nepoch 3600\nkeys "
        "5\n"
        "epochs {}\ncommissioned 0 {}\nexport 10\n",
        key.name, hex(key.key_id()), base64("\x01" + std::string{view(key.key)}), root, root);
}

std::string print(const JsonValue& value) {
    switch (value.kind()) {
        case JsonKind::null: return "null";
        case JsonKind::boolean: return value.boolean() ? "true" : "false";
        case JsonKind::integer: return std::to_string(value.integer());
        case JsonKind::text: return "\"" + escaped(value.text()) + "\"";
        case JsonKind::list:
        case JsonKind::object: break;
    }
    const bool list = value.kind() == JsonKind::list;
    std::string out{list ? "[" : "{"};
    for (const auto item : value) {
        if (out.size() > 1) out += ',';
        if (!list) out += "\"" + std::string{item.name()} + "\":";
        out += print(item);
    }
    return out + (list ? "]" : "}");
}

void feed_json(std::string_view bytes) {
    Json json;
    json.parse(bytes);
    assert(print(json.root()) == bytes);  // what is accepted has one form
}

void feed_record(std::string_view bytes) {
    Record record;
    parse_record(bytes, 7, record);
    assert(record.index == 7);
    feed_json(bytes);
}

void feed_note(std::string_view bytes) {
    const auto parsed = parse_note(bytes);
    auto again = parsed.text + "\n";
    for (const auto& line : parsed.signatures) {
        again += "— " + line.name + " " + base64(line.key_id + line.bytes) + "\n";
    }
    assert(again == bytes);
}

void feed_checkpoint(std::string_view bytes) {
    const auto parsed = parse_checkpoint(bytes);
    assert(parsed.note.text ==
           fmt::format("{}\n{}\n{}\n", parsed.origin, parsed.size, base64(view(parsed.root))));
}

void feed_inclusion(std::string_view bytes) {
    const auto proof = parse_inclusion(bytes);
    assert(proof.path.size() < 64);
}

void feed_consistency(std::string_view bytes) {
    const auto proof = parse_consistency(bytes);
    assert(proof.hashes.size() < 64);
}

void feed_range(std::string_view bytes) {
    auto file = parse_range(bytes);
    assert(file.range.leaves.size() == file.range.to - file.range.from);
    file.range.size = 64;
    (void)file.range.root();
}

void feed_sheet(std::string_view bytes) {
    const auto sheet = parse_sheet(bytes);
    assert(sheet.keys > 0);
}

void feed_manifest(std::string_view bytes) {
    const auto manifest = parse_manifest(bytes, "sealwarden/dc7/gw1");
    assert(manifest.generation > 0);
}

void feed_days(std::string_view bytes) {
    (void)parse_day_proofs(bytes, 9, {.count = 0, .root = tree_root({})});
}

void feed_entries(std::string_view bytes) {
    std::size_t size = 0;
    for (const auto entry : split_entries(bytes, 3)) size += entry.size() + 2;
    assert(size == bytes.size());
}

void feed_name(std::string_view bytes) {
    const auto name = file_name(bytes);
    assert(name.kind == FileKind::unknown || bytes.find("..") == std::string_view::npos);
}

void feed_stamp(std::string_view bytes) {
    (void)check_stamp(bytes, "", "data", {});
}

// One byte more or less must not make other files of it.
void feed_zip(std::string_view bytes) {
    static const auto good = sample_zip();
    const auto expected = parse_zip(good);
    const auto members = parse_zip(bytes);
    if (bytes.size() != good.size()) return;
    assert(members.size() == expected.size());
    for (std::size_t i = 0; i < members.size(); ++i) assert(members[i].bytes == expected[i].bytes);
}

std::string little_endian(std::uint64_t value, int size) {
    std::string bytes;
    for (; size > 0; --size, value >>= 8) bytes += static_cast<char>(value & 0xFF);
    return bytes;
}

}  // namespace

std::string sample_zip() {
    std::string body;
    std::string directory;
    std::uint64_t count = 0;
    for (const auto& [name, data] : {std::pair<std::string, std::string>{"a.txt", "first"},
                                     {"b/c.bin", std::string(300, 'x')},
                                     {"d", ""}}) {
        const auto crc = crc32_z(0, reinterpret_cast<const Bytef*>(data.data()), data.size());
        const auto shared = little_endian(20, 2) + little_endian(0, 6) + little_endian(0x21, 2) +
                            little_endian(crc, 4) + little_endian(data.size(), 4) +
                            little_endian(data.size(), 4) + little_endian(name.size(), 2) +
                            little_endian(0, 2);
        directory += "PK\x01\x02" + little_endian(20, 2) + shared + little_endian(0, 10) +
                     little_endian(body.size(), 4) + name;
        body += "PK\x03\x04" + shared + name + data;
        ++count;
    }
    return body + directory + "PK\x05\x06" + little_endian(0, 4) + little_endian(count, 2) +
           little_endian(count, 2) + little_endian(directory.size(), 4) +
           little_endian(body.size(), 4) + little_endian(0, 2);
}

const std::vector<Target>& targets() {
    static const std::vector<Target> all{
        {"json", R"({"a":[1,-2,true,null],"b":{"c":"x\n\u001f é"},"d":9007199254740991})",
         feed_json},
        {"record",
         R"({"data":{"raw":1},"i":7,"kind":"door.opened","src":{"dev":"io1","point":"di0"},)"
         R"("subj":[{"k":"door","n":2,"p":3,"v":"d07"}],"t":{"boot":"5d0c","bootn":1,"err_ms":12,)"
         R"("mono_us":5,"sync":"ntp","wall":"2026-11-24T03:00:00.123456Z"},"v":1})",
         feed_record},
        {"note", note, feed_note},
        {"checkpoint", note, feed_checkpoint},
        {"inclusion", "c2sp.org/tlog-proof@v1\nindex 5\n" + root + "\n" + root + "\n\n" + note,
         feed_inclusion},
        {"consistency", "old 5\n" + root + "\n\n" + note, feed_consistency},
        {"range", "range 2 4\n" + root + "\nleaves\n" + root + "\n" + root + "\n\n" + note,
         feed_range},
        {"sheet", sample_sheet(), feed_sheet},
        {"manifest",
         R"({"context":[1],"erased":[],"export":3,"files":{"a.b":")" + hex(sha256("x")) +
             R"("},"head":4,"lang":"en","origin":"sealwarden/dc7/gw1/g1","query":{"since":)"
             R"("2026-11-24T00:00:00.000000Z","subject":{"k":"door","v":"d07"},"until":)"
             R"("2026-11-25T00:00:00.000000Z"},"records":1,"subjects":[{"k":"door","v":"d07"}],)"
             R"("tool":"t","v":1,"window":{"first_epoch":0,"from":0,"last_epoch":1,"to":4},"withheld":[]})",
         feed_manifest},
        {"days", R"({"index":9,"proofs":[{"leaves":[],"subject":{"k":"door","v":"d07"}}]})",
         feed_days},
        {"entries", std::string{"\0\3abc\0\0\0\1x", 10}, feed_entries},
        {"name", "consistency/5-64.txt", feed_name},
        {"stamp", std::string{"\x30\x05\x30\x03\x02\x01\x02", 7}, feed_stamp},
        {"zip", sample_zip(), feed_zip}};
    return all;
}

}  // namespace sealwarden::verify::test
