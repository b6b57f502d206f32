#include "firmware/verify/crypto.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cassert>
#include <memory>

namespace sealwarden::verify {
namespace {

template <auto free>
struct Free {
    template <class T>
    void operator()(T* thing) const {
        free(thing);
    }
};
using DigestContext = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>>;
using Digest = std::unique_ptr<EVP_MD, Free<EVP_MD_free>>;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

Hash sha256(std::initializer_list<std::string_view> parts) {
    // Fetched once: looking up the algorithm costs more than hashing a node.
    static const Digest algorithm{EVP_MD_fetch(nullptr, "SHA256", nullptr)};
    thread_local const DigestContext context{EVP_MD_CTX_new()};
    assert(algorithm && context);
    Hash hash{};
    bool done = EVP_DigestInit_ex2(context.get(), algorithm.get(), nullptr) == 1;
    for (const auto part : parts) {
        done = done && EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1;
    }
    done = done && EVP_DigestFinal_ex(context.get(), hash.data(), nullptr) == 1;
    assert(done);
    return hash;
}

Hash sha256(std::string_view bytes) {
    return sha256({bytes});
}

Hash hmac_sha256(std::string_view key, std::string_view bytes) {
    Hash code{};
    unsigned length = 0;
    const auto* done = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(bytes),
                            bytes.size(), code.data(), &length);
    assert(done != nullptr && length == code.size());
    return code;
}

bool ed25519_holds(const PublicKey& key, std::string_view message, std::string_view signature) {
    if (signature.size() != 64) return false;
    const Key public_key{
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size())};
    const DigestContext context{EVP_MD_CTX_new()};
    if (!public_key || !context) return false;
    return EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, public_key.get()) == 1 &&
           EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message),
                            message.size()) == 1;
}

}  // namespace sealwarden::verify
