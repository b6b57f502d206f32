#include "firmware/console/api/evidence_jobs.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <set>

#include "firmware/diag.hpp"
#include "firmware/evidence/private_file.hpp"
#include "firmware/inquiry/ask.hpp"
#include "firmware/inquiry/times.hpp"
#include "firmware/local/client.hpp"

namespace sealwarden::console::api {

using evidence::OrderFailed;
using nlohmann::json;

namespace {

std::string_view code_of(OrderFailed::Why why) {
    switch (why) {
        case OrderFailed::Why::usage: return "usage";
        case OrderFailed::Why::not_found: return "not_found";
        case OrderFailed::Why::not_provable: return "not_provable";
        case OrderFailed::Why::not_allowed: return "not_allowed";
        case OrderFailed::Why::try_again: return "too_slow";
        case OrderFailed::Why::changed: return "changed";
        case OrderFailed::Why::failed: return "internal";
    }
    assert(!"every reason has a code");
    return "internal";
}

// Steps of very different length; what matters to who waits is that it goes on.
double progress_of(std::optional<evidence::Step> step) {
    if (!step) return 0;
    switch (*step) {
        case evidence::Step::checking: return 0.05;
        case evidence::Step::entering: return 0.1;
        case evidence::Step::reading: return 0.3;
        case evidence::Step::packing: return 0.8;
    }
    return 0;
}

// As the site's calendar has it.
std::string day_of(evidence::Moment moment) {
    return inquiry::local_time(WallTime{moment}).substr(0, 10);
}

constexpr std::string_view states[] = {"queued", "building", "done", "failed"};

constexpr unsigned owner_only = 0600;  // nobody else reads what an auditor is given

}  // namespace

EvidenceJobs::EvidenceJobs(std::filesystem::path directory, Make make)
    : directory_{std::move(directory)}, make_{std::move(make)} {
    std::error_code ignored;
    std::filesystem::create_directories(directory_, ignored);
    std::filesystem::permissions(directory_, std::filesystem::perms::owner_all, ignored);
    take_over();
    thread_ = std::jthread{[this](const std::stop_token& stop) {
        ::prctl(PR_SET_NAME, "bundles");
        run(stop);
    }};
}

EvidenceJobs::~EvidenceJobs() = default;

std::filesystem::path EvidenceJobs::path_of(const std::string& id) const {
    return directory_ / (id + ".zip");
}
std::filesystem::path EvidenceJobs::order_of(const std::string& id) const {
    return directory_ / (id + ".json");
}

std::optional<std::string> EvidenceJobs::add(evidence::Order order, std::int64_t now_ms) {
    const std::lock_guard guard{mutex_};
    if (waiting_.size() >= most_waiting) return {};
    forget_old();
    constexpr int digits = 6;
    auto id = fmt::format("b{:0{}}", ++last_, digits);
    jobs_[id] = {.id = id, .order = std::move(order), .ordered_ms = now_ms};
    waiting_.push_back(id);
    changed_.notify_one();
    return id;
}

void EvidenceJobs::forget_old() {
    while (jobs_.size() >= most_kept) {
        const auto old = std::ranges::find_if(jobs_, [](const auto& job) {
            return job.second.state == State::done || job.second.state == State::failed;
        });
        if (old == jobs_.end()) return;
        forget(old->first);
        jobs_.erase(old);
    }
}

void EvidenceJobs::forget(const std::string& id) {
    std::error_code ignored;
    std::filesystem::remove(path_of(id), ignored);
    std::filesystem::remove(order_of(id), ignored);
}

// The job as it stands now, on its thread. A bundle that was built is not lost for its note's sake.
void EvidenceJobs::keep(const std::string& id) {
    const auto told = one(id);
    try {
        evidence::write_file(order_of(id), told.dump(), owner_only);
    } catch (const std::exception& error) {
        diag::warn("an order for a bundle could not be kept", {{"job", id}, {"why", error.what()}});
    }
}

void EvidenceJobs::take_over() {
    std::error_code error;
    std::set<std::string> found;
    for (const auto& file : std::filesystem::directory_iterator{directory_, error})
        found.insert(file.path().stem().string());
    for (const auto& id : found) {
        std::optional<Job> job;
        try {
            constexpr std::size_t longest = 64 << 10;
            job = job_from(json::parse(evidence::read_file(order_of(id), longest)));
        } catch (const std::exception& trouble) {
            diag::warn("what a console before left of a bundle is removed",
                       {{"job", id}, {"why", trouble.what()}});
        }
        if (!job || job->id != id) {
            forget(id);
            continue;
        }
        const bool built = job->state == State::done && std::filesystem::exists(path_of(id), error);
        if (!built && job->state != State::failed) {
            job->state = State::failed;
            job->code = "unreachable";
            job->why = "the console stopped before it was built; order it again";
        }
        last_ = std::max<std::uint64_t>(last_, std::strtoull(id.c_str() + 1, nullptr, 10));
        jobs_[id] = std::move(*job);
    }
}

// Who ordered them hears of it when the console is back.
void EvidenceJobs::give_up_waiting() {
    std::deque<std::string> left;
    {
        const std::lock_guard guard{mutex_};
        left.swap(waiting_);
    }
    for (const auto& id : left) keep(id);
}

json EvidenceJobs::to_json(const Job& job) {
    const bool done = job.state == State::done;
    json told{{"id", job.id},
              {"state", states[static_cast<std::size_t>(job.state)]},
              {"progress", done ? 1.0 : progress_of(job.step)},
              {"step", job.step ? json(evidence::to_string(*job.step)) : json(nullptr)},
              {"ordered_ts", job.ordered_ms},
              {"by", job.order.by},
              {"for", job.order.whom},
              {"reason", job.order.why},
              {"subject", job.order.subject.kind + ":" + job.order.subject.id},
              {"since", rfc3339(WallTime{job.order.since})},
              {"until", rfc3339(WallTime{job.order.until})},
              {"lang", job.order.language == Language::spanish ? "es" : "en"},
              {"personal", job.order.personal},
              {"file", done ? json(job.name) : json(nullptr)},
              {"size", done ? json(job.size) : json(nullptr)},
              {"sha256", done ? json(job.sha256) : json(nullptr)},
              {"records", done ? json(job.records) : json(nullptr)},
              {"entry", done ? json(job.entry) : json(nullptr)},
              {"missing_witnesses", done ? json(job.missing_witnesses) : json(nullptr)},
              {"why", nullptr},
              {"code", nullptr}};
    if (job.state == State::failed) {
        told["why"] = job.why;
        told["code"] = job.code;
    }
    return told;
}

std::optional<EvidenceJobs::Job> EvidenceJobs::job_from(const json& told) {
    const auto state = std::ranges::find(states, told.at("state").get<std::string>());
    const auto subject = inquiry::subject_from(told.at("subject").get<std::string>());
    const auto since = wall_time(told.at("since").get<std::string>());
    const auto until = wall_time(told.at("until").get<std::string>());
    if (state == std::end(states) || !subject || !since || !until) return {};
    Job job;
    job.id = told.at("id");
    job.state = static_cast<State>(state - std::begin(states));
    job.ordered_ms = told.at("ordered_ts");
    job.order.subject = {.kind = subject->kind, .id = subject->id};
    job.order.since = *since;
    job.order.until = *until;
    job.order.language = told.at("lang") == "es" ? Language::spanish : Language::english;
    job.order.whom = told.at("for");
    job.order.why = told.at("reason");
    job.order.by = told.at("by");
    job.order.personal = told.at("personal");
    if (job.state == State::done) {
        job.name = told.at("file");
        job.size = told.at("size");
        job.sha256 = told.at("sha256");
        job.records = told.at("records");
        job.entry = told.at("entry");
        job.missing_witnesses = told.at("missing_witnesses");
    } else if (job.state == State::failed) {
        job.why = told.at("why");
        job.code = told.at("code");
    }
    return job;
}

json EvidenceJobs::list() const {
    const std::lock_guard guard{mutex_};
    auto list = json::array();
    for (auto job = jobs_.rbegin(); job != jobs_.rend(); ++job)
        list.push_back(to_json(job->second));
    return list;
}

json EvidenceJobs::one(const std::string& id) const {
    const std::lock_guard guard{mutex_};
    const auto found = jobs_.find(id);
    return found == jobs_.end() ? json(nullptr) : to_json(found->second);
}

std::optional<EvidenceJobs::File> EvidenceJobs::file(const std::string& id) const {
    const std::lock_guard guard{mutex_};
    const auto found = jobs_.find(id);
    if (found == jobs_.end() || found->second.state != State::done) return {};
    return File{
        .path = path_of(id), .name = found->second.name, .personal = found->second.order.personal};
}

void EvidenceJobs::change(const std::string& id, const std::function<void(Job&)>& how) {
    const std::lock_guard guard{mutex_};
    if (const auto found = jobs_.find(id); found != jobs_.end()) how(found->second);
}

void EvidenceJobs::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        std::string id;
        evidence::Order order;
        {
            std::unique_lock guard{mutex_};
            if (!changed_.wait(guard, stop, [this] { return !waiting_.empty(); })) break;
            id = waiting_.front();
            waiting_.pop_front();
            auto& job = jobs_.at(id);
            job.state = State::building;
            order = job.order;
        }
        keep(id);
        build(id, order);
        keep(id);
    }
    give_up_waiting();
}

void EvidenceJobs::build(const std::string& id, const evidence::Order& order) {
    const auto fail = [&](std::string_view code, const std::string& why) {
        diag::warn("a bundle could not be built", {{"job", id}, {"why", why}});
        change(id, [&](Job& job) {
            job.state = State::failed;
            job.code = code;
            job.why = why;
        });
    };
    try {
        const auto built = make_(
            order, [&](evidence::Step step) { change(id, [step](Job& job) { job.step = step; }); });
        evidence::write_file(path_of(id), built.zip, owner_only);
        auto subject = order.subject.id;
        std::ranges::replace_if(
            subject, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '-');
        const auto name =
            fmt::format("sealwarden-{}-{}-{}-{}-{}.zip", order.subject.kind, subject,
                        day_of(order.since), day_of(order.until), built.sha256.substr(0, 8));
        change(id, [&](Job& job) {
            job.state = State::done;
            job.name = name;
            job.size = built.zip.size();
            job.sha256 = built.sha256;
            job.records = built.records;
            job.entry = built.entry;
            job.missing_witnesses = built.missing_witnesses;
        });
    } catch (const OrderFailed& error) {
        fail(code_of(error.why), error.what());
    } catch (const local::Refused& error) {
        fail(error.code, error.what());
    } catch (const local::Unreachable& error) {
        fail("unreachable", error.what());
    } catch (const std::exception& error) {
        fail("internal", error.what());
    }
}

EvidenceJobs::Make makes_bundles(const config::Config& config, std::function<WallTime()> now) {
    return [&config, now = std::move(now)](const evidence::Order& order,
                                           const std::function<void(evidence::Step)>& step) {
        local::Client client{config.socket};
        return evidence::make_bundle(order, config, client, now(), step);
    };
}

}  // namespace sealwarden::console::api
