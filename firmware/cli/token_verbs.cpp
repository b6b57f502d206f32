// `token …`: what programs sign in with; and `console setup-code`, for the first user.
#include <algorithm>
#include <ostream>

#include "firmware/cli/account_file.hpp"
#include "firmware/cli/times.hpp"
#include "firmware/cli/verbs.hpp"

namespace sealwarden::cli {
namespace {

using identity::Administration;
using nlohmann::json;

json token_json(const identity::Token& token) {
    return {{"id", token.id},
            {"user", token.user},
            {"name", token.name},
            {"rights", token.rights},
            {"use", token.use == identity::TokenUse::mqtt ? "mqtt" : "http"},
            {"made_ts", token.made_ms},
            {"expires_ts", token.expires_ms},
            {"used_ts", token.used_ms == 0 ? json{} : json(token.used_ms)}};
}

std::string time_of(std::int64_t ms) {
    return ms == 0 ? "-" : local_time(WallTime{std::chrono::milliseconds{ms}});
}

std::string words_of(const identity::Rights& rights) {
    std::string words;
    for (const auto& right : rights) words += (words.empty() ? "" : ",") + right;
    return words;
}

void add(Context& context, const Administration::NewToken& wanted) {
    AccountFile file{context};
    const auto [token, text] = file.change(
        [&](Administration& rules) { return rules.add_token(wanted, file.doer(), file.now_ms()); });
    if (context.json) {
        auto shown = token_json(token);
        shown["token"] = text;
        context.print(shown);
        return;
    }
    context.out << text << '\n';
    context.err << context.word("cli.token_once", {{"time", time_of(token.expires_ms)}}) << '\n';
}

void list(Context& context) {
    AccountFile file{context};
    Columns table{context.heads({"user", "name", "use", "rights", "expires", "used"})};
    auto all = json::array();
    for (const auto& token : file.accounts().tokens()) {
        all.push_back(token_json(token));
        table.add({token.user, token.name, token.use == identity::TokenUse::mqtt ? "mqtt" : "http",
                   words_of(token.rights), time_of(token.expires_ms), time_of(token.used_ms)});
    }
    if (context.json) {
        context.print({{"tokens", all}});
    } else if (all.empty()) {
        context.err << context.word("cli.no_tokens") << '\n';
    } else {
        table.print(context.out);
    }
}

void revoke(Context& context, const std::string& user, const std::string& name) {
    AccountFile file{context};
    const auto tokens = file.accounts().tokens();
    const auto found = std::ranges::find_if(
        tokens, [&](const auto& token) { return token.user == user && token.name == name; });
    if (found == tokens.end()) {
        throw Failure{Exit::not_found, "`" + user + "` has no token `" + name +
                                           "`; `sealwarden token list` shows all"};
    }
    file.change(
        [&](Administration& rules) { rules.remove_token(found->id, file.doer(), file.now_ms()); });
    if (context.json) {
        context.print(token_json(*found));
    } else {
        context.out << Shown{context.word("cli.token_revoked", {{"name", user + "/" + name}})}
                    << '\n';
    }
}

void set_up(Context& context) {
    AccountFile file{context};
    const auto code = file.change(
        [&](Administration& rules) { return rules.new_set_up_code(file.doer(), file.now_ms()); });
    const auto until = file.now_ms() + Administration::set_up_ms;
    if (context.json) {
        context.print({{"code", code}, {"expires_ts", until}});
        return;
    }
    context.out << code << '\n';
    context.err << context.word("cli.set_up_code", {{"time", time_of(until)}}) << '\n';
}

}  // namespace

void add_tokens(CLI::App& app, Context& context) {
    auto& group = *app.add_subcommand("token", "What programs are let in with");
    examples(group, {{"sealwarden token list", "which there are, until when"}});
    group.require_subcommand(1);

    auto& one = *group.add_subcommand("add", "A new token; it is shown this once");
    examples(one, {{"sealwarden token add luis dashboard --rights live,search --days 365",
                    "over HTTPS: Authorization: Bearer …"},
                   {"sealwarden token add luis yard --rights live --mqtt",
                    "in commands over MQTT, whose entries then name the user"}});
    struct Given {
        Administration::NewToken token;
        bool mqtt = false;
        std::vector<std::string> rights;
    };
    const auto given = std::make_shared<Given>();
    one.add_option("USER", given->token.user, "whose rights it has at most")->required();
    one.add_option("NAME", given->token.name, "a-z, 0-9 and -: what uses it")->required();
    one.add_option("--rights", given->rights, "words with commas: live,dock,respond")
        ->delimiter(',')
        ->required();
    one.add_option("--days", given->token.days, "how long it lasts, at most 366; 90 if not said");
    one.add_flag("--mqtt", given->mqtt, "counts in commands over MQTT, and there only");
    add_json(one, context);
    one.callback([&context, given] {
        given->token.rights = {given->rights.begin(), given->rights.end()};
        given->token.use = given->mqtt ? identity::TokenUse::mqtt : identity::TokenUse::http;
        add(context, given->token);
    });

    auto& all = *group.add_subcommand("list", "All tokens, without what is secret");
    examples(all, {{"sealwarden token list", "as a table"},
                   {"sealwarden token list --json", "as JSON"}});
    add_json(all, context);
    all.callback([&context] { list(context); });

    auto& gone = *group.add_subcommand("revoke", "It counts no more, from now on");
    examples(gone, {{"sealwarden token revoke luis yard", "the tablet at the yard was lost"}});
    const auto user = std::make_shared<std::string>(), name = std::make_shared<std::string>();
    gone.add_option("USER", *user, "whose it is")->required();
    gone.add_option("NAME", *name, "its name")->required();
    add_json(gone, context);
    gone.callback([&context, user, name] { revoke(context, *user, *name); });
}

void add_set_up(CLI::App& console, Context& context) {
    auto& code = *console.add_subcommand(
        "setup-code", "A code, for 30 minutes, with which a browser makes the first administrator");
    examples(code, {{"sealwarden console setup-code", "type it on the console's first page"}});
    add_json(code, context);
    code.callback([&context] { set_up(context); });
}

}  // namespace sealwarden::cli
