#include "firmware/local/session.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <utility>

#include "firmware/core/channel_commands.hpp"
#include "firmware/local/api.hpp"
#include "firmware/tlog/encoding.hpp"

namespace sealwarden::local {

using nlohmann::json;

namespace {

constexpr std::int64_t largest_id = (std::int64_t{1} << 53) - 1;  // exact in every JSON parser
constexpr std::size_t largest_chunk = 256u << 10;                 // of entries in one line
constexpr std::size_t largest_answer = 256u << 10;                // of entries in one answer
constexpr int patience = 3;                                       // malformed lines in a row

// How many entries from `from` on fit into `bytes`; at least one.
std::size_t fitting(const std::vector<eventlog::Entry>& entries, std::size_t from,
                    std::size_t bytes) {
    auto until = from;
    for (std::size_t sum = 0; until < entries.size(); ++until) {
        sum += entries[until].bytes.size() + 1;
        if (sum > bytes && until > from) break;
    }
    return until;
}

// The member with what is kept beside those entries, where that was asked for and there is some.
std::string personal_of(const eventlog::Reader::Page& page, std::size_t until) {
    auto personal = json::object();
    for (std::size_t i = 0; i < until; ++i) {
        const auto found = page.personal.find(page.entries[i].index);
        if (found != page.personal.end()) personal[std::to_string(found->first)] = found->second;
    }
    return personal.empty()
               ? std::string{}
               : R"(,"personal":)" + personal.dump(-1, ' ', false, json::error_handler_t::replace);
}

WallMs wall_ms_of(House& house) {
    return [&house](Uptime at) { return house.wall_ms(at); };
}

template <class Things, class ToJson>
json list_of(const Things& things, ToJson to_object) {
    auto list = json::array();
    for (const auto& thing : things) list.push_back(to_object(thing));
    return list;
}

json states_json(const std::vector<State>& states, House& house) {
    return list_of(states, [&](const State& state) { return to_json(state, wall_ms_of(house)); });
}

json alarms_json(const std::vector<Alarm>& alarms, House& house) {
    return list_of(alarms, [&](const Alarm& alarm) { return to_json(alarm, wall_ms_of(house)); });
}

std::string stream_line(std::int64_t id, std::string_view inside) {
    std::string text = R"({"id":)" + std::to_string(id) + ',';
    text += inside;
    text += "}\n";
    return text;
}

}  // namespace

std::string changes_text(const std::vector<State>& states, const std::vector<Alarm>& alarms,
                         House& house) {
    const auto text =
        line({{"states", states_json(states, house)}, {"alarms", alarms_json(alarms, house)}});
    return text.substr(1, text.size() - 3);  // without { and }\n
}

Session::Session(Socket socket, Door& door, Peer peer)
    : Connection{std::move(socket),
                 {.line = door.options.max_line,
                  .unsent = door.options.max_unsent,
                  .stalled = door.options.stalled}},
      door_{door},
      peer_{std::move(peer)} {}

// --- lines ------------------------------------------------------------------------------------

void Session::line(std::string_view text) {
    if (text.empty()) return;
    const auto question = json::parse(text, nullptr, false);
    if (question.is_discarded()) {
        malformed("the line is not JSON");
        return;
    }
    if (!question.is_object()) {
        malformed("the line is not a JSON object");
        return;
    }
    const auto id = question.find("id");
    if (id == question.end() || !id->is_number_unsigned() || id->get<std::uint64_t>() < 1 ||
        id->get<std::uint64_t>() > static_cast<std::uint64_t>(largest_id)) {
        malformed("id must be a whole number from 1 to 2^53-1");
        return;
    }
    const auto call = question.find("call");
    if (call == question.end() || !call->is_string()) {
        malformed("call must be the name of a call");
        return;
    }
    malformed_in_a_row_ = 0;
    handle(id->get<Id>(), call->get<std::string>(), question);
}

void Session::malformed(const std::string& what) {
    ++malformed_in_a_row_;
    const bool enough_now = malformed_in_a_row_ == patience;
    send(local::line({{"id", nullptr},
                      {"error",
                       {{"code", "usage"},
                        {"message", enough_now ? what + "; that was the third such line, goodbye"
                                               : what + "; a question is one line like "
                                                        R"({"id":1,"call":"hello"})"}}}}));
    if (enough_now) close_when_sent();
}

void Session::line_too_long() {
    send(local::line({{"id", nullptr},
                      {"error",
                       {{"code", "usage"},
                        {"message", "the line is longer than " +
                                        std::to_string(door_.options.max_line) + " bytes"}}}}));
    close_when_sent();
}

void Session::handle(Id id, const std::string& call, const json& question) {
    using Handler = void (Session::*)(Id, const json&);
    static constexpr std::array<std::pair<std::string_view, Handler>, 22> calls{{
        {"hello", &Session::hello},
        {"status", &Session::status},
        {"state", &Session::state},
        {"points", &Session::points},
        {"buses", &Session::buses},
        {"checkpoint", &Session::checkpoint},
        {"query", &Session::query},
        {"find", &Session::find},
        {"command", &Session::command},
        {"file", &Session::file},
        {"read", &Session::read},
        {"export", &Session::make_export},
        {"sign_export", &Session::sign_export},
        {"seen", &Session::seen},
        {"anchor", &Session::anchor},
        {"contradicted", &Session::contradicted},
        {"used", &Session::used},
        {"picture", &Session::picture},
        {"noticed", &Session::noticed},
        {"feed", &Session::feed},
        {"watch", &Session::watch},
        {"cancel", &Session::cancel},
    }};
    const auto* const found = std::ranges::find(calls, std::string_view{call},
                                                &std::pair<std::string_view, Handler>::first);
    if (found == calls.end()) {
        refuse(id, "usage", "there is no call of that name; PROTOCOL.md lists them");
        return;
    }
    try {
        (this->*found->second)(id, question);
    } catch (const UsageError& error) {
        refuse(id, "usage", error.what());
    }
}

void Session::answer(Id id, const json& ok) {
    send(local::line({{"id", id}, {"ok", ok}}));
}

void Session::refuse(Id id, std::string_view code, std::string_view message) {
    send(local::line({{"id", id}, {"error", {{"code", code}, {"message", message}}}}));
}

void Session::sent() {
    for (auto& [id, feed] : feeds_) advance(id, feed);
    next_query();
    leave_when_done();
}

void Session::ended() {
    ended_ = true;
    feeds_.clear();
    watches_.clear();
    leave_when_done();
}

void Session::leave_when_done() {
    if (ended_ && open_questions_ == 0 && unsent() == 0) close();
}

void Session::gone() {
    feeds_.clear();
    watches_.clear();
    queries_.clear();
    drop_file();
    door_.gone(this);
}

// --- questions --------------------------------------------------------------------------------

void Session::hello(Id id, const json&) {
    const auto identity = door_.house.identity();
    answer(id, {{"protocol", 1},
                {"version", identity.version},
                {"site", identity.site},
                {"gateway", identity.gateway},
                {"time_zone", identity.time_zone},
                {"boot", identity.boot},
                {"generation", door_.generation},
                {"size", door_.log_size},
                {"you", peer_.name}});
}

void Session::status(Id id, const json&) {
    answer(id, to_json(door_.house.status(), door_.house.identity(), door_.log_size,
                       door_.house.buses(), door_.house.alarms()));
}

void Session::checkpoint(Id id, const json& question) {
    const bool cosigned = flag_from(question, "cosigned");
    const auto signing = door_.house.status().signing;
    const auto& note = cosigned ? signing.cosigned : signing.checkpoint;
    if (cosigned && note.empty() && !signing.checkpoint.empty()) {
        refuse(id, "not_found", "no witness has cosigned a head of this log yet");
        return;
    }
    if (note.empty()) {
        refuse(id, "not_found",
               signing.state == eventlog::SigningState::State::not_commissioned
                   ? "the log is not commissioned: stop the gateway and run `sealwarden commission`"
                   : "nothing is signed yet");
        return;
    }
    answer(id, {{"note", note},
                {"epoch", signing.epoch},
                {"state", to_string(signing.state)},
                {"why", signing.why}});
}

void Session::state(Id id, const json&) {
    answer(id, {{"states", states_json(door_.house.states(), door_.house)},
                {"alarms", alarms_json(door_.house.alarms(), door_.house)}});
}

void Session::points(Id id, const json& question) {
    const auto device =
        question.contains("device") ? text_from(question, "device", 40) : std::string{};
    const auto now = door_.house.now();
    auto list = json::array();
    for (const auto& reading : door_.house.points()) {
        if (device.empty() || reading.point.device() == device) {
            list.push_back(to_json(reading, now));
        }
    }
    answer(id, {{"points", list}});
}

void Session::buses(Id id, const json&) {
    const auto now = door_.house.now();
    answer(id, {{"devices", list_of(door_.house.buses(), [now](const DeviceReport& report) {
                     return to_json(report, now);
                 })}});
}

void Session::query(Id id, const json& question) {
    const auto query = query_from(question);
    if (query.with_personal && !trusted()) {
        refuse(id, "not_allowed", "only root and the gateway's own user may see what is personal");
        return;
    }
    if (!may_ask(id)) return;
    queries_.emplace_back(id, query);
    next_query();
}

void Session::find(Id id, const json& question) {
    const auto query = find_from(question);
    if (!may_ask(id)) return;
    queries_.emplace_back(id, query);
    next_query();
}

void Session::next_query() {
    if (reading_ || queries_.empty() || unsent() > enough) return;
    reading_ = true;
    auto [id, query] = std::move(queries_.front());
    queries_.pop_front();
    const auto executor = loop();
    const bool newest_first = query.newest_first;
    const bool found = !query.find.empty();
    door_.read(std::move(query), [self = weak(), executor, id, newest_first,
                                  found](eventlog::Reader::Page page) {
        boost::asio::post(executor, [self, id, newest_first, found, page = std::move(page)] {
            const auto session = self.lock();
            if (!session) return;
            if (found)
                session->take_found(id, page);
            else
                session->take_answer(id, newest_first, page);
        });
    });
}

void Session::take_found(Id id, const eventlog::Reader::Page& page) {
    --open_questions_;
    reading_ = false;
    if (!page.error.empty()) {
        refuse(id, "too_slow", page.error);
    } else {
        answer(id,
               {{"subjects", list_of(page.found, [](const auto& found) { return to_json(found); })},
                {"generation", page.generation},
                {"more", page.more}});
    }
    next_query();
    leave_when_done();
}

void Session::take_answer(Id id, bool newest_first, const eventlog::Reader::Page& page) {
    --open_questions_;
    reading_ = false;
    if (!page.error.empty()) {
        refuse(id, "too_slow", page.error);
    } else {
        const auto until = fitting(page.entries, 0, largest_answer);
        const bool cut = until < page.entries.size();
        auto next = page.next;
        if (until > 0 && newest_first) next = page.entries[until - 1].index;
        if (cut && !newest_first) next = page.entries[until - 1].index + 1;
        if (!page.after_each.empty() && until > 0) next = page.after_each[until - 1];
        send(R"({"id":)" + std::to_string(id) + R"(,"ok":{"entries":)" +
             records(page.entries, 0, until) + R"(,"next":)" + std::to_string(next) +
             R"(,"generation":)" + std::to_string(page.generation) + personal_of(page, until) +
             R"(,"more":)" + (cut || page.more ? "true" : "false") + "}}\n");
    }
    next_query();
    leave_when_done();
}

void Session::seen(Id id, const json& question) {
    const auto note = question.find("note");
    if (note == question.end() || !(note->is_string() || note->is_null())) {
        throw UsageError{"note must be given, as a text, or null where none was found"};
    }
    if (!trusted()) {
        refuse(id, "not_allowed", "only root and the gateway's own user say what is held outside");
        return;
    }
    Sighting sighting{.note = std::nullopt, .where = text_from(question, "where", 256)};
    if (note->is_string()) sighting.note = note->get<std::string>();
    if (!may_ask(id)) return;
    door_.house.seen(sighting, [self = weak(), id](const Seen& seen) {
        const auto session = self.lock();
        if (!session) return;
        --session->open_questions_;
        session->answer(id, {{"verdict", to_string(seen.verdict)}, {"why", seen.why}});
        session->leave_when_done();
    });
}

// Root and the gateway itself: fronts, and whoever administers the machine.
bool Session::trusted() const {
    return peer_.uid == 0 || peer_.uid == ::geteuid();
}

// A front speaks for others only when it runs as root or as the gateway itself; anybody else is
// who the kernel says.
std::string Session::caller(const json& question) const {
    if (trusted() && question.contains("by")) return text_from(question, "by", 128);
    return peer_.name;
}

namespace {

decltype(Command::what) asked_for(const std::string& name, const json& question,
                                  const std::map<std::string, Datum>& arguments) {
    if (name == "trust_clock") return TrustClock{};
    if (name == "acknowledge") {
        const auto given = [&question](const char* part, std::size_t longest) {
            return question.contains(part) ? text_from(question, part, longest) : std::string{};
        };
        return AcknowledgeAlarm{.alarm = text_from(question, "alarm", 128),
                                .reason = given("reason", 128),
                                .note = given("note", 512)};
    }
    auto act = act_from(name, arguments);
    if (const auto* complaint = std::get_if<std::string>(&act)) throw UsageError{*complaint};
    return std::get<Act>(std::move(act));
}

// Of the argument that is a file, where the act has one and it was given.
std::string file_hash(const std::string& name, const std::map<std::string, Datum>& arguments) {
    const auto acts = act_descriptions();
    const auto act = std::ranges::find(acts, std::string_view{name}, &ActDescription::name);
    if (act == acts.end()) return {};
    for (const auto& argument : act->arguments) {
        if (argument.kind != Argument::Kind::file) continue;
        const auto given = arguments.find(argument.name);
        const auto* text =
            given == arguments.end() ? nullptr : std::get_if<std::string>(&given->second);
        if (text != nullptr) return tlog::hex(tlog::bytes_of(tlog::sha256(*text)));
    }
    return {};
}

}  // namespace

// A file that is longer than a line comes in parts, before the command that names it.
void Session::file(Id id, const json& question) {
    const auto found = question.find("part");
    if (found == question.end() || !found->is_string()) {
        throw UsageError{"part must be given, as a text"};
    }
    const auto& part = found->get_ref<const std::string&>();  // lines are what files have
    if (flag_from(question, "begin")) drop_file();
    const bool too_long = file_.size() + part.size() > door_.options.max_file;
    if (too_long || door_.files + part.size() > door_.options.max_files) {
        drop_file();
        refuse(id, "refused",
               too_long ? "the file is longer than " + std::to_string(door_.options.max_file) +
                              " bytes; bring it as several"
                        : "others bring large files at present; try again");
        return;
    }
    door_.files += part.size();
    file_ += part;
    answer(id, {{"bytes", file_.size()}});
}

std::string Session::take_file() {
    door_.files -= file_.size();
    return std::exchange(file_, {});
}

void Session::drop_file() {
    static_cast<void>(take_file());
}

void Session::command(Id id, const json& question) {
    const auto name = text_from(question, "command", 40);
    if (name == "erase") {
        erase(id, question);
        return;
    }
    if (name == "trust_clock" && !trusted()) {
        refuse(id, "not_allowed", "only root and the gateway's own user vouch for the clock");
        return;
    }
    auto arguments = arguments_from(question);
    if (question.contains("file")) {
        arguments.insert_or_assign(text_from(question, "file", 40), take_file());
    }
    auto what = asked_for(name, question, arguments);
    auto channel = text_from(question, "channel", 16);
    if (knows_no_persons(channel) && !trusted()) {
        refuse(id, "not_allowed",
               "only root and the gateway's own user bring what programs say: " + channel);
        return;
    }
    Command command{
        .at = door_.house.now(),
        .id = question.contains("ref") ? text_from(question, "ref", 64) : std::to_string(id),
        .by = caller(question),
        .channel = std::move(channel),
        .what = std::move(what),
        .file_hash = file_hash(name, arguments)};
    if (!may_ask(id)) return;
    door_.house.command(std::move(command), when_recorded(id));
}

void Session::erase(Id id, const json& question) {
    if (!question.contains("entry")) throw UsageError{"entry must be given, an index of the log"};
    local::Erasure erasure{.entry = number_from(question, "entry", 0),
                           .rule = text_from(question, "rule", 200),
                           .by = caller(question)};
    if (erasure.by.empty()) throw UsageError{"by must name somebody"};
    if (erasure.rule.empty()) throw UsageError{"rule must say why it may be erased"};
    if (!trusted()) {
        refuse(id, "not_allowed", "only root and the gateway's own user may erase");
        return;
    }
    if (!may_ask(id)) return;
    door_.house.erase(std::move(erasure), when_recorded(id));
}

// Counts one more open question, unless there are too many.
bool Session::may_ask(Id id) {
    if (open_questions_ >= door_.options.max_streams) {
        refuse(id, "refused", "too many questions are open; wait for an answer");
        return false;
    }
    ++open_questions_;
    return true;
}

House::Done Session::when_recorded(Id id) {
    return [self = weak(), id](const std::string& refused, std::uint64_t index) {
        const auto session = self.lock();
        if (!session) return;
        --session->open_questions_;
        if (refused.empty()) {
            session->answer(id, {{"index", index}});
        } else {
            json error{{"code", "refused"}, {"message", refused}};
            if (index != 0) error["index"] = index;  // entry 0 is the log's own first word
            session->send(local::line({{"id", id}, {"error", error}}));
        }
        session->leave_when_done();
    };
}

void Session::read(Id id, const json& question) {
    auto raw = raw_read_from(question);
    if (!may_ask(id)) return;
    door_.house.read_raw(std::move(raw), [self = weak(), id](const RawAnswer& raw_answer) {
        const auto session = self.lock();
        if (!session) return;
        --session->open_questions_;
        if (const auto* no = std::get_if<RawRefusal>(&raw_answer)) {
            json error{{"code", no->code}, {"message", no->why}};
            if (no->exception) error["exception"] = *no->exception;
            session->send(local::line({{"id", id}, {"error", error}}));
        } else {
            session->answer(id, {{"registers", std::get<0>(raw_answer)}});
        }
        session->leave_when_done();
    });
}

// --- streams ----------------------------------------------------------------------------------

bool Session::may_stream(Id id) {
    if (feeds_.contains(id) || watches_.contains(id)) {
        refuse(id, "usage", "a stream of that id is open already");
        return false;
    }
    if (feeds_.size() + watches_.size() >= door_.options.max_streams) {
        refuse(id, "refused", "too many streams are open; cancel one");
        return false;
    }
    return true;
}

void Session::feed(Id id, const json& question) {
    const auto from = number_from(question, "from", door_.log_size);
    if (!may_stream(id)) return;
    if (from > door_.log_size) {
        refuse(id, "not_found",
               "the log ends before " + std::to_string(from) + ": its next entry will be " +
                   std::to_string(door_.log_size) + "; the cursor is of another log");
        return;
    }
    auto& feed = feeds_[id];
    feed.cursor = from;
    feed.serial = ++serial_;
    advance(id, feed);
}

void Session::watch(Id id, const json&) {
    if (!may_stream(id)) return;
    watches_.insert(id);
    send(stream_line(id, changes_text(door_.house.states(), door_.house.alarms(), door_.house)));
}

void Session::cancel(Id id, const json&) {
    if (feeds_.erase(id) + watches_.erase(id) == 0) {
        refuse(id, "not_found", "there is no stream of that id");
        return;
    }
    answer(id, json::object());
}

void Session::changed(std::string_view changes) {
    const auto watches = watches_;  // send() may close, and then none are left
    for (const auto id : watches) send(stream_line(id, changes));
}

void Session::committed(const std::vector<eventlog::Entry>& entries) {
    for (auto& [id, feed] : feeds_) {
        if (!feed.asking && unsent() <= enough) send_from(id, feed, entries);
        if (closed()) return;
        if (unsent() == 0) advance(id, feed);
    }
}

void Session::began_anew() {
    exports_.clear();                              // entries of the log that is gone
    const auto feeds = std::exchange(feeds_, {});  // pages under way find no feed of theirs
    for (const auto& [id, feed] : feeds) {
        refuse(id, "new_log",
               "the log was damaged and set aside; a new one, of generation " +
                   std::to_string(door_.generation) + ", begins at index 0");
    }
}

// Asks for the next page when it is behind and everything before was taken.
void Session::advance(Id id, Feed& feed) {
    if (feed.asking || feed.cursor >= door_.log_size || unsent() > enough) return;
    feed.asking = true;
    // Never beyond what the loop was told: watchers and feeds then agree on what has happened.
    const eventlog::Query query{
        .from = feed.cursor, .before = door_.log_size, .limit = door_.options.page_entries};
    const auto executor = loop();
    door_.read(query,
               [self = weak(), executor, id, serial = feed.serial](eventlog::Reader::Page page) {
                   boost::asio::post(executor, [self, id, serial, page = std::move(page)] {
                       if (const auto session = self.lock()) session->take_page(id, serial, page);
                   });
               });
}

void Session::take_page(Id id, std::uint64_t serial, const eventlog::Reader::Page& page) {
    const auto found = feeds_.find(id);
    if (found == feeds_.end() || found->second.serial != serial) return;  // cancelled meanwhile
    // Read from a log that the loop has not been told of: began_anew() ends this feed.
    if (page.error.empty() && page.generation != door_.generation) return;
    auto& feed = found->second;
    feed.asking = false;
    if (page.error.empty() && !page.entries.empty() && page.entries.front().index == feed.cursor) {
        send_from(id, feed, page.entries);
        return;  // sent() goes on
    }
    const auto why = page.error.empty() ? "entry " + std::to_string(feed.cursor) + " cannot be read"
                                        : page.error;
    feeds_.erase(found);
    refuse(id, page.error.empty() ? "internal" : "too_slow", why);
}

// Sends what follows the cursor, one line; the rest, if it is too long for one, is read again.
void Session::send_from(Id id, Feed& feed, const std::vector<eventlog::Entry>& entries) {
    if (entries.empty() || feed.cursor < entries.front().index) return;
    const auto from = static_cast<std::size_t>(feed.cursor - entries.front().index);
    if (from >= entries.size()) return;
    const auto until = fitting(entries, from, largest_chunk);
    feed.cursor = entries[until - 1].index + 1;
    send(stream_line(id, R"("entries":)" + records(entries, from, until) + R"(,"next":)" +
                             std::to_string(feed.cursor)));
}

}  // namespace sealwarden::local
