// What anybody may send to a witness: it is refused, or it proves that a known log grew from the
// head that is held.
#include "firmware/witness/witness.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdint>
#include <string_view>

#include "firmware/tlog/proofs.hpp"

using namespace sealwarden;

namespace {

constexpr std::uint64_t held_size = 5, most = 20;

const tlog::HashesInMemory& tree() {
    static const auto all = [] {
        std::vector<tlog::Hash> leaves;
        for (std::uint64_t i = 0; i < most; ++i) {
            leaves.push_back(tlog::leaf_hash(std::to_string(i)));
        }
        return tlog::HashesInMemory{std::move(leaves)};
    }();
    return all;
}

tlog::SigningKey key_of(std::uint8_t number) {
    tlog::Seed seed;
    std::ranges::fill(seed.bytes(), number);
    return tlog::SigningKey{seed.bytes()};
}

class OneHead final : public witness::Heads {
  public:
    witness::Held read(const tlog::NoteKey&) override { return held; }
    void write(const tlog::NoteKey&, const witness::Held& now) override { held = now; }
    witness::Held held{.size = held_size, .root = tlog::root_of(tree(), held_size)};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto log_key = key_of(1);
    OneHead heads;
    witness::Witness witness{
        "office", key_of(7), {{.name = "log/g1", .key = log_key.public_key()}}, heads};
    const auto answer =
        witness.add_checkpoint({reinterpret_cast<const char*>(data), size}, 1795546800);
    constexpr std::array known{200u, 400u, 403u, 404u, 409u, 422u};
    assert(std::ranges::find(known, answer.status) != known.end());
    const bool is_signed = answer.body.find("\u2014") != std::string::npos;
    assert(is_signed == (answer.status == 200));
    // The one history that this key has signed.
    assert(heads.held.size >= held_size && heads.held.size <= most);
    assert(heads.held.root == tlog::root_of(tree(), heads.held.size));
    return 0;
}
