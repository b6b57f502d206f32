// Who uses the console: answers the router's question who asks, and holds what the routes of
// identity do. On the console's loop; passwords are hashed on one thread of its own and the
// accounts written on another, so that neither a flood of sign-ins nor a long piece of other work
// costs anybody a frame.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "firmware/clock.hpp"
#include "firmware/console/authenticator.hpp"
#include "firmware/console/gateway.hpp"
#include "firmware/console/route.hpp"
#include "firmware/console/worker.hpp"
#include "firmware/identity/accounts.hpp"
#include "firmware/identity/administration.hpp"
#include "firmware/identity/password_hash.hpp"
#include "firmware/identity/throttle.hpp"

namespace sealwarden::identity {

struct IdentityOptions {
    std::filesystem::path directory;  // of users.sqlite
    Roles roles = Roles::shipped();
    std::filesystem::path mqtt_tokens;  // mqtt_tokens_file(); empty: none are published
    std::vector<std::string> names;     // of site and gateway: no passwords
    HashCost cost;
    LockOut lock_out;
    std::size_t most_hashing = 8;       // sign-ins that wait; one more is told to come again
    std::int64_t most_untold = 10'000;  // then nobody signs in until the gateway answers
};

class Identity final : public console::Authenticator {
  public:
    // Opens the accounts; throws Unusable. `gateway` outlives it; `loop` does not run any more when
    // it goes.
    Identity(const boost::asio::any_io_executor& loop, console::Gateway& gateway,
             std::function<WallTime()> now, IdentityOptions options);

    // Begins to tell the log what it has not been told, and to end sessions whose time is over.
    void start();
    // Its threads end after what they do now; what waits for them is dropped.
    void stop();

    // console::Authenticator
    boost::asio::awaitable<console::Who> who(console::Request request) override;
    boost::asio::awaitable<console::Who> still(console::Request request) override;
    bool has_csrf_token(const console::Request& request, const console::Who& who) override;
    boost::asio::awaitable<void> denied(console::Request request, console::Who who,
                                        std::string right) override;

    // What the routes do (routes.cpp).
    boost::asio::awaitable<console::Response> sign_in(console::Call call);
    boost::asio::awaitable<console::Response> session(console::Call call);
    boost::asio::awaitable<console::Response> sign_out(console::Call call);
    boost::asio::awaitable<console::Response> change_session(console::Call call);
    boost::asio::awaitable<console::Response> change_password(console::Call call);
    boost::asio::awaitable<console::Response> needs_set_up(console::Call call);
    boost::asio::awaitable<console::Response> set_up(console::Call call);
    boost::asio::awaitable<console::Response> users(console::Call call);
    boost::asio::awaitable<console::Response> add_user(console::Call call);
    boost::asio::awaitable<console::Response> user(console::Call call);
    boost::asio::awaitable<console::Response> change_user(console::Call call);
    boost::asio::awaitable<console::Response> remove_user(console::Call call);
    boost::asio::awaitable<console::Response> roles(console::Call call);
    boost::asio::awaitable<console::Response> tokens(console::Call call);
    boost::asio::awaitable<console::Response> add_token(console::Call call);
    boost::asio::awaitable<console::Response> remove_token(console::Call call);

  private:
    using Clock = std::int64_t;  // epoch milliseconds
    [[nodiscard]] Clock now() const;
    [[nodiscard]] console::Who who_by(const console::Request& request, bool counts_as_use);
    [[nodiscard]] console::Who by_session(const std::string& secret, bool counts_as_use);
    [[nodiscard]] console::Who by_token(const TokenText& token, bool counts_as_use);
    [[nodiscard]] static console::Who by_socket(const console::Request& request);
    [[nodiscard]] console::Who of(const User& user, const Role& role) const;

    // Writing, on the accounts' thread: `work(accounts, administration)`. change(): of users and
    // tokens, which the MQTT front and the log are told of; what is refused becomes a Problem.
    template <class Work>
    boost::asio::awaitable<std::invoke_result_t<Work&, Accounts&, Administration&>> write(
        Work work);
    template <class Work>
    boost::asio::awaitable<std::invoke_result_t<Work&, Accounts&, Administration&>> change(
        Work work);
    void write_later(std::function<void(Accounts&)> work);  // nobody waits for it
    boost::asio::awaitable<void> put_uses(std::vector<Use> uses);
    // Of what can be made happen at will: told at most once a minute, with its count.
    boost::asio::awaitable<void> put_throttled(std::string key, Use use);

    // A sign-in that is under way: so many at most.
    class Place {
      public:
        explicit Place(Identity& identity);  // throws Problem 503
        ~Place() { --identity_.hashing_; }
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;

      private:
        Identity& identity_;
    };
    // A try at a password, counted before it is looked at. Throws Problem 429 where none is taken.
    struct Try {
        std::string user;              // or empty: there is none of that name
        std::string counted, address;  // as they are counted
        LockOut::Attempt attempt;
    };
    boost::asio::awaitable<Try> begin_try(std::string name, std::string act,
                                          console::Request request);
    // It did not fit: tells the log, and throws Problem 401.
    boost::asio::awaitable<void> failed(Try one, std::string act, std::string reason,
                                        console::Request request);
    boost::asio::awaitable<bool> is_password(std::string password, std::string hash);
    boost::asio::awaitable<std::string> hashed(std::string password);
    // Throws Problem 400 `weak_password`.
    void check_password(const std::string& password, const std::string& user,
                        const std::string& name) const;

    boost::asio::awaitable<console::Response> begin_session(User user, console::Request request,
                                                            Try fitted, std::string new_hash);
    [[nodiscard]] console::Response session_answer(const console::Who& who, const std::string& csrf,
                                                   std::optional<Clock> expires) const;
    [[nodiscard]] nlohmann::json user_json(const User& user);
    [[nodiscard]] User existing(const std::string& id);

    boost::asio::awaitable<void> tell();
    boost::asio::awaitable<void> sweep();
    enum class Told { yes, later, never };
    boost::asio::awaitable<Told> told(Use use);
    void tell_soon();

    IdentityOptions options_;
    std::function<WallTime()> wall_;
    console::Gateway& gateway_;
    boost::asio::any_io_executor loop_;
    Accounts writer_;  // on the accounts' thread only
    Administration rules_;
    Accounts reader_;  // on the loop only
    std::string nobodys_hash_;
    struct Seen {
        Clock at = 0, written = 0;
    };
    std::map<tlog::Hash, Seen> seen_;          // sessions used since the last sweep
    std::map<std::string, Clock> token_used_;  // when a token's use was last written, by id
    Throttle throttle_;
    std::size_t hashing_ = 0;
    boost::asio::steady_timer untold_, sweep_;
    bool more_untold_ = false;
    std::string said_;  // why the log cannot be told, once
    // Last: their threads end before what they use goes.
    console::Worker passwords_, accounts_;
};

// The routes of identity, for the router. `identity` outlives them.
[[nodiscard]] console::Routes identity_routes(Identity& identity);

}  // namespace sealwarden::identity
