#include "firmware/mqtt/log_feed.hpp"

#include <algorithm>

namespace sealwarden::mqtt_front {

void LogFeed::restart() {
    cursor_ = 0;
    rewind();
}

bool LogFeed::opened(std::uint64_t size) {
    head_ = size;
    if (cursor_ <= size) return true;
    restart();
    return false;
}

void LogFeed::hold(std::vector<Record> records) {
    for (auto& record : records) {
        // Not the next one, or no room: the log has it, and is asked when there is room.
        if (record.index != wanted_from() || held_bytes_ >= options_.held_bytes) continue;
        held_bytes_ += record.bytes.size();
        held_.push_back(std::move(record));
    }
}

void LogFeed::arrived(std::vector<Record> records) {
    if (records.empty()) return;
    head_ = std::max(head_, records.back().index + 1);
    hold(std::move(records));
}

std::optional<LogFeed::Page> LogFeed::wanted() const {
    if (wanted_from() >= head_ || held_bytes_ > options_.held_bytes / 2) return std::nullopt;
    return Page{.from = wanted_from(), .before = head_};
}

void LogFeed::page(std::vector<Record> records) {
    hold(std::move(records));
}

std::vector<Record> LogFeed::next(std::uint64_t ticket, Uptime now) {
    std::vector<Record> records;
    if (held_.empty() || (not_before_ && now < *not_before_)) return records;
    not_before_.reset();
    if (!in_flight_.empty() && flight_bytes_ >= flight_) return records;

    const auto message = std::min({options_.batch_bytes, message_limit_, flight_});
    std::size_t bytes = Topics::log_overhead;
    while (!held_.empty()) {
        const auto more = held_.front().bytes.size() + 1;
        if (!records.empty() && bytes + more > message) break;
        bytes += more;
        held_bytes_ -= held_.front().bytes.size();
        records.push_back(std::move(held_.front()));
        held_.pop_front();
    }
    next_ = records.back().index + 1;
    flight_bytes_ += bytes;
    in_flight_.push_back({.ticket = ticket, .end = next_, .bytes = bytes, .sent = now});
    return records;
}

void LogFeed::acknowledged(std::uint64_t ticket, Uptime now) {
    const auto batch = std::ranges::find(in_flight_, ticket, &Batch::ticket);
    if (batch == in_flight_.end() || batch->acknowledged) return;
    batch->acknowledged = true;
    flight_bytes_ -= batch->bytes;
    const auto took = now - batch->sent;
    if (took <= options_.quick) flight_ = std::min(flight_ * 2, options_.flight_max);
    if (took >= options_.slow) flight_ = std::max(flight_ / 2, options_.flight_min);
    // The cursor never skips a hole.
    while (!in_flight_.empty() && in_flight_.front().acknowledged) {
        cursor_ = in_flight_.front().end;
        in_flight_.pop_front();
    }
}

void LogFeed::rewind() {
    in_flight_.clear();
    flight_bytes_ = 0;
    held_.clear();
    held_bytes_ = 0;
    next_ = cursor_;
}

void LogFeed::refused(Uptime now) {
    rewind();
    not_before_ = now + options_.refused_wait;
}

void LogFeed::lost() {
    rewind();
    not_before_.reset();
    flight_ = options_.flight_min;
}

std::optional<Uptime> LogFeed::deadline() const {
    return held_.empty() ? std::nullopt : not_before_;
}

}  // namespace sealwarden::mqtt_front
