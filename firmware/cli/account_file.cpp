#include "firmware/cli/account_file.hpp"

#include <unistd.h>

#include <chrono>
#include <ostream>

#include "firmware/cli/secret_prompt.hpp"
#include "firmware/identity/mqtt_tokens.hpp"
#include "firmware/identity/password_hash.hpp"
#include "firmware/identity/password_rules.hpp"
#include "firmware/identity/publish.hpp"
#include "firmware/local/socket_file.hpp"

namespace sealwarden::cli {
namespace {

constexpr std::int64_t lease_ms = 60'000;
constexpr std::chrono::seconds patience{3};

identity::Roles roles_of(const config::Config& config) {
    try {
        if (config.console && config.console->roles) {
            return identity::Roles::read(*config.console->roles);
        }
        return identity::Roles::shipped();
    } catch (const identity::BadRoles& bad) {
        throw Failure{Exit::configuration, bad.what()};
    }
}

identity::Accounts accounts_of(const config::Config& config) {
    const auto directory =
        config.console ? config.console->directory : config.log_directory / "console";
    try {
        return {directory, identity::Accounts::Access::write};
    } catch (const identity::Unusable& unusable) {
        throw Failure{Exit::failed, unusable.what()};
    }
}

}  // namespace

AccountFile::AccountFile(Context& context)
    : context_{context},
      config_{context.valid_configuration()},
      roles_{roles_of(config_)},
      accounts_{accounts_of(config_)},
      rules_{accounts_, roles_},
      doer_{.user = {},
            .by = local::user_words(::getuid()),
            .role = {},
            .way = "cli",
            .address = {}} {}

std::int64_t AccountFile::now_ms() const {
    return std::chrono::floor<std::chrono::milliseconds>(context_.now()).time_since_epoch().count();
}

void AccountFile::fail(const identity::Refusal& refusal) {
    const auto exit = refusal.code == "usage"         ? Exit::usage
                      : refusal.code == "not_found"   ? Exit::not_found
                      : refusal.code == "not_allowed" ? Exit::not_allowed
                                                      : Exit::failed;
    throw Failure{exit, refusal.what()};
}

std::string AccountFile::new_password(int descriptor, const std::string& user,
                                      const std::string& name) {
    auto password = descriptor >= 0 ? line_from(descriptor)
                                    : context_.ask_secret(context_.word("cli.ask_password") + " ");
    const auto fault =
        identity::fault_of(password, {user, name, config_.site.site, config_.site.gateway,
                                      config_.site.name.en, config_.site.name.es});
    if (fault != identity::PasswordFault::none) {
        throw Failure{Exit::usage, identity::sentence_of(fault)};
    }
    if (descriptor < 0) {
        auto again = context_.ask_secret(context_.word("cli.ask_password_again") + " ");
        const bool same = again == password;
        identity::wipe(again);
        if (!same) throw Failure{Exit::usage, "the two passwords are not the same"};
    }
    auto hash = identity::hash_of(password);
    identity::wipe(password);
    return hash;
}

void AccountFile::tell() {
    identity::publish_mqtt_tokens(accounts_, roles_,
                                  identity::mqtt_tokens_file(config_.log_directory / "mqtt"));
    std::optional<identity::Untold> untold;
    const auto settle = [&](bool told) {
        identity::Accounts::Change change{accounts_};
        if (told)
            accounts_.remove_untold(untold->id);
        else
            accounts_.release_untold(untold->id);
        change.commit();
    };
    std::optional<local::Client> client;
    for (;;) {
        {
            identity::Accounts::Change change{accounts_};
            untold = accounts_.claim_untold(now_ms(), lease_ms);
            change.commit();
        }
        if (!untold) return;
        try {
            if (!client) client.emplace(context_.socket_path(), patience);
            client->call("used", identity::told_at(untold->use, now_ms()));
        } catch (const std::exception& why) {
            settle(false);
            context_.err << context_.word("cli.log_told_later", {{"why", why.what()}}) << '\n';
            return;
        }
        settle(true);
    }
}

}  // namespace sealwarden::cli
