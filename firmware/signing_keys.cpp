#include "firmware/signing_keys.hpp"

#include "firmware/diag.hpp"

namespace sealwarden {

SigningKeys signing_keys(const config::Evidence& evidence) {
    const evidence::KeyFiles files{evidence.keys};
    if (!evidence::is_commissioned(files)) return {};
    SigningKeys keys;
    auto secret = config::read_secret(config::log_key_of(evidence));
    if (const auto* error = std::get_if<config::SecretError>(&secret)) {
        keys.trouble = error->message;
    } else {
        auto& text = std::get<std::string>(secret);
        try {
            auto signer = std::make_shared<evidence::Keys>(files, text);
            keys.origin = signer->sheet().origin;
            keys.log_key = signer->sheet().log_key;
            keys.export_every = signer->sheet().export_every;
            keys.signer = std::move(signer);
        } catch (const evidence::KeyTrouble& trouble) {
            keys.trouble = trouble.what();
        }
        sodium_memzero(text.data(), text.size());
    }
    if (!keys.trouble.empty()) {
        diag::error("the log's keys cannot be used: nothing is signed", {{"why", keys.trouble}});
    }
    return keys;
}

}  // namespace sealwarden
