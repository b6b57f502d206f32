#include "firmware/tlog/hash.hpp"

#include <openssl/evp.h>

#include <cassert>
#include <initializer_list>
#include <memory>

namespace sealwarden::tlog {
namespace {

struct Digest {
    std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> sha256{EVP_MD_fetch(nullptr, "SHA256", nullptr),
                                                           &EVP_MD_free};
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(),
                                                                    &EVP_MD_CTX_free};
};

Hash hash_of(std::initializer_list<std::string_view> parts) {
    thread_local const Digest digest;  // fetching the algorithm costs more than hashing a record
    Hash hash{};
    unsigned length = 0;
    bool done = EVP_DigestInit_ex2(digest.context.get(), digest.sha256.get(), nullptr) == 1;
    for (const auto part : parts) {
        done = done && EVP_DigestUpdate(digest.context.get(), part.data(), part.size()) == 1;
    }
    done = done && EVP_DigestFinal_ex(digest.context.get(), hash.data(), &length) == 1;
    assert(done && length == hash.size());
    return hash;
}

constexpr std::string_view leaf_prefix{"\0", 1};
constexpr std::string_view node_prefix{"\1", 1};

}  // namespace

Hash sha256(std::string_view bytes) {
    return hash_of({bytes});
}

Hash leaf_hash(std::string_view bytes) {
    return hash_of({leaf_prefix, bytes});
}

Hash node_hash(const Hash& left, const Hash& right) {
    return hash_of({node_prefix, bytes_of(left), bytes_of(right)});
}

}  // namespace sealwarden::tlog
