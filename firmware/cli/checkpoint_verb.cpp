#include <ostream>

#include "firmware/cli/verbs.hpp"

namespace sealwarden::cli {

void add_checkpoint(CLI::App& app, Context& context) {
    auto& group = *app.add_subcommand("checkpoint", "The log's signed head");
    examples(group, {{"sealwarden checkpoint show", "the newest; keep it elsewhere"}});
    group.require_subcommand(1);
    auto& show = *group.add_subcommand(
        "show",
        "The newest signed head of the log, as a C2SP signed note; whoever keeps one can tell "
        "when the log before it is changed");
    examples(show, {{"sealwarden checkpoint show", "the note"},
                    {"sealwarden checkpoint show --json", "with its epoch, for a script"}});
    add_json(show, context);
    show.callback([&context] {
        const auto newest = context.connect().call("checkpoint");
        if (context.json) {
            context.print(newest);
        } else {
            context.out << newest.at("note").get<std::string>() << std::flush;
        }
    });
}

}  // namespace sealwarden::cli
