#include <ostream>

#include "firmware/cli/times.hpp"
#include "firmware/cli/verbs.hpp"

namespace sealwarden::cli {

void add_clock(CLI::App& app, Context& context) {
    auto& group = *app.add_subcommand("clock", "The clock, as the log's epochs believe it");
    examples(group, {{"sealwarden clock trust", "it is right; epochs follow it"}});
    group.require_subcommand(1);
    auto& trust = *group.add_subcommand(
        "trust",
        "Vouch for a clock that is ahead of what is believed: the epochs missed are closed and "
        "their keys destroyed. Look at the clock first; a wrong one burns keys that do not come "
        "back");
    examples(trust, {{"sealwarden clock trust", "after a look at `date -u`"}});
    add_json(trust, context);
    trust.callback([&context] {
        auto client = context.connect();
        const auto done = client.call("command", {{"command", "trust_clock"}, {"channel", "cli"}});
        if (context.json) {
            context.print(done);
            return;
        }
        context.out << "The clock is trusted as of " << local_time(context.now()) << "; entry "
                    << done.at("index") << " says who vouched." << std::endl;
    });
}

}  // namespace sealwarden::cli
