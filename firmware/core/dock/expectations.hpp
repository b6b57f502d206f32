// With what a seal's number is compared: the documents, what is expected for its container, and
// what was put on it here.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "firmware/core/dock/seal_book.hpp"
#include "firmware/core/dock/seal_number.hpp"

namespace sealwarden {

enum class ComparedWith { nothing, document, expected, affixed };
[[nodiscard]] std::string_view to_string(ComparedWith with);
[[nodiscard]] std::span<const ComparedWith> values(ComparedWith);

struct Comparison {
    ComparedWith with = ComparedWith::nothing;
    std::string against;      // the number, or several with commas
    bool differs = false;     // from all of them
    bool look_alike = false;  // and from one by look-alikes only
};

// What other events tell of containers: it is expected with these seals, it arrived, it left.
class Expectations {
  public:
    void restore(const Record& record, const Now& now);
    void take(const Event& said);
    // A broken seal on the list of its container has another in its place.
    void replaced(const std::string& container, const std::string& old_seal,
                  const std::string& new_seal);

    // `document` is the number that somebody read there, or empty. A number that agrees with it
    // must agree with what is known here as well: papers can be made to fit.
    [[nodiscard]] Comparison compare(const SealNumber& read, const std::string& document,
                                     const std::string& container, const SealBook& book) const;
    // Our own seals that are on it and were not there when it came.
    [[nodiscard]] std::vector<std::string> affixed_here(const std::string& container,
                                                        const SealBook& book) const;

  private:
    struct Unit {
        std::vector<std::string> seals;  // by its documents, normalised
        std::optional<Uptime> arrived;
    };
    // Those that should still be on it.
    [[nodiscard]] std::vector<std::string> documented(const std::string& container,
                                                      const SealBook& book) const;

    std::unordered_map<std::string, Unit> units_;
};

}  // namespace sealwarden
