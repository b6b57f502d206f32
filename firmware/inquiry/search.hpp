// One box: a container, a seal, a door, a person, a case, a visit, a time, or several of them.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/core/options.hpp"
#include "firmware/inquiry/ask.hpp"
#include "firmware/inquiry/coverage.hpp"
#include "firmware/inquiry/timeline.hpp"
#include "firmware/text/text.hpp"

namespace sealwarden::inquiry {

// What is kept about persons, to be found by their names, badges and plates. Kept by whoever
// searches again: a refresh reads what is new, and all of it once something was erased.
class PeopleBook {
  public:
    // Throws local::Refused (not_allowed) for who may not see it.
    boost::asio::awaitable<void> refresh(Ask ask);
    struct One {
        Subject subject;
        std::string name;    // for people; may be empty
        std::string folded;  // all that is kept, to be compared with
    };
    [[nodiscard]] const std::map<Subject, One>& people() const { return people_; }

  private:
    struct Read {
        std::uint64_t generation = 0, size = 0;  // of the log, before it was read
    };
    // `found` has nobody where nothing is kept any more. `all`: who is not in it is gone.
    void take(const Read& read, bool all, std::map<Subject, std::optional<One>> found);

    std::map<Subject, One> people_;
    std::uint64_t known_ = 0, generation_ = 0;
};

// What was typed, taken apart.
struct SearchWords {
    std::vector<std::string> words;  // what is no time
    std::optional<Window> window;    // of the times among them
};
// "d07 yesterday 22:00 02:00", "22:00-02:00", "ayer"; local times in the zone of the process. One
// time alone means the hour, or the day, that it begins.
[[nodiscard]] SearchWords search_words(std::string_view text, WallTime now);

struct SearchQuestion {
    std::string text;
    std::optional<Window> window;  // besides what the text says
    WallTime now;
    Language language = Language::english;
    std::size_t limit = 20;
    MaySee may_see = [](const nlohmann::json&) { return true; };
    // Kinds of subjects that the reader may find ("driver").
    std::function<bool(std::string_view kind)> may_find = [](std::string_view) { return true; };
};

// {"hits":[{"kind","id","title","at_ts","subject":"door:d07","index","state"?,"alike"?}],
//  "notes":[{"code":"check_digit","number"}|{"code":"each_word"}], "since_ts","until_ts"}
// "each_word": together they name nothing, and what any of them names is told instead.
// Exact ones first, then what was told of last. Numbers are compared without blanks and hyphens and
// never repaired: what differs by look-alikes only comes when nothing else was found, with `alike`.
// `people` may be null: then nobody is found by name.
boost::asio::awaitable<nlohmann::json> search(Ask ask, const SiteOptions* site,
                                              const PeopleBook* people, SearchQuestion question);

}  // namespace sealwarden::inquiry
