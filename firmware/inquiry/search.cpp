#include "firmware/inquiry/search.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "firmware/core/dock/container_number.hpp"
#include "firmware/core/dock/seal_number.hpp"
#include "firmware/inquiry/names.hpp"
#include "firmware/inquiry/times.hpp"

namespace sealwarden::inquiry {

using boost::asio::awaitable;
using nlohmann::json;
using namespace std::chrono_literals;

namespace {

// Numbers, compared without blanks and hyphens; and ids, compared as they are typed.
constexpr std::array numbers{"container", "seal_number"};
constexpr std::array ids{"visit",  "case",    "lot",    "door",    "seal",  "reader", "camera",
                         "person", "visitor", "driver", "cabinet", "light", "power",  "device"};
constexpr std::array records{"container", "seal_number", "visit",   "case",
                             "lot",       "person",      "visitor", "driver"};

template <std::size_t N>
json list_of(const std::array<const char*, N>& kinds,
             const std::function<bool(std::string_view)>& may_find) {
    auto list = json::array();
    for (const auto* kind : kinds)
        if (may_find(kind)) list.push_back(kind);
    return list;
}

bool keeps_a_record(const std::string& kind) {
    return std::ranges::find(records, kind) != records.end();
}

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte <= ' ' || c == ',' || c == ';') {
            if (!word.empty()) words.push_back(std::move(word));
            word.clear();
        } else {
            word += c;
        }
    }
    if (!word.empty()) words.push_back(std::move(word));
    return words;
}

bool is_clock(std::string_view text) {
    return text.find(':') != std::string_view::npos &&
           std::ranges::all_of(text, [](char c) { return c == ':' || (c >= '0' && c <= '9'); });
}

// "22:00-02:00" is two times, and a dash between two words is nothing.
std::vector<std::string> without_dashes(const std::vector<std::string>& words) {
    static constexpr std::array<std::string_view, 3> dashes{"-", "\u2013", "\u2014"};
    std::vector<std::string> all;
    for (const std::string_view word : words) {
        if (std::ranges::find(dashes, word) != dashes.end()) continue;
        const auto* const dash = std::ranges::find_if(dashes, [&](std::string_view one) {
            const auto at = word.find(one);
            return at != std::string_view::npos && is_clock(word.substr(0, at)) &&
                   is_clock(word.substr(at + one.size()));
        });
        if (dash == dashes.end()) {
            all.emplace_back(word);
            continue;
        }
        const auto at = word.find(*dash);
        all.emplace_back(word.substr(0, at));
        all.emplace_back(word.substr(at + dash->size()));
    }
    return all;
}

std::string in_english(const std::string& word) {
    const auto plain = folded(word);
    if (plain == "ayer") return "yesterday";
    if (plain == "hoy") return "today";
    if (plain == "ahora") return "now";
    return word;
}

// A bare number is part of an id, not a time.
bool may_be_time(const std::string& word) {
    if (word == "yesterday" || word == "today" || word == "now") return true;
    const bool digits = std::ranges::any_of(word, [](char c) { return c >= '0' && c <= '9'; });
    return digits && word.find_first_of(":-") != std::string::npos && word[0] >= '0' &&
           word[0] <= '9';
}

bool is_day(const std::string& word) {
    return word.find(':') == std::string::npos && word != "now";
}

}  // namespace

SearchWords search_words(std::string_view text, WallTime now) {
    SearchWords found;
    auto words = without_dashes(words_of(text));
    for (auto& word : words) word = in_english(word);
    std::vector<std::pair<WallTime, bool>> times;  // and: a whole day
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (!may_be_time(words[i])) {
            found.words.push_back(words[i]);
            continue;
        }
        if (i + 1 < words.size() && is_day(words[i]) && !is_day(words[i + 1])) {
            if (const auto both = moment(words[i] + " " + words[i + 1], now)) {
                times.emplace_back(*both, false);
                ++i;
                continue;
            }
        }
        const auto time =
            times.empty() ? moment(words[i], now) : end_moment(words[i], times.front().first, now);
        if (time)
            times.emplace_back(*time, is_day(words[i]));
        else
            found.words.push_back(words[i]);
    }
    if (times.empty()) return found;
    const auto [last, day] = times.back();
    const auto length = day ? std::chrono::microseconds{24h} : std::chrono::microseconds{1h};
    found.window = {.since = times.front().first, .until = last};
    if (times.size() == 1 || day) found.window->until = last + length;
    if (found.window->until <= found.window->since)
        found.window->until = found.window->since + length;
    return found;
}

awaitable<void> PeopleBook::refresh(Ask ask) {
    const json nothing = json::object();
    const auto hello = co_await ask("hello", nothing);
    const Read read{.generation = hello.at("generation"), .size = hello.at("size")};
    if (read.generation == generation_ && read.size == known_) co_return;
    auto known = read.generation == generation_ ? known_ : 0;
    if (known > 0) {
        // Whom an erasure was about stands in no record any more: all are read again.
        const json erased{{"kinds", {"payload.erased"}}, {"from", known}};
        const auto erasure = co_await first_entry(ask, erased);
        if (erasure) known = 0;
    }
    // What is read is put in as a whole at the end: others ask meanwhile, and may refresh it too.
    std::map<Subject, std::optional<One>> found;
    for (const auto* kind : {"person", "visitor", "driver"}) {
        json query{
            {"records", kind}, {"with_ended", true}, {"with_personal", true}, {"limit", 1000}};
        bool more = true;
        while (more) {
            const auto page = co_await ask("query", query);
            const auto personal = page.value("personal", json::object());
            more = page.at("more");
            query["before"] = page.at("next");
            for (const auto& entry : page.at("entries")) {
                if (entry.at("i").get<std::uint64_t>() < known) {
                    more = false;
                    break;
                }
                const Subject subject{.kind = kind, .id = entry.at("subj").at(0).at("v")};
                const auto kept = personal.find(entry.at("i").dump());
                auto& one = found[subject];
                if (kept == personal.end()) continue;
                one = One{.subject = subject, .name = kept->value("name", ""), .folded = {}};
                for (const auto& [key, value] : kept->items())
                    one->folded += folded(value.get<std::string>()) + '\n';
            }
        }
    }
    take(read, known == 0, std::move(found));
}

void PeopleBook::take(const Read& read, bool all, std::map<Subject, std::optional<One>> found) {
    // Somebody read as much or more meanwhile; of another log, the newer one counts.
    if (read.generation < generation_) return;
    if (read.generation == generation_ && read.size <= known_) return;
    if (all) people_.clear();
    for (auto& [subject, one] : found) {
        if (one)
            people_.insert_or_assign(subject, *std::move(one));
        else
            people_.erase(subject);
    }
    known_ = read.size;
    generation_ = read.generation;
}

namespace {

struct Hit {
    Subject subject;
    std::string title;
    bool exact = false;
    bool alike = false;
    std::uint64_t last = 0;  // the newest entry that names it
    bool named = false;      // found by its configured name: it need not be in the log
};

class Hits {
  public:
    void add(Hit hit) {
        if (!known_.insert(hit.subject).second) return;
        list_.push_back(std::move(hit));
    }
    [[nodiscard]] std::vector<Hit>& sorted() {
        std::ranges::sort(list_, [](const Hit& a, const Hit& b) {
            if (a.exact != b.exact) return a.exact;
            return a.last != b.last ? a.last > b.last : a.subject < b.subject;
        });
        return list_;
    }
    [[nodiscard]] bool empty() const { return list_.empty(); }

  private:
    std::vector<Hit> list_;
    std::set<Subject> known_;
};

// Subjects of the log whose id contains the text.
awaitable<void> find_ids(Ask ask, json kinds, std::string text, bool alike, std::size_t limit,
                         Hits* hits) {
    if (kinds.empty() || text.size() < 2) co_return;
    const json question{{"text", text}, {"kinds", kinds}, {"alike", alike}, {"limit", limit}};
    const auto found = co_await ask("find", question);
    const auto wanted = folded(text);
    for (const auto& one : found.at("subjects")) {
        hits->add({.subject = {.kind = one.at("k"), .id = one.at("v")},
                   .title = one.at("v"),
                   .exact = folded(one.at("v").get_ref<const std::string&>()) == wanted,
                   .alike = alike,
                   .last = one.at("last")});
    }
}

template <class List>
void find_names(const char* kind, const List& things, const std::string& wanted, Language language,
                const SiteOptions& site, Hits& hits) {
    for (const auto& thing : things) {
        const bool named = folded(thing.name.en).find(wanted) != std::string::npos ||
                           folded(thing.name.es).find(wanted) != std::string::npos;
        const bool by_id = folded(thing.id).find(wanted) != std::string::npos;
        if (!named && !by_id) continue;
        hits.add({.subject = {.kind = kind, .id = thing.id},
                  .title = name_of(site, kind, thing.id, language),
                  .exact = folded(thing.id) == wanted || folded(thing.name.en) == wanted ||
                           folded(thing.name.es) == wanted,
                  .named = true});
    }
}

void find_things(const SearchQuestion& question, const SiteOptions& site, const std::string& text,
                 Hits& hits) {
    const auto wanted = folded(text);
    if (wanted.size() < 2) return;
    const auto language = question.language;
    find_names("door", site.doors, wanted, language, site, hits);
    find_names("seal", site.seals, wanted, language, site, hits);
    find_names("reader", site.readers, wanted, language, site, hits);
    find_names("camera", site.cameras, wanted, language, site, hits);
    find_names("zone", site.zones, wanted, language, site, hits);
    find_names("cabinet", site.cabinets, wanted, language, site, hits);
    find_names("light", site.lights, wanted, language, site, hits);
    find_names("power", site.powers, wanted, language, site, hits);
}

void find_people(const SearchQuestion& question, const PeopleBook* people, const std::string& text,
                 Hits& hits) {
    const auto wanted = folded(text);
    if (people == nullptr || wanted.size() < 2) return;
    for (const auto& [subject, one] : people->people()) {
        if (!question.may_find(subject.kind) || one.folded.find(wanted) == std::string::npos)
            continue;
        hits.add({.subject = subject,
                  .title = one.name.empty() ? subject.id : one.name,
                  .exact = folded(one.name) == wanted,
                  .named = true});
    }
}

std::string joined(const std::vector<std::string>& words, const char* between) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : between) + word;
    return text;
}

// The newest entry about it, or the record that is its state; nothing when the reader may not.
awaitable<std::optional<json>> newest_of(Ask ask, Hit hit) {
    json query;
    if (keeps_a_record(hit.subject.kind))
        query = {{"records", hit.subject.kind}, {"subject", to_json(hit.subject)}};
    else
        query = {{"subject", to_json(hit.subject)}, {"newest_first", true}};
    const auto newest = co_await first_entry(ask, query);
    if (newest || !keeps_a_record(hit.subject.kind)) co_return newest;
    const json any{{"subject", to_json(hit.subject)}, {"newest_first", true}};
    const auto named = co_await first_entry(ask, any);
    co_return named;
}

json hit_json(const Hit& hit, const std::optional<json>& newest) {
    json told{{"kind", hit.subject.kind},
              {"id", hit.subject.id},
              {"title", hit.title},
              {"subject", hit.subject.kind + ":" + hit.subject.id},
              {"at_ts", newest ? json(time_of(*newest)) : json(nullptr)},
              {"index", newest ? newest->at("i") : json(nullptr)}};
    if (hit.alike) told["alike"] = true;
    if (newest) {
        const auto state = datum(*newest, "state");
        if (!state.empty()) told["state"] = state;
    }
    return told;
}

json entry_hit(const json& entry, const SiteOptions& site, Language language) {
    const auto& subjects = entry.at("subj");
    return {{"kind", "entry"},
            {"id", entry.at("i").dump()},
            {"title", sentence_of(entry, site, language)},
            {"subject", subjects.empty() ? ""
                                         : subjects[0].at("k").get<std::string>() + ":" +
                                               subjects[0].at("v").get<std::string>()},
            {"at_ts", time_of(entry)},
            {"index", entry.at("i")}};
}

// Four letters and seven digits that do not fit together were typed or read wrongly.
json notes_on(const std::string& plain) {
    auto notes = json::array();
    constexpr std::size_t length = 11;
    const bool like_one =
        plain.size() == length &&
        std::ranges::all_of(plain.substr(0, 4), [](char c) { return c >= 'A' && c <= 'Z'; }) &&
        std::ranges::all_of(plain.substr(4), [](char c) { return c >= '0' && c <= '9'; });
    if (like_one && !unit_number(UnitKind::container, plain).good())
        notes.push_back({{"code", "check_digit"}, {"number", plain}});
    return notes;
}

}  // namespace

awaitable<json> search(Ask ask, const SiteOptions* site, const PeopleBook* people,
                       SearchQuestion question) {
    auto [words, window] = search_words(question.text, question.now);
    if (question.window) window = question.window;
    const auto typed = joined(words, " ");
    const auto plain = plain_number(joined(words, ""));
    const auto number_kinds = list_of(numbers, question.may_find);
    const auto id_kinds = list_of(ids, question.may_find);

    Hits hits;
    find_things(question, *site, typed, hits);
    find_people(question, people, typed, hits);
    co_await find_ids(ask, number_kinds, plain, false, question.limit, &hits);
    const auto together = joined(words, "-");
    co_await find_ids(ask, id_kinds, together, false, question.limit, &hits);
    auto notes = notes_on(plain);
    // "dock 7" is one name; words that name nothing together are looked for one by one.
    if (words.size() > 1 && hits.empty()) {
        for (const auto& word : words) {
            find_things(question, *site, word, hits);
            find_people(question, people, word, hits);
            const auto number = plain_number(word);
            co_await find_ids(ask, number_kinds, number, false, question.limit, &hits);
            co_await find_ids(ask, id_kinds, word, false, question.limit, &hits);
        }
        if (!hits.empty()) notes.push_back({{"code", "each_word"}});
    }
    constexpr std::size_t enough_to_mistake = 4;
    if (hits.empty() && plain.size() >= enough_to_mistake)
        co_await find_ids(ask, number_kinds, plain, true, question.limit, &hits);

    auto told = json::array();
    std::optional<Subject> first;
    std::vector<Subject> containers;
    for (const auto& hit : hits.sorted()) {
        if (told.size() >= question.limit) break;
        const auto newest = co_await newest_of(ask, hit);
        if (!newest && !hit.named) continue;
        if (newest && !question.may_see(*newest)) continue;
        told.push_back(hit_json(hit, newest));
        if (!first) first = hit.subject;
        constexpr std::size_t most_containers = 2;
        if (hit.subject.kind == "container" && containers.size() < most_containers)
            containers.push_back(hit.subject);
    }
    // The visits of a container are what somebody who types its number wants to see.
    for (const auto& container : containers) {
        const json query{{"subject", to_json(container)},
                         {"kinds", {"visit.arrived"}},
                         {"newest_first", true},
                         {"limit", 3}};
        const auto page = co_await ask("query", query);
        for (const auto& arrival : page.at("entries")) {
            if (!question.may_see(arrival)) continue;
            const Hit visit{.subject = {.kind = "visit", .id = arrival.at("subj").at(0).at("v")},
                            .title = arrival.at("subj").at(0).at("v")};
            told.push_back(hit_json(visit, arrival));
        }
    }
    if (window && (first || words.empty())) {
        json query{{"since", rfc3339(window->since)},
                   {"until", rfc3339(window->until)},
                   {"newest_first", true},
                   {"limit", question.limit}};
        if (first) query["subject"] = to_json(*first);
        const auto page = co_await ask("query", query);
        for (const auto& entry : page.at("entries"))
            if (question.may_see(entry)) told.push_back(entry_hit(entry, *site, question.language));
    }
    co_return json{{"hits", told},
                   {"notes", std::move(notes)},
                   {"since_ts", window ? json(epoch_ms(window->since)) : json(nullptr)},
                   {"until_ts", window ? json(epoch_ms(window->until)) : json(nullptr)}};
}

}  // namespace sealwarden::inquiry
