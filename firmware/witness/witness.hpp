// A witness by C2SP tlog-witness: signs that a log's head only ever grew, for whoever brings the
// proof. It never signs two heads of one log of which one is not the continuation of the other.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/tlog/hash.hpp"
#include "firmware/tlog/note.hpp"

namespace sealwarden::witness {

// What was signed last of a log; of one never seen, the head of nothing.
struct Held {
    std::uint64_t size = 0;
    tlog::Hash root = tlog::sha256({});
    friend bool operator==(const Held&, const Held&) = default;
};

// Where that is kept. Both throw, any std::exception, when they cannot do what they say.
class Heads {
  public:
    virtual ~Heads() = default;
    // Of this key under this name: a log that begins anew with another key is another log.
    [[nodiscard]] virtual Held read(const tlog::NoteKey& log) = 0;
    // Durable when it returns.
    virtual void write(const tlog::NoteKey& log, const Held& held) = 0;
};

struct Answer {
    unsigned status = 200;  // of HTTP
    std::string content_type;
    std::string body;
    friend bool operator==(const Answer&, const Answer&) = default;
};

// C2SP tlog-witness: the client MUST NOT send more.
inline constexpr std::size_t most_proof_hashes = 63;
// Of one log key. Each has a head of its own; whoever has the key cannot fill the disk with them.
inline constexpr std::uint64_t most_generations = 1000;

// One thread at a time: what is held may not change between its check and its write.
class Witness {
  public:
    // `logs`: keys of type ed25519. A log's origin is its key's name; a name BASE/g1 stands for all
    // generations BASE/gN, which have the same key and are logs of their own. Of keys with one name
    // the first that signed the checkpoint counts. `heads` outlives it.
    Witness(std::string name, tlog::SigningKey key, std::vector<tlog::NoteKey> logs, Heads& heads);

    [[nodiscard]] std::string vkey() const;
    // Answers the body of an add-checkpoint request. `time` in seconds since 1970. Throws what
    // `heads` throws; nothing was signed then.
    [[nodiscard]] Answer add_checkpoint(std::string_view body, std::uint64_t time);

  private:
    [[nodiscard]] std::vector<tlog::NoteKey> keys_of(const std::string& origin) const;

    std::string name_;
    tlog::SigningKey key_;
    std::vector<tlog::NoteKey> logs_;
    Heads& heads_;
};

}  // namespace sealwarden::witness
