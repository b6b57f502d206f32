#include <fmt/format.h>
#include <sys/prctl.h>

#include <algorithm>
#include <atomic>
#include <cassert>
#include <condition_variable>
#include <deque>
#include <iterator>
#include <mutex>
#include <thread>
#include <utility>

#include "firmware/core/alarm.hpp"
#include "firmware/diag.hpp"
#include "firmware/eventlog/anchor_rows.hpp"
#include "firmware/eventlog/directory.hpp"
#include "firmware/eventlog/log.hpp"
#include "firmware/eventlog/memory.hpp"
#include "firmware/eventlog/signatures.hpp"
#include "firmware/eventlog/store.hpp"
#include "firmware/tlog/encoding.hpp"

namespace sealwarden::eventlog {
namespace {

using namespace std::chrono_literals;
using sqlite::Failure;
using sqlite::Trouble;

constexpr std::uint64_t tail = 1000;  // entries checked at opening
// Events: about 25 ms, what an alarm may wait for those before it; their pages fit the page cache.
constexpr std::size_t transaction_limit = 2048;
constexpr int checkpoint_pages = 1000;       // when nobody waits
constexpr int checkpoint_pages_busy = 8000;  // 32 MiB: also when somebody waits
constexpr auto housekeeping_period = 2s;
constexpr auto first_pause = 50ms;  // between attempts on a failing disk, doubled up to
constexpr auto longest_pause = 5s;
constexpr std::uint64_t closings_limit = 1024;  // of missed epochs in one transaction
constexpr int attempts_at_the_end = 5;          // in all, with pauses of
constexpr auto pause_at_the_end = 400ms;

struct Batch {
    Events events;
    std::uint64_t ticket = 0;
};

// What is to be written in one transaction.
struct Work {
    Events events = {};
    std::optional<std::uint64_t> close_to = {};  // instead: closings of the epochs before this one
    std::optional<Anchor> anchor = {};           // instead: what somebody says of a head
    bool sign = false;                           // instead: the head of what is there
};

bool is_export(const Batch& batch) {
    return std::ranges::count(batch.events, EventKind::export_made, &Event::kind) > 0;
}

// What was asked of the log thread beside events.
struct Question {
    std::optional<tlog::Head> outside;
    std::string where;
    std::function<void(LogThread::Comparison)> done;
};
// What somebody outside says of a head, and is to be kept.
struct Statement {
    std::uint64_t size = 0;
    Judge judge;
    std::function<void(Anchored)> done;
};
constexpr std::size_t questions_limit = 64;  // and as many statements

}  // namespace

struct LogThread::State {
    State(LogOptions given, const Clock& reads, OnCommitted committed, OnHealth says)
        : options{std::move(given)},
          clock{reads},
          on_committed{std::move(committed)},
          on_health{std::move(says)},
          lock{options.directory},
          signatures{options.signer, options.gateway, reads},
          ballast{options.directory, options.ballast_bytes} {}

    // A log that can be trusted at its end: the one there, or a new one in its place.
    void open();
    void open_checked(const std::string& reason);

    void run(const std::stop_token& stop);
    std::vector<Batch> take(const std::stop_token& stop);
    std::optional<std::uint64_t> commit(Work work, std::vector<std::uint64_t> tickets,
                                        const std::stop_token& stop);
    bool attempt(Work& work, std::size_t& opening, std::vector<Entry>& sealed);
    std::vector<std::function<void()>> answer_questions();
    Comparison compare(const Question& question);
    void keep_statements(const std::stop_token& stop);
    Anchored keep(const Statement& statement, const std::stop_token& stop);
    void sign_what_waits(const std::stop_token& stop);
    void close_epochs(const std::stop_token& stop);
    void remember_head(bool at_once);
    void tell_signing();
    bool cope(const Failure& failure);
    void keep_house(const std::stop_token& stop);
    void checkpoint_if_due(int pages);
    void forget_erased();
    void become(Health now, const std::string& why);
    void pause(std::chrono::milliseconds how_long, const std::stop_token& stop);
    [[nodiscard]] Event recovered(const Recovery& recovery) const;
    [[nodiscard]] Events opening_of_new_log(const Recovery& recovery) const;

    const LogOptions options;
    const Clock& clock;
    const OnCommitted on_committed;
    const OnHealth on_health;
    const DirectoryLock lock;

    // The log thread's, and the constructor's before that thread starts.
    Signatures signatures;
    Ballast ballast;
    std::unique_ptr<Store> store;  // empty: closed after an error
    Boot boot;
    Health health = Health::good;
    std::uint64_t acknowledged = 0;  // the log has at least so many entries
    std::optional<Entry> last;       // the newest of them, once we wrote one
    Remembered remembered;           // as of the newest entry
    int attempts_left = attempts_at_the_end;
    Uptime house_kept;
    std::string give_up;  // why the database must be set aside at the next opening

    // What was erased may still stand in the write-ahead log; at the start, of the run before.
    bool erased_in_wal = true;

    std::uint64_t generation = 1;  // of `store`

    std::uint64_t size_at_opening = 0;
    std::uint64_t generation_at_opening = 1;
    std::optional<SiteMemory> carried;   // out of the log set aside at the opening
    std::filesystem::path carries_from;  // at the opening: its records are not all in this one
    std::atomic<std::uint64_t> progress{0};

    std::mutex mutex;
    SigningState told;                  // under mutex
    std::vector<Question> questions;    // under mutex
    std::vector<Statement> statements;  // under mutex
    bool trust_wanted = false;          // under mutex
    std::condition_variable_any arrived;
    std::deque<Batch> queue;    // under mutex
    std::size_t queued = 0;     // under mutex; events, those in the transaction too
    std::uint64_t tickets = 0;  // under mutex
    std::jthread thread;        // last
};

void LogThread::State::open_checked(const std::string& reason) {
    auto opened = std::make_unique<Store>(options.directory, reason, signatures.known_generation());
    opened->check_tail(tail);
    if (opened->size() < acknowledged || (last && !opened->holds({*last}))) {
        throw Failure{Trouble::damaged, "entries that were durable are gone"};
    }
    signatures.check(*opened);
    store = std::move(opened);
}

void LogThread::State::open() {
    assert(!store);
    if (give_up.empty()) {
        try {
            open_checked({});
        } catch (const Failure& failure) {
            if (failure.trouble != Trouble::damaged) throw;
            give_up = failure.what();
        }
    }
    if (!give_up.empty()) {
        diag::error("log is damaged and set aside, a new one begins", {{"why", give_up}});
        set_aside(options.directory);
        acknowledged = 0;
        last.reset();
        open_checked(give_up);
        give_up.clear();
    }
    generation = store->generation();
    tell_signing();
}

void LogThread::State::tell_signing() {
    auto now = signatures.state(store.get());
    const std::lock_guard guard{mutex};
    told = std::move(now);
}

// Each epoch ends with its closing, however late. Until that is durable its key is kept.
void LogThread::State::close_epochs(const std::stop_token& stop) {
    if (!signatures.signs()) return;
    const bool held = signatures.clock_is_held_back();
    const auto due = signatures.due_epoch();
    while (signatures.signs() && signatures.epoch() < due) {
        const auto before = signatures.epoch();
        commit({.close_to = std::min(due, before + closings_limit)}, {}, stop);
        if (signatures.epoch() == before) break;  // not written: the next turn tries again
    }
    if (held != signatures.clock_is_held_back()) tell_signing();
}

// What came while nothing was signed is under the next head, and need not wait for an entry.
void LogThread::State::sign_what_waits(const std::stop_token& stop) {
    if (signatures.waited_in_vain()) {
        tell_signing();
        close_epochs(stop);
    }
    if (!signatures.signs() || !store) return;
    if (signatures.has_unsigned(*store)) commit({.sign = true}, {}, stop);
}

std::vector<std::function<void()>> LogThread::State::answer_questions() {
    std::vector<Question> asked;
    {
        const std::lock_guard guard{mutex};
        asked = std::exchange(questions, {});
        if (std::exchange(trust_wanted, false)) signatures.trust_clock();
    }
    std::vector<std::function<void()>> answers;
    for (auto& question : asked) {
        answers.emplace_back(
            [done = std::move(question.done), answer = compare(question)] { done(answer); });
    }
    if (!asked.empty()) tell_signing();
    return answers;
}

LogThread::Comparison LogThread::State::compare(const Question& question) {
    if (!store) return {};
    try {
        return signatures.compare(*store, question.outside, question.where);
    } catch (const Failure& failure) {
        cope(failure);
        return {};
    }
}

void LogThread::State::keep_statements(const std::stop_token& stop) {
    std::vector<Statement> given;
    {
        const std::lock_guard guard{mutex};
        given = std::exchange(statements, {});
    }
    for (const auto& statement : given) statement.done(keep(statement, stop));
}

Anchored LogThread::State::keep(const Statement& statement, const std::stop_token& stop) {
    using enum Anchored::Result;
    if (const auto now = signatures.state(nullptr); now.state == SigningState::State::held_back) {
        return {.result = refused, .why = "nothing is signed: " + now.why};
    }
    Work work;
    try {
        if (!store) return {.result = refused, .why = "the log cannot be read now; try again"};
        const auto note = note_of(store->connection(), statement.size);
        if (!note) return {.result = not_found, .why = "no head of that size is kept"};
        auto judged = statement.judge(*note);
        if (const auto* why = std::get_if<std::string>(&judged)) {
            return {.result = refused, .why = *why};
        }
        work.anchor = std::get<Anchor>(std::move(judged));
        if (is_anchored(store->connection(), *work.anchor)) {
            return {.result = refused, .why = "one of that head is kept already"};
        }
    } catch (const Failure& failure) {
        cope(failure);
        return {.result = refused, .why = "the log cannot be read now; try again"};
    }
    const auto index = commit(std::move(work), {}, stop);
    if (!index) return {.result = refused, .why = "the log that it was of is gone"};
    return {.result = kept, .index = *index};
}

void LogThread::State::remember_head(bool at_once) {
    if (!options.signer) return;
    signatures.remember(store.get(), at_once);
    tell_signing();
}

Event LogThread::State::recovered(const Recovery& recovery) const {
    Event event{.kind = EventKind::log_recovered,
                .at = clock.uptime(),
                .after = std::nullopt,
                .subjects = {},
                .data = {{"reason", recovery.reason},
                         {"generation", static_cast<std::int64_t>(recovery.generation)}},
                .personal = {},
                .source = std::nullopt,
                .raw = std::nullopt};
    event.data["set_aside"] = recovery.file.empty() ? Datum{} : Datum{recovery.file};
    event.data["last_index"] =
        recovery.last_index ? Datum{static_cast<std::int64_t>(*recovery.last_index)} : Datum{};
    if (const auto known = signatures.known()) {
        event.data["known_generation"] = static_cast<std::int64_t>(known->generation);
        event.data["known_size"] = static_cast<std::int64_t>(known->size);
        event.data["known_root"] = tlog::hex(tlog::bytes_of(known->root));
    }
    if (!recovery.by.empty()) event.data["by"] = recovery.by;
    if (!options.gateway.empty()) event.subjects.push_back({"gateway", options.gateway});
    return event;
}

// What the next start has to know stands in the new log from its first transaction on.
Events LogThread::State::opening_of_new_log(const Recovery& recovery) const {
    Events events{recovered(recovery)};
    const auto now = clock.uptime();
    const auto add = [&](EventKind kind, Subject subject, std::map<std::string, Datum> data) {
        Event event;
        event.kind = kind;
        event.at = now;
        event.subjects = {std::move(subject)};
        event.data = std::move(data);
        events.push_back(std::move(event));
    };
    for (const auto& [id, alarm] : remembered.alarms()) {
        add(EventKind::alarm_carried, {"alarm", id}, alarm_data(alarm, now));
        events.back().subjects.push_back(alarm.source);
        if (!alarm.reason.empty()) events.back().personal["reason"] = alarm.reason;
    }
    for (const auto& [device, identity] : remembered.identities()) {
        add(EventKind::device_identified, {"device", device},
            {{"identity", identity}, {"carried", true}});
    }
    return events;
}

void LogThread::State::run(const std::stop_token& stop) {
    if (store->recovery()) commit({}, {}, stop);
    close_epochs(stop);
    for (;;) {
        auto batches = take(stop);
        ++progress;
        const auto answers = answer_questions();
        close_epochs(stop);
        sign_what_waits(stop);
        for (const auto& answer : answers) answer();
        keep_statements(stop);
        if (batches.empty()) {
            if (stop.stop_requested()) {
                remember_head(true);
                forget_erased();
                checkpoint_if_due(0);
                return;
            }
            keep_house(stop);
            continue;
        }
        Events events;
        std::vector<std::uint64_t> taken;
        for (auto& batch : batches) {
            taken.push_back(batch.ticket);
            std::ranges::move(batch.events, std::back_inserter(events));
        }
        commit({.events = std::move(events)}, std::move(taken), stop);
        if (clock.uptime() - house_kept >= housekeeping_period) keep_house(stop);
    }
}

// Everything that arrived while the last COMMIT ran, waiting only when there is nothing. An export
// is alone in its transaction: its bundle then ends with it, and nothing of others lies between.
std::vector<Batch> LogThread::State::take(const std::stop_token& stop) {
    std::unique_lock guard{mutex};
    arrived.wait_for(guard, stop, housekeeping_period, [this] {
        return !queue.empty() || !questions.empty() || !statements.empty() || trust_wanted;
    });
    std::vector<Batch> batches;
    for (std::size_t events = 0; !queue.empty();) {
        const bool alone = is_export(queue.front());
        events += queue.front().events.size();
        if ((alone || events > transaction_limit) && !batches.empty()) break;
        batches.push_back(std::move(queue.front()));
        queue.pop_front();
        if (alone) break;
    }
    return batches;
}

// The index of the newest entry it wrote; nothing when what was to be written is not.
std::optional<std::uint64_t> LogThread::State::commit(Work work, std::vector<std::uint64_t> taken,
                                                      const std::stop_token& stop) {
    const auto accepted = work.events.size();
    const bool anchors = work.anchor.has_value();
    std::size_t opening = 0;  // events before those, which begin a new log
    std::vector<Entry> sealed;
    auto began = clock.uptime();
    for (std::chrono::milliseconds wait = first_pause; !attempt(work, opening, sealed);
         wait = std::min<std::chrono::milliseconds>(2 * wait, longest_pause),
                                   began = clock.uptime()) {
        if (stop.stop_requested() && --attempts_left < 0) {
            if (accepted > 0) {
                diag::error("log cannot be written, events are lost at the end",
                            {{"events", accepted}});
            }
            sealed.clear();
            taken.clear();
            break;
        }
        pause(wait, stop);
        // Whoever asked must not wait for a disk.
        for (const auto& answer : answer_questions()) answer();
    }
    const auto took = clock.uptime() - began;
    {
        const std::lock_guard guard{mutex};
        queued -= accepted;
    }
    if (work.sign) tell_signing();
    if (sealed.empty() && taken.empty()) return std::nullopt;
    std::optional<std::uint64_t> newest;
    if (!sealed.empty()) {
        if (!anchors || work.anchor) newest = sealed.back().index;
        acknowledged = sealed.back().index + 1;
        last = sealed.back();
        for (const auto& event : work.events) {
            remembered.take(event);
            erased_in_wal |= event.kind == EventKind::payload_erased;
        }
    }
    if (work.close_to) signatures.closed(*work.close_to, *store->heads().newest());
    tell_signing();
    on_committed({.entries = std::move(sealed),
                  .tickets = std::move(taken),
                  .generation = generation,
                  .checkpoint = signatures.signs() && store ? store->heads().note() : std::string{},
                  .took = std::chrono::duration_cast<std::chrono::microseconds>(took),
                  .syncs = store ? store->connection().take_syncs() : Durations{}});
    bool somebody_waits = false;
    {
        const std::lock_guard guard{mutex};
        somebody_waits = !queue.empty();
    }
    checkpoint_if_due(somebody_waits ? checkpoint_pages_busy : checkpoint_pages);
    return newest;
}

// A failed commit means "unknown": what was tried is looked up before it is tried again.
bool LogThread::State::attempt(Work& work, std::size_t& opening, std::vector<Entry>& sealed) {
    auto& events = work.events;
    for (;;) {
        ++progress;
        try {
            if (!store) {
                open();
                // The kernel forgets pages it failed to write and calls the next fsync a success.
                // Emptying the write-ahead log writes them again, elsewhere.
                if (!store->connection().checkpoint(true)) {
                    throw Failure{Trouble::disk, "the write-ahead log cannot be emptied"};
                }
            }
            if (!signatures.signs()) work.close_to.reset();
            if (const auto recovery = store->recovery()) {
                work.close_to.reset();  // a new log begins with its own words
                work.anchor.reset();
                const auto begin = events.begin();
                events.erase(begin, begin + static_cast<std::ptrdiff_t>(opening));
                auto first = opening_of_new_log(*recovery);
                opening = first.size();
                events.insert(events.begin(), std::make_move_iterator(first.begin()),
                              std::make_move_iterator(first.end()));
            }
            if (work.close_to && !store->holds(sealed)) {
                signatures.close(*store, *work.close_to, boot, sealed);
            } else if (work.anchor && !store->holds(sealed)) {
                store->keep(*work.anchor, clock.sample(), boot, sealed, signatures.signing());
            } else if (!events.empty() && !store->holds(sealed)) {
                store->write(events, clock.sample(), boot, sealed, signatures.signing());
            } else if (const auto signing = signatures.signing(); work.sign && signing) {
                store->sign_head(*signing);
            }
            become(ballast.whole() || options.ballast_bytes == 0 ? Health::good : Health::full,
                   "the reserve of disk space is in use");
            return true;
        } catch (const Failure& failure) {
            if (!cope(failure)) return false;
        } catch (const std::runtime_error& error) {  // a name that cannot be changed, a newer log
            if (!cope({Trouble::other, error.what()})) return false;
        }
    }
}

// True: something was done about it, trying again at once is worth it.
bool LogThread::State::cope(const Failure& failure) {
    switch (failure.trouble) {
        case Trouble::full:
            if (ballast.release()) {
                become(Health::full, failure.what());
                return true;
            }
            break;
        case Trouble::damaged:
            give_up = failure.what();
            store.reset();
            break;
        case Trouble::disk:
        case Trouble::too_slow:
        case Trouble::other: store.reset(); break;
    }
    become(Health::failing, failure.what());
    return false;
}

void LogThread::State::keep_house(const std::stop_token& stop) {
    house_kept = clock.uptime();
    if (store && !store->in_place()) {
        give_up = "the database was removed or replaced while it was in use";
        store.reset();
    }
    if (!store || health == Health::failing) {
        commit({}, {}, stop);
        return;
    }
    if (health == Health::full && ballast.reserve()) become(Health::good, {});
    remember_head(false);
    forget_erased();
    checkpoint_if_due(checkpoint_pages);
}

void LogThread::State::forget_erased() {
    if (!erased_in_wal || !store) return;
    try {
        erased_in_wal = !store->connection().checkpoint_all_at_once();
    } catch (const Failure& failure) {
        cope(failure);
    }
}

void LogThread::State::checkpoint_if_due(int pages) {
    if (!store) return;
    // On a full disk the write-ahead log is kept small: its space is the database's too.
    const int due = health == Health::good ? pages : pages / 4;
    if (store->connection().wal_pages() <= due) return;
    try {
        store->connection().checkpoint();
    } catch (const Failure& failure) {
        cope(failure);
    }
}

void LogThread::State::become(Health now, const std::string& why) {
    if (health == now) return;
    health = now;
    on_health(now, now == Health::good ? std::string{} : why);
}

void LogThread::State::pause(std::chrono::milliseconds how_long, const std::stop_token& stop) {
    std::unique_lock guard{mutex};
    if (stop.stop_requested()) {
        arrived.wait_for(guard, pause_at_the_end, [] { return false; });
    } else {
        arrived.wait_for(guard, stop, how_long, [this] { return !questions.empty(); });
    }
}

LogThread::LogThread(LogOptions options, const Clock& clock, OnCommitted committed, OnHealth says) {
    std::error_code made;
    if (std::filesystem::create_directories(options.directory, made)) {
        using std::filesystem::perms;
        std::filesystem::permissions(
            options.directory, perms::owner_all | perms::group_read | perms::group_exec, made);
    }
    state_ =
        std::make_unique<State>(std::move(options), clock, std::move(committed), std::move(says));
    auto& state = *state_;
    try {
        state.open();
    } catch (const Failure& failure) {
        if (failure.trouble != Trouble::full || !state.ballast.release()) {
            throw std::runtime_error{fmt::format("the log in {} cannot be opened: {}",
                                                 state.options.directory.string(), failure.what())};
        }
        state.open();
    }
    state.size_at_opening = state.acknowledged = state.store->size();
    state.generation_at_opening = state.generation;
    const auto now = state.clock.sample();
    if (const auto recovery = state.store->recovery()) {
        state.carried = SiteMemory{};
        if (!recovery->file.empty())
            state.carried = memory_of_remains(state.options.directory / recovery->file, now,
                                              state.options.boot_id);
        state.remembered = Remembered{*state.carried};
    } else {
        state.remembered =
            Remembered{memory_of(state.store->connection(), now, state.options.boot_id)};
    }
    if (const auto file = state.store->carries_from(); !file.empty())
        state.carries_from = state.options.directory / file;
    state.boot = {.id = state.options.boot_id, .number = state.store->last_boot() + 1};
    state.signatures.wait_for_word(state.options.look_outside_for);
    state.tell_signing();
    if (!state.ballast.reserve() && state.options.ballast_bytes > 0) {
        state.become(Health::full, "there is no room for the reserve of disk space");
    }
    state.thread = std::jthread{[&state](const std::stop_token& stop) {
        ::prctl(PR_SET_NAME, "log");
        state.run(stop);
    }};
}

LogThread::~LogThread() = default;

std::optional<std::uint64_t> LogThread::append(Events events) {
    std::uint64_t ticket = 0;
    {
        const std::lock_guard guard{state_->mutex};
        if (state_->queued > 0 && state_->queued + events.size() > state_->options.queue_limit) {
            return std::nullopt;
        }
        state_->queued += events.size();
        ticket = ++state_->tickets;
        state_->queue.push_back({.events = std::move(events), .ticket = ticket});
    }
    state_->arrived.notify_one();
    return ticket;
}

std::uint64_t LogThread::boot_number() const {
    return state_->boot.number;
}

std::uint64_t LogThread::generation() const {
    return state_->generation_at_opening;
}

bool LogThread::began_anew() const {
    return state_->carried.has_value();
}

bool LogThread::lacks_records() const {
    return state_->carried || !state_->carries_from.empty();
}

std::uint64_t LogThread::size() const {
    return state_->size_at_opening;
}

std::uint64_t LogThread::progress() const {
    return state_->progress;
}

SigningState LogThread::signing() const {
    const std::lock_guard guard{state_->mutex};
    return state_->told;
}

void LogThread::compare(const std::optional<tlog::Head>& outside, std::string where,
                        const std::function<void(Comparison)>& done) {
    bool taken = false;
    {
        const std::lock_guard guard{state_->mutex};
        taken = state_->questions.size() < questions_limit;
        if (taken) {
            state_->questions.push_back(
                {.outside = outside, .where = std::move(where), .done = done});
        }
    }
    if (!taken) done({});
    state_->arrived.notify_one();
}

void LogThread::anchor(std::uint64_t size, Judge judge, const std::function<void(Anchored)>& done) {
    bool taken = false;
    {
        const std::lock_guard guard{state_->mutex};
        taken = state_->statements.size() < questions_limit;
        if (taken) {
            state_->statements.push_back({.size = size, .judge = std::move(judge), .done = done});
        }
    }
    if (!taken) {
        done({.result = Anchored::Result::refused,
              .why = fmt::format("{} wait already; try again", questions_limit)});
    }
    state_->arrived.notify_one();
}

void LogThread::trust_clock() {
    {
        const std::lock_guard guard{state_->mutex};
        state_->trust_wanted = true;
    }
    state_->arrived.notify_one();
}

std::size_t LogThread::queued() const {
    const std::lock_guard guard{state_->mutex};
    return state_->queued;
}

// Both read on a connection of their own, so that they may be asked while the thread writes.
SiteMemory LogThread::memory(const ClockSample& now) const {
    const auto database = database_file(state_->options.directory);
    SiteMemory memory;
    if (state_->carried) {
        memory = *state_->carried;
    } else {
        sqlite::Connection connection{database, sqlite::Access::read};
        memory = memory_of(connection, now, state_->options.boot_id);
    }
    memory.stored = records_of(database, state_->carries_from, now, state_->options.boot_id);
    return memory;
}

std::optional<Entry> LogThread::newest(const Subject& subject) const {
    sqlite::Connection connection{database_file(state_->options.directory), sqlite::Access::read};
    return newest_of(connection, subject);
}

}  // namespace sealwarden::eventlog
