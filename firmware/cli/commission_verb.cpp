#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <ostream>

#include "firmware/cli/out_file.hpp"
#include "firmware/cli/verbs.hpp"
#include "firmware/config/evidence.hpp"
#include "firmware/eventlog/log.hpp"
#include "firmware/eventlog/stopped_log.hpp"
#include "firmware/evidence/commission.hpp"
#include "firmware/evidence/people.hpp"
#include "firmware/text/printable.hpp"
#include "firmware/tlog/key_words.hpp"

namespace sealwarden::cli {
namespace {

struct Arguments {
    std::vector<std::string> witnesses, tsas;
    std::int64_t years = 10;
    std::string epoch = "1h", cadence = "10s", pdf;
};

constexpr std::chrono::seconds day{86400};
constexpr std::int64_t most_keys = 1'000'000;

// "15min", "1h", "10s", "1d".
std::chrono::seconds seconds_of(const std::string& text, const char* option) {
    std::int64_t number = 0;
    const auto* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, number);
    const std::string_view unit{parsed.ptr, static_cast<std::size_t>(end - parsed.ptr)};
    const std::int64_t length = unit == "s"     ? 1
                                : unit == "min" ? 60
                                : unit == "h"   ? 3600
                                : unit == "d"   ? day.count()
                                                : 0;
    if (parsed.ec != std::errc{} || number <= 0 || number > day.count() || length == 0) {
        throw Failure{Exit::usage, fmt::format("{} `{}` is no length of time; write 10s, 15min, 1h "
                                               "or 1d",
                                               option, text)};
    }
    return std::chrono::seconds{number * length};
}

std::chrono::seconds epoch_of(const Arguments& arguments) {
    const auto epoch = seconds_of(arguments.epoch, "--epoch");
    if (epoch > day || day % epoch != std::chrono::seconds{0}) {
        throw Failure{Exit::usage,
                      "--epoch must go into a day without rest, so that days end with an epoch"};
    }
    return epoch;
}

std::uint64_t keys_of(const Arguments& arguments, std::chrono::seconds epoch) {
    // 365.25 days, rounded up: the last epoch does not end.
    const auto keys =
        (arguments.years * 1461 * day.count() / 4 + epoch.count() - 1) / epoch.count();
    if (arguments.years < 1 || keys > most_keys) {
        throw Failure{Exit::usage,
                      fmt::format("--years and --epoch must give at most {} keys", most_keys)};
    }
    return static_cast<std::uint64_t>(keys);
}

std::vector<tlog::NoteKey> witnesses_of(const Arguments& arguments, const std::string& origin) {
    std::vector<tlog::NoteKey> witnesses;
    for (const auto& text : arguments.witnesses) {
        const auto key = tlog::key_from_vkey(text);
        if (!key || key->type != tlog::KeyType::cosignature) {
            throw Failure{Exit::usage,
                          "--witness `" + printable(text) +
                              "` is no key of a witness; it looks like NAME+ID+BASE64, of type 04"};
        }
        if (const auto trouble = config::trouble_of_witness_name(key->name); !trouble.empty()) {
            throw Failure{Exit::usage, fmt::format("--witness `{}` has a name that {}",
                                                   printable(text), trouble)};
        }
        for (const auto& other : witnesses) {
            if (other.name == key->name || other.key == key->key) {
                throw Failure{Exit::usage, "--witness " + key->name + " is named twice"};
            }
        }
        if (key->name.starts_with(origin)) {
            throw Failure{Exit::usage, "--witness " + key->name + " has the log's own name"};
        }
        witnesses.push_back(*key);
    }
    return witnesses;
}

// Keys made by root could not be read by the gateway's user.
void check_user(const std::filesystem::path& directory) {
    struct stat status{};
    if (::stat(directory.c_str(), &status) != 0 || status.st_uid == ::geteuid()) return;
    throw Failure{
        Exit::not_allowed,
        fmt::format("the log in {} belongs to another user; run this as the gateway's user: "
                    "runuser -u sealwarden -- sealwarden commission",
                    directory.string())};
}

void commission(Context& context, const Arguments& arguments) {
    const auto& config = context.valid_configuration();
    const auto epoch = epoch_of(arguments);
    evidence::Commissioning wanted{.origin = config.evidence.origin,
                                   .now = std::chrono::floor<std::chrono::seconds>(context.now()),
                                   .epoch = epoch,
                                   .keys = keys_of(arguments, epoch),
                                   .log = {},
                                   .export_every = seconds_of(arguments.cadence, "--export"),
                                   .witnesses = witnesses_of(arguments, config.evidence.origin),
                                   .tsas = {}};
    for (const auto& file : arguments.tsas) {
        wanted.tsas.push_back(evidence::certificate_hash(file));
    }
    check_user(config.log_directory);
    try {
        const eventlog::StoppedLog log{config.log_directory};
        wanted.log = log.head();
        const evidence::KeyFiles files{config.evidence.keys};
        if (!context.json) context.err << "making " << wanted.keys << " keys …" << std::endl;
        std::optional<OutFile> page;
        if (!arguments.pdf.empty()) page.emplace(arguments.pdf);
        const auto made = evidence::commission(files, wanted);
        const auto sheet = tlog::text_of(made);
        if (page) page->write(evidence::sheet_pdf(made, context.language));
        const auto words = tlog::key_words(sheet);
        if (context.json) {
            context.print({{"sheet", sheet}, {"words", words}, {"keys", files.directory.string()}});
            return;
        }
        context.out << sheet << std::flush;
        context.err
            << "\nkey words: " << words << "\nkept in " << files.sheet().string()
            << "\nPrint this sheet and hand it to whoever will verify: nothing else vouches "
               "for the log.\n";
    } catch (const eventlog::AlreadyRunning& error) {
        throw Failure{Exit::try_again,
                      std::string{error.what()} + "; stop it first: systemctl stop sealwarden"};
    }
}

}  // namespace

void add_commission(CLI::App& app, Context& context) {
    auto& verb = *app.add_subcommand(
        "commission", "Make the keys that sign the log, once, and print the sheet for auditors");
    examples(verb, {{"sealwarden commission --epoch 1d --years 5",
                     "keys for five years; the gateway must not run"}});
    const auto arguments = std::make_shared<Arguments>();
    verb.add_option("--epoch", arguments->epoch, "after so long a key is destroyed; 1h")
        ->type_name("TIME");
    verb.add_option("--years", arguments->years, "for how long keys are made; 10")
        ->type_name("YEARS");
    verb.add_option("--export", arguments->cadence,
                    "declare that a checkpoint leaves the gateway at least so often; 10s")
        ->type_name("TIME");
    verb.add_option("--witness", arguments->witnesses, "a witness's key; may be repeated")
        ->type_name("VKEY");
    verb.add_option("--tsa", arguments->tsas,
                    "the root certificate of a time-stamp authority; may be repeated")
        ->type_name("CERT");
    verb.add_option("--pdf", arguments->pdf, "the sheet also as a page to print; never overwritten")
        ->type_name("FILE");
    add_json(verb, context);
    verb.callback([&context, arguments] { commission(context, *arguments); });
}

}  // namespace sealwarden::cli
