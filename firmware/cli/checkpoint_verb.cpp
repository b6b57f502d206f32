#include <ostream>

#include "firmware/cli/verbs.hpp"
#include "firmware/evidence/people.hpp"
#include "firmware/evidence/qr.hpp"

namespace sealwarden::cli {
namespace {

struct Wanted {
    bool qr = false, cosigned = false;
};

void show_newest(Context& context, const Wanted& wanted) {
    const auto newest = context.connect().call("checkpoint", {{"cosigned", wanted.cosigned}});
    const auto note = newest.at("note").get<std::string>();
    if (context.json) {
        context.print(newest);
        return;
    }
    if (!wanted.qr) {
        context.out << note << std::flush;
        return;
    }
    // One signature of the two: with both it would be too wide for many terminals.
    const auto code = evidence::qr_code(evidence::with_first_signature(note));
    if (!code) throw Failure{Exit::failed, "the log's name is too long for a code"};
    context.out << evidence::qr_text(*code, context.colour) << std::flush;
}

}  // namespace

void add_checkpoint(CLI::App& app, Context& context) {
    auto& group = *app.add_subcommand("checkpoint", "The log's signed head");
    examples(group, {{"sealwarden checkpoint show", "the newest; keep it elsewhere"}});
    group.require_subcommand(1);
    auto& show = *group.add_subcommand(
        "show",
        "The newest signed head of the log, as a C2SP signed note; whoever keeps one can tell "
        "when the log before it is changed");
    examples(show, {{"sealwarden checkpoint show", "the note"},
                    {"sealwarden checkpoint show --qr", "to keep it by a photograph"},
                    {"sealwarden checkpoint show --cosigned", "the newest that witnesses signed"},
                    {"sealwarden checkpoint show --json", "with its epoch, for a script"}});
    const auto wanted = std::make_shared<Wanted>();
    show.add_flag("--qr", wanted->qr,
                  "as a code to photograph: the note with the log key's signature");
    show.add_flag("--cosigned", wanted->cosigned,
                  "the newest that a witness cosigned, with the witnesses' lines");
    add_json(show, context);
    show.callback([&context, wanted] { show_newest(context, *wanted); });
}

}  // namespace sealwarden::cli
