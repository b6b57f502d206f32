#include "tests/evidence/memory_log.hpp"

#include <fmt/core.h>
#include <openssl/hmac.h>

#include <algorithm>

#include "firmware/tlog/checkpoint.hpp"
#include "firmware/tlog/cosignature.hpp"

namespace sealwarden::test {
namespace {

std::string hex_of(const tlog::Hash& hash) {
    return tlog::hex(tlog::bytes_of(hash));
}

tlog::EpochSeed first_seed() {
    tlog::Seed seed;
    std::ranges::fill(seed.bytes(), 7);
    return {0, std::move(seed)};
}

// RFC 2104 over SHA-256.
std::string hmac(std::string_view key, std::string_view message) {
    tlog::Hash digest{};
    unsigned length = 32;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(message.data()), message.size(), digest.data(),
         &length);
    return hex_of(digest);
}

bool among(const std::vector<std::uint64_t>& indexes, std::uint64_t from, std::uint64_t to,
           std::vector<std::uint64_t>& found) {
    std::ranges::copy_if(indexes, std::back_inserter(found),
                         [&](std::uint64_t index) { return from <= index && index < to; });
    return !found.empty();
}

}  // namespace

MemoryLog::MemoryLog(std::uint64_t keys)
    : log_key_{std::array<std::uint8_t, 32>{1, 2, 14}},
      seed_{first_seed()},
      epoch_keys_{tlog::public_keys(seed_, keys)},
      epoch_tree_{tlog::epoch_tree(epoch_keys_)} {
    using namespace std::chrono;
    sheet_ = {.origin = "sealwarden/dc7/gw1",
              .log_key = log_key_.public_key(),
              .start = sys_days{2026y / November / 23d},
              .epoch = 3600s,
              .keys = keys,
              .epochs = tlog::root_of(epoch_tree_, keys),
              .commissioned_size = 0,
              .commissioned_root = tlog::sha256("")};
}

std::uint64_t MemoryLog::add(const std::string& kind, const std::vector<Subject>& subjects,
                             const Extra& extra) {
    const auto index = records_.size();
    auto counted = nlohmann::json::array();
    for (const auto& subject : subjects) {
        auto& earlier = of_subject_[subject];
        const auto before = earlier.empty() ? -1 : static_cast<std::int64_t>(earlier.back());
        earlier.push_back(index);
        counted.push_back(
            {{"k", subject.kind}, {"n", earlier.size()}, {"p", before}, {"v", subject.id}});
    }
    nlohmann::json record{{"data", extra.data},
                          {"i", index},
                          {"kind", kind},
                          {"subj", counted},
                          {"t",
                           {{"boot", fmt::format("{:08x}-0000-4000-8000-000000000000", boot_)},
                            {"bootn", boot_},
                            {"err_ms", synchronised_ ? 12 : -1},
                            {"mono_us", minute_ * 60'000'000LL},
                            {"sync", synchronised_ ? "ntp" : "none"},
                            {"wall", evidence::text_of(at(minute_))}}},
                          {"v", 1}};
    if (!extra.personal.empty()) {
        evidence::Payload payload{.json = nlohmann::json(extra.personal).dump()};
        payload.salt = tlog::sha256(fmt::format("salt {}", index));
        record["priv"] = hmac(tlog::bytes_of(payload.salt), payload.json);
        payloads_[index] = payload;
    }
    for (const auto& picture : extra.pictures) {
        const auto hash = hex_of(tlog::sha256(picture));
        record["att"].push_back(
            {{"ct", "image/jpeg"}, {"len", picture.size()}, {"n", "snap"}, {"sha256", hash}});
        pictures_[hash] = picture;
    }
    records_.push_back(record.dump());
    of_kind_[kind].push_back(index);
    tree_.reset();
    return index;
}

void MemoryLog::sign() {
    if (notes_.contains(size())) return;
    const auto origin = tlog::log_name(sheet_.origin, 1);
    const auto text =
        tlog::Checkpoint{.origin = origin, .size = size(), .root = tlog::root_of(hashes(), size())}
            .text();
    notes_[size()] =
        text + "\n" + tlog::signature_line(origin, log_key_, text) +
        tlog::signature_line(tlog::epoch_name(sheet_.origin, 1, epoch_), seed_.key(), text);
}

void MemoryLog::close(bool late) {
    add("epoch.close", {gateway}, {.data = {{"epoch", epoch_}, {"late", late}}});
    closings_[epoch_] = size();
    sign();
    seed_.advance_to(++epoch_);
}

void MemoryLog::index_the_day() {
    tlog::DaySalt salt{};
    const auto hash = tlog::sha256(fmt::format("day {}", size()));
    std::copy_n(hash.begin(), salt.size(), salt.begin());
    const tlog::DayIndex day{salt, counts(day_from_, size())};
    const std::string_view salt_bytes{reinterpret_cast<const char*>(salt.data()), salt.size()};
    day_from_ = 1 + add("day.index", {gateway},
                        {.data = {{"count", day.size()},
                                  {"day", evidence::text_of(at(minute_)).substr(0, 10)},
                                  {"from", day_from_},
                                  {"root", hex_of(day.root())},
                                  {"salt", tlog::hex(salt_bytes)},
                                  {"to", size()}}});
}

void MemoryLog::passes_to(int minutes) {
    for (int end; (end = 60 * (static_cast<int>(epoch_) + 1)) <= minutes;) {
        minute_ = end - 1;
        if (end % (24 * 60) == 0) index_the_day();
        close(false);
    }
    minute_ = minutes;
}

void MemoryLog::is_off_until(int minutes) {
    minute_ = minutes;
    ++boot_;
    while (60 * (static_cast<int>(epoch_) + 1) <= minutes) close(true);
    add("boot", {gateway}, {.data = {{"ended", "power"}}});
}

void MemoryLog::erase(std::uint64_t index, const std::string& rule) {
    payloads_.erase(index);
    add("payload.erased", {gateway}, {.data = {{"ref", index}, {"rule", rule}}});
}

namespace {

tlog::SigningKey key_of_witness(const std::string& name) {
    return tlog::SigningKey{tlog::sha256("witness " + name)};
}

}  // namespace

void MemoryLog::has_witnesses(const std::vector<std::string>& names) {
    for (const auto& name : names) {
        sheet_.witnesses.push_back({.name = name,
                                    .type = tlog::KeyType::cosignature,
                                    .key = key_of_witness(name).public_key()});
    }
}

std::uint64_t MemoryLog::is_cosigned(const std::string& witness) {
    sign();
    const auto text = tlog::parse_note(notes_.at(size()))->text;
    const auto now = std::chrono::floor<std::chrono::seconds>(at(minute_)).time_since_epoch();
    notes_.at(size()) += tlog::cosignature_line(witness, key_of_witness(witness),
                                                static_cast<std::uint64_t>(now.count()), text);
    cosigned_.insert(size());
    return size();
}

void MemoryLog::has_authority(const std::string& root, const std::string& certificates) {
    sheet_.tsas.push_back(hex_of(tlog::sha256(root)));
    tsa_certificates_ = tlog::certificates_in(certificates);
}

void MemoryLog::is_stamped(const std::function<std::string(const std::string& note)>& stamp) {
    sign();
    stamps_.push_back(
        {.size = size(), .reply = stamp(notes_.at(size())), .certificates = tsa_certificates_});
}

std::optional<evidence::TimeStamp> MemoryLog::time_stamp_from(std::uint64_t size) const {
    const auto found = std::ranges::lower_bound(stamps_, size, {}, &evidence::TimeStamp::size);
    return found == stamps_.end() ? std::nullopt : std::optional{*found};
}

std::uint64_t MemoryLog::export_is_made() {
    index_the_day();
    const auto made = add("export.made", {gateway},
                          {.data = {{"for", "customs"}, {"who", "maria"}, {"why", "audit 17"}}});
    sign();
    return made;
}

evidence::Options MemoryLog::options(std::uint64_t export_entry) const {
    return {.sheet = sheet_,
            .gateway = gateway,
            .watched = {device},
            .export_entry = export_entry,
            .tool = "sealwarden test"};
}

const tlog::Hashes& MemoryLog::hashes() const {
    if (!tree_) {
        std::vector<tlog::Hash> leaves;
        for (const auto& record : records_) leaves.push_back(tlog::leaf_hash(record));
        tree_.emplace(std::move(leaves));
    }
    return *tree_;
}

std::string MemoryLog::record(std::uint64_t index) const {
    return records_.at(index);
}

std::vector<std::uint64_t> MemoryLog::entries_of(const Subject& subject, std::uint64_t from,
                                                 std::uint64_t to) const {
    std::vector<std::uint64_t> found;
    const auto all = of_subject_.find(subject);
    if (all != of_subject_.end()) among(all->second, from, to, found);
    return found;
}

std::optional<std::uint64_t> MemoryLog::last_before(const Subject& subject,
                                                    std::uint64_t index) const {
    const auto before = entries_of(subject, 0, index);
    return before.empty() ? std::nullopt : std::optional{before.back()};
}

std::optional<std::uint64_t> MemoryLog::first_from(const Subject& subject,
                                                   std::uint64_t index) const {
    const auto behind = entries_of(subject, index, size());
    return behind.empty() ? std::nullopt : std::optional{behind.front()};
}

std::vector<std::uint64_t> MemoryLog::of_kind(std::string_view kind, std::uint64_t from,
                                              std::uint64_t to) const {
    std::vector<std::uint64_t> found;
    const auto all = of_kind_.find(std::string{kind});
    if (all != of_kind_.end()) among(all->second, from, to, found);
    return found;
}

std::vector<tlog::SubjectCount> MemoryLog::counts(std::uint64_t from, std::uint64_t to) const {
    std::vector<tlog::SubjectCount> counts;
    for (const auto& [subject, indexes] : of_subject_) {
        std::vector<std::uint64_t> found;
        if (!among(indexes, from, to, found)) continue;
        counts.push_back({subject.kind, subject.id, static_cast<std::uint32_t>(found.size()),
                          found.front(), found.back()});
    }
    return counts;
}

std::optional<std::string> MemoryLog::checkpoint(std::uint64_t size) const {
    const auto found = notes_.find(size);
    return found == notes_.end() ? std::nullopt : std::optional{found->second};
}

std::vector<std::uint64_t> MemoryLog::cosigned(std::uint64_t smallest, std::uint64_t largest,
                                               std::size_t limit) const {
    std::vector<std::uint64_t> sizes{cosigned_.lower_bound(smallest),
                                     cosigned_.upper_bound(largest)};
    sizes.resize(std::min(sizes.size(), limit));
    return sizes;
}

std::optional<std::uint64_t> MemoryLog::closing(std::uint64_t epoch) const {
    const auto found = closings_.find(epoch);
    return found == closings_.end() ? std::nullopt : std::optional{found->second};
}

std::optional<evidence::Payload> MemoryLog::payload(std::uint64_t index) const {
    const auto found = payloads_.find(index);
    return found == payloads_.end() ? std::nullopt : std::optional{found->second};
}

std::optional<std::string> MemoryLog::picture(std::string_view sha256) const {
    const auto found = pictures_.find(sha256);
    return found == pictures_.end() ? std::nullopt : std::optional{found->second};
}

std::string MemoryLog::epoch_checkpoint() const {
    const auto name = tlog::table_name(sheet_.origin);
    const auto text =
        tlog::Checkpoint{.origin = name, .size = sheet_.keys, .root = sheet_.epochs}.text();
    return text + "\n" + tlog::signature_line(name, log_key_, text);
}

std::string MemoryLog::sign(const tlog::Hash& manifest) const {
    return tlog::signature_line(tlog::bundle_name(sheet_.origin), log_key_,
                                tlog::bundle_text(manifest));
}

Story two_days_at_a_dock() {
    Story story;
    auto& log = story.log;
    const auto& container = Story::container;
    const auto& door = Story::door;
    log.add("boot", {MemoryLog::gateway}, {.data = {{"ended", nullptr}}});
    log.add("coverage.regained", {MemoryLog::device, door});
    log.passes_to(24 * 60 + 30);
    log.add("door.opened", {door}, {.data = {{"raw", 1}}});
    log.passes_to(25 * 60 + 10);
    log.add("visit.began", {container, door});
    story.badge_entry = log.add("access.granted", {door, container},
                                {.data = {{"note", "gate, \"north\""}},
                                 .personal = {{"badge", "004711"}, {"name", "José Núñez"}}});
    log.passes_to(26 * 60 + 5);
    const std::string picture = "\xff\xd8\xff\xe0 the seal as the camera saw it \xff\xd9";
    story.picture = tlog::hex(tlog::bytes_of(tlog::sha256(picture)));
    log.add("seal.verified", {container, {"seal", "EU123"}, door},
            {.data = {{"expected", "EU123"}, {"read", "EU123"}}, .pictures = {picture}});
    log.passes_to(28 * 60 + 40);
    log.add("door.opened-between-polls", {door, container}, {.data = {{"raw", 7}}});
    log.passes_to(30 * 60 + 2);
    log.add("coverage.lost", {MemoryLog::device, door}, {.data = {{"fault", "no_answer"}}});
    log.add("log.held_back", {MemoryLog::gateway});
    log.add("log.signed", {MemoryLog::gateway});
    log.passes_to(30 * 60 + 12);
    log.add("coverage.regained", {MemoryLog::device, door});
    log.passes_to(33 * 60);
    log.add("visit.ended", {container, door});
    log.passes_to(49 * 60 + 20);
    log.add("door.closed", {door});
    story.query = {.subject = container, .since = log.at(24 * 60), .until = log.at(48 * 60)};
    return story;
}

}  // namespace sealwarden::test
