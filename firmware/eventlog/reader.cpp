#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <limits>
#include <mutex>
#include <thread>

#include "firmware/core/dock/seal_number.hpp"
#include "firmware/eventlog/directory.hpp"
#include "firmware/eventlog/log.hpp"
#include "firmware/eventlog/personal.hpp"
#include "firmware/eventlog/records.hpp"
#include "firmware/eventlog/rows.hpp"
#include "firmware/eventlog/selection.hpp"

namespace sealwarden::eventlog {
namespace {

using namespace std::chrono_literals;

constexpr auto deadline = 2s;
constexpr std::size_t page_bytes = 512u << 10;
constexpr std::size_t page_entries = 10'000;
constexpr std::size_t waiting_limit = 256;
constexpr std::size_t kinds_limit = 64;
// A filter that lets one entry in four through fills its page on the way along the log.
constexpr std::uint64_t along_factor = 4;

void bind(sqlite::Statement& statement, const Selection& selection) {
    int place = 0;
    for (const auto& parameter : selection.parameters) {
        ++place;
        if (const auto* number = std::get_if<std::int64_t>(&parameter)) {
            statement.bind(place, *number);
        } else {
            statement.bind(place, std::string_view{std::get<std::string>(parameter)});
        }
    }
}

// The page's entries. True: the limits ended it, not the rows.
bool read_rows(sqlite::Connection& connection, const Selection& selection, std::size_t limit,
               std::vector<Entry>& entries) {
    auto rows = connection.prepare(selection.sql);
    bind(rows, selection);
    std::size_t bytes = 0;
    while (rows.step()) {
        auto entry = entry_of(rows);
        bytes += entry.bytes.size();
        if (entries.size() == limit || (bytes > page_bytes && !entries.empty())) return true;
        entries.push_back(std::move(entry));
    }
    return false;
}

std::map<std::uint64_t, std::map<std::string, std::string>> personal_of(
    sqlite::Connection& connection, const std::vector<Entry>& entries) {
    std::map<std::uint64_t, std::map<std::string, std::string>> personal;
    auto select = connection.prepare("SELECT payload FROM personal WHERE entry = ?");
    for (const auto& entry : entries) {
        if (select.bind(1, static_cast<std::int64_t>(entry.index)).step()) {
            auto texts = texts_of(select.blob(0));
            if (!texts.empty()) personal[entry.index] = std::move(texts);
        }
        select.reset();
    }
    return personal;
}

void answer_records(sqlite::Connection& connection, const Query& query, std::size_t limit,
                    Reader::Page& page) {
    std::size_t bytes = 0;
    const auto add = [&](NewestRecord&& record) {
        if (page.entries.size() == limit || (bytes > page_bytes && !page.entries.empty())) {
            page.more = true;
            return false;
        }
        bytes += record.entry.bytes.size();
        page.next = record.place;
        page.after_each.push_back(record.place);
        if (query.with_personal && !record.personal.empty()) {
            page.personal[record.entry.index] = std::move(record.personal);
        }
        page.entries.push_back(std::move(record.entry));
        return true;
    };
    if (query.subject) {
        if (auto record = newest_record(connection, *query.subject)) add(std::move(*record));
        return;
    }
    WhichRecords which{.with_ended = query.with_ended};
    if (query.before) which.before = *query.before;
    newest_records(connection, query.records, which, add);
}

char look_alike(char c) {
    return digit_like(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
}

bool contains_alike(std::string_view id, std::string_view text) {
    return !std::ranges::search(id, text, {}, look_alike, look_alike).empty();
}

std::string pattern_of(const Query& query) {
    std::string pattern = "%";
    for (const char c : query.find) {
        const auto like = look_alike(c);
        if (query.find_alike && (like == '0' || like == '1' || like == '8')) {
            pattern += '_';
            continue;
        }
        if (c == '%' || c == '_' || c == '\\') pattern += '\\';
        pattern += c;
    }
    return pattern + '%';
}

// By the index on kind and id, one walk along the ids of each kind.
void answer_find(sqlite::Connection& connection, const Query& query, std::size_t limit,
                 Reader::Page& page) {
    std::string places;
    for (std::size_t i = 0; i < query.kinds.size(); ++i) places += i == 0 ? "?" : ",?";
    auto rows = connection.prepare(
        fmt::format("SELECT k, v, n, last FROM subject WHERE k IN ({}) AND v LIKE ? ESCAPE '\\' "
                    "ORDER BY last DESC",
                    places));
    int place = 0;
    for (const auto& kind : query.kinds) rows.bind(++place, std::string_view{kind});
    const auto pattern = pattern_of(query);
    rows.bind(++place, std::string_view{pattern});
    while (rows.step()) {
        if (query.find_alike && !contains_alike(rows.text(1), query.find)) continue;
        if (page.found.size() == limit) {
            page.more = true;
            return;
        }
        page.found.push_back(
            {.subject = {.kind = std::string{rows.text(0)}, .id = std::string{rows.text(1)}},
             .entries = static_cast<std::uint64_t>(rows.number(2)),
             .last = static_cast<std::uint64_t>(rows.number(3))});
    }
}

void answer(sqlite::Connection& connection, const Query& query, Reader::Page& page) {
    const sqlite::Transaction transaction{connection, sqlite::Access::read};
    const auto size = size_of(connection);
    page.generation = generation_of(connection);
    const auto limit = std::clamp<std::size_t>(query.limit, 1, page_entries);
    if (!query.find.empty()) {
        answer_find(connection, query, limit, page);
        return;
    }
    if (!query.records.empty()) {
        answer_records(connection, query, limit, page);
        return;
    }
    const auto before = std::min(query.before.value_or(size), size);
    const auto from = std::min(query.from, before);
    const auto read = [&](const Selection& selection) {
        page.entries.clear();
        page.more = read_rows(connection, selection, limit, page.entries);
    };
    if (query.only_personal) {
        read(along_the_personal(from, before, limit + 1));
    } else if (!has_filter(query)) {
        read(along_the_log(query, from, before, limit + 1));
    } else {
        const auto span = std::min<std::uint64_t>(before - from, limit * along_factor);
        const bool whole = span == before - from;
        if (!query.subject) {
            read(query.newest_first ? along_the_log(query, before - span, before, limit + 1)
                                    : along_the_log(query, from, from + span, limit + 1));
        }
        if (query.subject || (!page.more && !whole)) {
            read(by_index(query, from, before, limit + 1));
        }
    }
    if (query.newest_first) {
        page.next = page.more ? page.entries.back().index : from;
    } else {
        page.next = page.more ? page.entries.back().index + 1 : std::max(query.from, before);
    }
    if (query.with_personal) page.personal = personal_of(connection, page.entries);
}

}  // namespace

struct Reader::State {
    struct Question {
        Query query;
        std::function<void(Page)> done;
    };
    explicit State(const std::filesystem::path& directory) : file{database_file(directory)} {}

    void run(const std::stop_token& stop);
    [[nodiscard]] Page look_up(const Query& query);
    void open_if_needed();

    const std::filesystem::path file;
    std::unique_ptr<sqlite::Connection> connection;  // the thread's
    std::uint64_t inode = 0;
    std::mutex mutex;
    std::condition_variable_any asked;
    std::deque<Question> questions;  // under mutex
    std::jthread thread;             // last
};

void Reader::State::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        Question next;
        {
            std::unique_lock guard{mutex};
            if (!asked.wait(guard, stop, [this] { return !questions.empty(); })) return;
            next = std::move(questions.front());
            questions.pop_front();
        }
        next.done(look_up(next.query));
    }
}

// A damaged log was set aside and a new one has its name: read that one.
void Reader::State::open_if_needed() {
    struct stat found{};
    const auto now = ::stat(file.c_str(), &found) == 0 ? found.st_ino : 0;
    if (connection && now == inode) return;
    connection = std::make_unique<sqlite::Connection>(file, sqlite::Access::read);
    inode = now;
}

Reader::Page Reader::State::look_up(const Query& query) {
    Page page;
    if (query.kinds.size() > kinds_limit) {
        page.error = fmt::format("more than {} kinds in one question", kinds_limit);
        return page;
    }
    try {
        open_if_needed();
        connection->stop_at(std::chrono::steady_clock::now() + deadline);
        answer(*connection, query, page);
    } catch (const sqlite::Failure& failure) {
        page = {};
        page.too_slow = failure.trouble == sqlite::Trouble::too_slow;
        page.error = page.too_slow ? "the question took longer than two seconds: ask for less"
                                   : failure.what();
        if (!page.too_slow) connection.reset();
    }
    return page;
}

Reader::Reader(const std::filesystem::path& directory)
    : state_{std::make_unique<State>(directory)} {
    state_->thread = std::jthread{[state = state_.get()](const std::stop_token& stop) {
        ::prctl(PR_SET_NAME, "reader");
        state->run(stop);
    }};
}

Reader::~Reader() = default;

void Reader::query(Query query, std::function<void(Page)> done) {
    {
        const std::lock_guard guard{state_->mutex};
        if (state_->questions.size() < waiting_limit) {
            state_->questions.push_back({std::move(query), std::move(done)});
            state_->asked.notify_one();
            return;
        }
    }
    Page page;
    page.error = "too many questions wait for the log: ask again later";
    done(std::move(page));
}

}  // namespace sealwarden::eventlog
