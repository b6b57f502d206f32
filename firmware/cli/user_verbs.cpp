// `user …`: who may use the console.
#include <ostream>

#include "firmware/cli/account_file.hpp"
#include "firmware/cli/times.hpp"
#include "firmware/cli/verbs.hpp"

namespace sealwarden::cli {
namespace {

using identity::Administration;
using identity::User;
using identity::UserChange;
using nlohmann::json;

struct Arguments {
    std::string user, name, role, person, language = "en", trained_on;
    int descriptor = -1;
};
using Shared = std::shared_ptr<Arguments>;

json user_json(const User& user, bool locked_out) {
    return {{"user", user.id},
            {"name", user.name},
            {"role", user.role},
            {"person", user.person},
            {"language", user.language == Language::spanish ? "es" : "en"},
            {"enabled", user.enabled},
            {"trained_on", user.trained_on},
            {"made_ts", user.made_ms},
            {"signed_in_ts", user.signed_in_ms == 0 ? json{} : json(user.signed_in_ms)},
            {"locked_out", locked_out}};
}

void list(Context& context) {
    AccountFile file{context};
    Columns table{context.heads({"user", "name", "role", "person", "state", "signed_in"})};
    auto all = json::array();
    for (const auto& user : file.accounts().users()) {
        const bool locked = file.accounts().has_failures(user.id, file.now_ms());
        all.push_back(user_json(user, locked));
        const auto seen = user.signed_in_ms == 0
                              ? std::string{"-"}
                              : local_time(WallTime{std::chrono::milliseconds{user.signed_in_ms}});
        const auto* state = !user.enabled ? "disabled" : locked ? "locked_out" : "enabled";
        table.add({user.id, user.name, user.role, user.person, context.state(state), seen});
    }
    if (context.json) {
        context.print({{"users", all}});
    } else if (all.empty()) {
        context.err << context.word("cli.no_users") << '\n';
    } else {
        table.print(context.out);
    }
}

// What was done, as a sentence, or the user as it is now.
void print(Context& context, AccountFile& file, const std::string& user, const char* sentence) {
    if (!context.json) {
        context.out << Shown{context.word(sentence, {{"user", user}})} << '\n';
        return;
    }
    const auto now = file.accounts().user(user);
    context.print(now ? user_json(*now, file.accounts().has_failures(user, file.now_ms()))
                      : json{{"user", user}});
}

void add(Context& context, const Arguments& given) {
    AccountFile file{context};
    const User user{.id = given.user,
                    .name = given.name,
                    .role = given.role,
                    .person = given.person,
                    .language = given.language == "es" ? Language::spanish : Language::english,
                    .trained_on = given.trained_on};
    const auto hash = file.new_password(given.descriptor, user.id, user.name);
    file.change([&](Administration& rules) { rules.add(user, hash, file.doer(), file.now_ms()); });
    print(context, file, user.id, "cli.user_added");
}

void change(Context& context, const std::string& user, const UserChange& wanted) {
    AccountFile file{context};
    file.change([&](Administration& rules) {
        return rules.change(user, wanted, file.doer(), file.now_ms());
    });
    print(context, file, user, "cli.user_changed");
}

void put_password(Context& context, const Arguments& given) {
    AccountFile file{context};
    const auto user = file.accounts().user(given.user);
    if (!user) throw Failure{Exit::not_found, "there is no user `" + given.user + "`"};
    const auto hash = file.new_password(given.descriptor, user->id, user->name);
    file.change([&](Administration& rules) {
        rules.change(user->id, {.password_hash = hash}, file.doer(), file.now_ms());
    });
    print(context, file, user->id, "cli.user_password");
}

// One that names a user and does one thing.
CLI::App& verb_for(CLI::App& group, Context& context, const Shared& given, const char* name,
                   const char* help, const std::vector<Example>& shown) {
    auto& verb = *group.add_subcommand(name, help);
    examples(verb, shown);
    verb.add_option("USER", given->user, "the user's id")->required();
    add_json(verb, context);
    return verb;
}

void add_password_fd(CLI::App& verb, const Shared& given) {
    verb.add_option("--password-fd", given->descriptor,
                    "read the password from this descriptor, one line, instead of asking for it")
        ->check(CLI::Range(0, 1023));
}

void add_those_that_change(CLI::App& group, Context& context) {
    const auto given = std::make_shared<Arguments>();
    auto& role =
        verb_for(group, context, given, "role", "Another role; ends the user's sessions",
                 {{"sealwarden user role luis auditor", "Luis may look and take evidence"}});
    role.add_option("ROLE", given->role,
                    "supervisor, security, auditor, admin, wall, or the site's own")
        ->required();
    role.callback([&context, given] { change(context, given->user, {.role = given->role}); });

    auto& link =
        verb_for(group, context, given, "link",
                 "Say which person of the gateway's register it is; acts are theirs then",
                 {{"sealwarden user link luis luis-m", "what he enters is by person luis-m"}});
    link.add_option("PERSON", given->person, "the person's id; empty: none")->required();
    link.callback([&context, given] { change(context, given->user, {.person = given->person}); });

    auto& disable = verb_for(group, context, given, "disable",
                             "Nobody signs in as this user any more; ends the sessions and tokens",
                             {{"sealwarden user disable luis", "on the day he leaves"}});
    disable.callback([&context, given] { change(context, given->user, {.enabled = false}); });

    auto& enable = verb_for(group, context, given, "enable", "The user may sign in again",
                            {{"sealwarden user enable luis", "he is back"}});
    enable.callback([&context, given] { change(context, given->user, {.enabled = true}); });

    auto& trained = verb_for(group, context, given, "trained",
                             "The day of the user's training in operating this (CTPAT 12.9)",
                             {{"sealwarden user trained luis 2026-11-02", "trained on that day"}});
    trained.add_option("DAY", given->trained_on, "2026-11-02; empty: none")->required();
    trained.callback(
        [&context, given] { change(context, given->user, {.trained_on = given->trained_on}); });
}

}  // namespace

void add_users(CLI::App& app, Context& context) {
    auto& group = *app.add_subcommand("user", "Who may use the console");
    examples(group, {{"sealwarden user list", "who may, and who signed in when"}});
    group.require_subcommand(1);
    const auto given = std::make_shared<Arguments>();

    auto& one = verb_for(
        group, context, given, "add", "A new user; asks for the password",
        {{"sealwarden user add ana --name \"Ana Rivas\" --role security --person ana-r",
          "with the person's id in the gateway's register"},
         {"sealwarden user add luis --name \"Luis M.\" --role supervisor", "another one"}});
    one.add_option("--name", given->name, "for people")->required();
    one.add_option("--role", given->role,
                   "supervisor, security, auditor, admin, wall, or the site's own")
        ->required();
    one.add_option("--person", given->person, "the person's id in the gateway's register");
    one.add_option("--speaks", given->language, "en or es")->check(CLI::IsMember({"en", "es"}));
    one.add_option("--trained-on", given->trained_on, "the day of the training in operating this");
    add_password_fd(one, given);
    one.callback([&context, given] { add(context, *given); });

    auto& all = *group.add_subcommand("list", "Users, their roles, and when they signed in");
    examples(all,
             {{"sealwarden user list", "as a table"}, {"sealwarden user list --json", "as JSON"}});
    add_json(all, context);
    all.callback([&context] { list(context); });

    add_those_that_change(group, context);

    auto& password =
        verb_for(group, context, given, "password",
                 "Another password; asks for it, and ends the user's sessions and tokens",
                 {{"sealwarden user password luis", "he has forgotten the old one"}});
    add_password_fd(password, given);
    password.callback([&context, given] { put_password(context, *given); });

    auto& unlock =
        verb_for(group, context, given, "unlock", "Forget the wrong passwords that were tried",
                 {{"sealwarden user unlock luis", "before the wait is over"}});
    unlock.callback([&context, given] {
        AccountFile file{context};
        file.change([&](Administration& rules) {
            rules.change(given->user, {.unlock = true}, file.doer(), file.now_ms());
        });
        print(context, file, given->user, "cli.user_unlocked");
    });

    auto& remove = verb_for(group, context, given, "remove",
                            "Take the user away, with what is kept of him beside the log",
                            {{"sealwarden user remove ana", "the log keeps the id, not the name"}});
    remove.callback([&context, given] {
        AccountFile file{context};
        file.change(
            [&](Administration& rules) { rules.remove(given->user, file.doer(), file.now_ms()); });
        print(context, file, given->user, "cli.user_removed");
    });
}

}  // namespace sealwarden::cli
