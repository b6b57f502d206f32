// How fast a copy of a whole log is verified, against the hash of the same bytes: at least half the
// speed of `openssl speed sha256`. Both in one run, so that only the ratio matters.
//
//     bench_verify [--json] [--directory DIR] [--entries N]
//
// log     check() of a copy of N entries, of the size records have, an epoch every 400 entries, all
// rules sha256  SHA-256 over the same entries, one by one, in one thread: what `openssl speed`
// measures at that size
#include <fmt/core.h>
#include <openssl/evp.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <span>

#include "bench/options.hpp"
#include "firmware/verify/check.hpp"
#include "firmware/verify/crypto.hpp"
#include "firmware/verify/log_folder.hpp"
#include "firmware/verify/print.hpp"

namespace {

using namespace sealwarden::verify;
using std::chrono::steady_clock;
namespace fs = std::filesystem;

constexpr double wanted_ratio = 0.5;
constexpr std::uint64_t entries_an_epoch = 400;

class Key {
  public:
    Key(std::string_view what, std::uint64_t number) {
        const auto seed = sha256({what, std::to_string(number)});
        key_.reset(
            EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()));
        std::size_t size = public_key.size();
        EVP_PKEY_get_raw_public_key(key_.get(), public_key.data(), &size);
    }

    [[nodiscard]] std::string line(const std::string& name, const std::string& text) const {
        std::string signature(64, '\0');
        std::size_t size = signature.size();
        auto* context = EVP_MD_CTX_new();
        EVP_DigestSignInit(context, nullptr, nullptr, nullptr, key_.get());
        EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()), &size,
                       reinterpret_cast<const unsigned char*>(text.data()), text.size());
        EVP_MD_CTX_free(context);
        const Verifier verifier{.name = name, .key = public_key};
        return "— " + name + " " + base64(verifier.key_id() + signature) + "\n";
    }

    PublicKey public_key{};

  private:
    struct Free {
        void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    };
    std::unique_ptr<EVP_PKEY, Free> key_;
};

// A log's copy, written as FORMAT.md says.
class Copy {
  public:
    Copy(fs::path folder, std::uint64_t size) : folder_{std::move(folder)}, size_{size} {}

    std::string make() {  // returns the sheet
        const auto epochs = size_ / entries_an_epoch + 1;
        std::string table;
        Frontier keys;
        for (std::uint64_t e = 0; e < epochs; ++e) {
            const Key key{"epoch", e};
            table += view(key.public_key);
            keys.add(leaf_hash(fmt::format("{}\n", e).append(view(key.public_key))));
        }
        write("epochs/keys.bin", table);
        for (std::uint64_t i = 0; i < size_; ++i) add(i);
        write("checkpoint", sign());
        write_tiles();
        const Verifier key{.name = "bench/g1", .key = log_.public_key};
        return fmt::format(
            "sealwarden sheet 1\norigin bench\nkey bench/g1+{}+{}\nstart 2026-11-24T00:00:00Z\n"
            "epoch 3600\nkeys {}\nepochs {}\ncommissioned 0 {}\nexport 10\n",
            hex(key.key_id()), base64("\x01" + std::string{view(key.key)}), epochs,
            base64(view(keys.root())), base64(view(tree_root({}))));
    }

  private:
    void write(const std::string& name, std::string_view bytes) const {
        fs::create_directories((folder_ / name).parent_path());
        std::ofstream{folder_ / name, std::ios::binary}.write(bytes.data(), std::ssize(bytes));
    }

    // The checkpoint of a size is signed by the epoch of its last entry.
    [[nodiscard]] std::string sign() const {
        const auto epoch = (tree_.size() - 1) / entries_an_epoch;
        const auto text =
            fmt::format("bench/g1\n{}\n{}\n", tree_.size(), base64(view(tree_.root())));
        return text + "\n" + log_.line("bench/g1", text) +
               Key{"epoch", epoch}.line(fmt::format("bench/g1/epoch/{}", epoch), text);
    }

    std::string subject(std::string_view kind, const std::string& id, std::uint64_t index) {
        auto& [count, last] = heads_.try_emplace(id, 0, -1).first->second;
        const auto text =
            fmt::format(R"({{"k":"{}","n":{},"p":{},"v":"{}"}})", kind, ++count, last, id);
        last = static_cast<std::int64_t>(index);
        return text;
    }

    std::string record(std::uint64_t i) {
        const auto epoch = i / entries_an_epoch;
        const bool closes = (i + 1) % entries_an_epoch == 0;
        const auto at = *second_moment("2026-11-24T00:00:00Z") +
                        std::chrono::seconds{epoch * 3600 + i % entries_an_epoch * 8};
        const auto data = closes ? fmt::format(R"({{"epoch":{},"late":false}})", epoch)
                                 : fmt::format(R"({{"held_ms":{},"raw":{}}})", i, i % 2);
        const auto subjects = closes ? subject("gateway", "gw1", i)
                                     : subject("door", fmt::format("d{:02}", i % 40), i) + "," +
                                           subject("device", "io1", i);
        return fmt::format(
            R"({{"data":{},"i":{},"kind":"{}","src":{{"dev":"io1","point":"di0"}},"subj":[{}],)"
            R"("t":{{"boot":"5d0c8b1e-6f0b-4b7e-9c43-0a3f2f0e7d11","bootn":1,"err_ms":12,)"
            R"("mono_us":{},"sync":"ntp","wall":"{}"}},"v":1}})",
            data, i, closes ? "epoch.close" : "door.opened", subjects, i * 8'000'000,
            record_text(at));
    }

    void add(std::uint64_t i) {
        const auto bytes = record(i);
        leaves_.push_back(leaf_hash(bytes));
        tree_.add(leaves_.back());
        bundle_ += static_cast<char>(bytes.size() >> 8);
        bundle_ += static_cast<char>(bytes.size() & 0xFF);
        bundle_ += bytes;
        if (i % 256 == 255 || i + 1 == size_) {
            write("tile/entries/" + tile_path(i / 256, i % 256 + 1), bundle_);
            bundle_.clear();
        }
        if ((i + 1) % entries_an_epoch == 0)
            write(fmt::format("checkpoints/{}.txt", i + 1), sign());
    }

    void write_tiles() const {
        auto hashes = leaves_;
        for (int level = 0; !hashes.empty(); ++level) {
            std::vector<Hash> above;
            for (std::uint64_t at = 0; at < hashes.size(); at += 256) {
                const std::span part{hashes.data() + at,
                                     std::min<std::size_t>(256, hashes.size() - at)};
                std::string bytes;
                for (const auto& hash : part) bytes += view(hash);
                write(fmt::format("tile/{}/{}", level, tile_path(at / 256, part.size())), bytes);
                if (part.size() == 256) above.push_back(tree_root(part));
            }
            hashes = std::move(above);
        }
    }

    fs::path folder_;
    std::uint64_t size_;
    Key log_{"log", 0};
    Frontier tree_;
    std::vector<Hash> leaves_;
    std::map<std::string, std::pair<std::uint64_t, std::int64_t>> heads_;
    std::string bundle_;
};

struct Figures {
    double verified = 0;   // seconds
    double processor = 0;  // seconds of all threads
    double hashed = 0;
    std::uint64_t bytes = 0;
    Report report;
};

double since(steady_clock::time_point begin) {
    return std::chrono::duration<double>(steady_clock::now() - begin).count();
}

Figures measure(const fs::path& folder, const std::string& sheet, std::uint64_t entries) {
    Figures figures;
    auto begin = steady_clock::now();
    const auto ticks = std::clock();
    figures.report = check(folder, {.sheet = sheet}, {}, {});
    figures.verified = since(begin);
    figures.processor = static_cast<double>(std::clock() - ticks) / CLOCKS_PER_SEC;
    const LogFolder log{folder};
    std::string file;
    for (std::uint64_t tile = 0; tile * 256 < entries; ++tile) {
        const auto width = std::min<std::uint64_t>(256, entries - tile * 256);
        log.entries(tile, width, file);
        const auto parts = split_entries(file, width);
        begin = steady_clock::now();
        for (const auto part : parts) figures.bytes += part.size() + sha256(part)[0] * 0u;
        figures.hashed += since(begin);
    }
    return figures;
}

}  // namespace

int main(int argc, char** argv) {
    std::uint64_t entries = 1'000'000;
    const auto options = sealwarden::bench::parse_options(argc, argv, {{"--entries", entries}});
    const sealwarden::bench::Folder folder{options.directory, "bench-verify"};
    const auto log = folder.path() / "log";
    const auto sheet = Copy{log, entries}.make();
    const auto figures = measure(log, sheet, entries);
    if (figures.report.decisive() != nullptr) {
        fmt::print(stderr, "{}", print_text(figures.report, Language::english));
        return 1;
    }
    const auto ratio = figures.hashed / figures.verified;
    if (options.json) {
        fmt::print(
            R"({{"bench":"verify","bytes":{},"cpu_s":{:.3f},"entries":{},"log_s":{:.3f},"ratio":{:.3f},)"
            R"("sha256_s":{:.3f},"wanted":{}}})"
            "\n",
            figures.bytes, figures.processor, entries, figures.verified, ratio, figures.hashed,
            wanted_ratio);
    } else {
        const auto megabytes = static_cast<double>(figures.bytes) / 1e6;
        fmt::print(
            "log     {:6.0f} MB/s, {} entries in {:.2f} s, {:.2f} s of processor\nsha256  {:6.0f} "
            "MB/s\nratio   {:6.2f}, "
            "at least {}\n",
            megabytes / figures.verified, entries, figures.verified, figures.processor,
            megabytes / figures.hashed, ratio, wanted_ratio);
    }
    return ratio < wanted_ratio ? 1 : 0;
}
