#include "firmware/verify/payload.hpp"

#include "firmware/verify/case.hpp"
#include "firmware/verify/crypto.hpp"

namespace sealwarden::verify {

std::string committed_payload(std::string_view name, std::string_view bytes,
                              const Hash& commitment) {
    constexpr JsonLimits limits{.bytes = 1 << 20, .depth = 4};
    Json json;
    return strictly(name, [&] {
        json.parse(bytes, limits);
        const auto root = json.root();
        root.only({"payload", "salt"});
        const auto payload = root.object_at("payload").source();
        const auto salt = from_hex(root.plain_at("salt"));
        if (!salt || salt->size() != 32) throw Malformed{"no salt of 32 bytes"};
        if (hmac_sha256(*salt, payload) != commitment) throw Broken{say(Say::payload_other, name)};
        return std::string{payload};
    });
}

}  // namespace sealwarden::verify
