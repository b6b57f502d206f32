#include "firmware/evidence/commission.hpp"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/stat.h>

#include <algorithm>
#include <memory>

#include "firmware/tlog/checkpoint.hpp"
#include "firmware/tlog/epochs.hpp"

namespace sealwarden::evidence {
namespace {

constexpr std::size_t certificate_limit = 1 << 20;

void make_directory(const std::filesystem::path& directory) {
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    // The group reads what is public (the sheet, the epoch keys): bundles are made by its members.
    using std::filesystem::perms;
    if (!error) {
        std::filesystem::permissions(
            directory, perms::owner_all | perms::group_read | perms::group_exec, error);
    }
    if (error) {
        throw KeyTrouble{fmt::format("the key directory {} cannot be made: {}", directory.string(),
                                     error.message())};
    }
}

tlog::SigningKey make_log_key(const std::filesystem::path& file) {
    const auto seed = tlog::EpochSeed::random();
    const auto bytes = seed.seed().bytes();
    auto text = tlog::hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()}) + '\n';
    write_file(file, text, 0600);
    sodium_memzero(text.data(), text.size());
    return tlog::SigningKey{bytes};
}

std::string table_bytes(const std::vector<tlog::PublicKey>& keys) {
    std::string bytes;
    for (const auto& key : keys) bytes.append(key.begin(), key.end());
    return bytes;
}

}  // namespace

tlog::Sheet commission(const KeyFiles& files, const Commissioning& wanted) {
    if (is_commissioned(files)) {
        throw KeyTrouble{
            fmt::format("this gateway is commissioned already: its sheet is {}; to begin anew, "
                        "move {} away and "
                        "hand out the new sheet",
                        files.sheet().string(), files.directory.string())};
    }
    make_directory(files.directory);
    const auto log_key = make_log_key(files.log_key());
    const auto seed = tlog::EpochSeed::random();
    const auto keys = tlog::public_keys(seed, wanted.keys);
    const auto root = root_of(tlog::epoch_tree(keys), keys.size());

    const auto since = wanted.now.time_since_epoch();
    const tlog::Sheet sheet{.origin = wanted.origin,
                            .log_key = log_key.public_key(),
                            .start = wanted.now - since % wanted.epoch,
                            .epoch = wanted.epoch,
                            .keys = keys.size(),
                            .epochs = root,
                            .commissioned_size = wanted.log.size,
                            .commissioned_root = wanted.log.root,
                            .export_every = wanted.export_every,
                            .witnesses = wanted.witnesses,
                            .tsas = wanted.tsas};
    const auto name = tlog::table_name(wanted.origin);
    const auto text = tlog::Checkpoint{.origin = name, .size = keys.size(), .root = root}.text();
    write_file(files.table(), table_bytes(keys), 0644);
    write_file(files.table_note(), text + '\n' + tlog::signature_line(name, log_key, text), 0644);
    EpochStateFile::create(files.state(), seed, wanted.log);
    write_file(files.sheet(), text_of(sheet), 0644);
    return sheet;
}

std::string certificate_hash(const std::filesystem::path& file) {
    const auto bytes = read_file(file, certificate_limit);
    using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
    using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
    const auto open = [&] {
        return Bio{BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())), &BIO_free};
    };
    Certificate certificate{PEM_read_bio_X509(open().get(), nullptr, nullptr, nullptr), &X509_free};
    if (!certificate) certificate.reset(d2i_X509_bio(open().get(), nullptr));
    if (!certificate) throw KeyTrouble{file.string() + " is no certificate, neither PEM nor DER"};
    unsigned char* der = nullptr;
    const int length = i2d_X509(certificate.get(), &der);
    if (length <= 0) throw KeyTrouble{file.string() + " cannot be written as DER"};
    const auto hash =
        tlog::sha256({reinterpret_cast<const char*>(der), static_cast<std::size_t>(length)});
    OPENSSL_free(der);
    return tlog::hex(tlog::bytes_of(hash));
}

}  // namespace sealwarden::evidence
