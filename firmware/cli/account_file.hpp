// The console's accounts for the verbs that change them on the machine itself, whether the console
// runs or not.
#pragma once

#include <string>

#include "firmware/cli/context.hpp"
#include "firmware/identity/administration.hpp"

namespace sealwarden::cli {

class AccountFile {
  public:
    // Of the configuration. Throws Failure.
    explicit AccountFile(Context& context);

    // `work(rules)`: its refusal becomes a Failure. Then the MQTT front and the log are told; what
    // the log cannot be told now, the console tells it later.
    template <class Work>
    auto change(Work work) {
        try {
            if constexpr (std::is_void_v<decltype(work(rules_))>) {
                work(rules_);
                tell();
            } else {
                auto result = work(rules_);
                tell();
                return result;
            }
        } catch (const identity::Refusal& refusal) {
            fail(refusal);
        }
    }
    [[nodiscard]] identity::Accounts& accounts() { return accounts_; }
    [[nodiscard]] const identity::Roles& roles() const { return roles_; }
    [[nodiscard]] const identity::Doer& doer() const { return doer_; }
    [[nodiscard]] std::int64_t now_ms() const;
    // Asked twice on the terminal, or from --password-fd; hashed. Throws Failure for a weak one.
    [[nodiscard]] std::string new_password(int descriptor, const std::string& user,
                                           const std::string& name);

  private:
    [[noreturn]] static void fail(const identity::Refusal& refusal);
    void tell();

    Context& context_;
    const config::Config& config_;
    identity::Roles roles_;
    identity::Accounts accounts_;
    identity::Administration rules_;
    identity::Doer doer_;
};

}  // namespace sealwarden::cli
