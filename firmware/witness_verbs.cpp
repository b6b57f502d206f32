#include "firmware/witness_verbs.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <charconv>
#include <csignal>
#include <optional>
#include <ostream>

#include "firmware/cli/verbs.hpp"
#include "firmware/config/evidence.hpp"
#include "firmware/diag.hpp"
#include "firmware/service.hpp"
#include "firmware/text/printable.hpp"
#include "firmware/witness/head_files.hpp"
#include "firmware/witness/key_file.hpp"
#include "firmware/witness/server.hpp"

namespace sealwarden {
namespace {

namespace asio = boost::asio;
using cli::Exit;
using cli::Failure;

struct KeyArguments {
    std::string out, name;
};

void make_key(const cli::Context& context, const KeyArguments& arguments) {
    if (const auto trouble = config::trouble_of_witness_name(arguments.name); !trouble.empty()) {
        throw Failure{Exit::usage, "--name `" + printable(arguments.name) + "` " + trouble};
    }
    const auto vkey = witness::make_key(arguments.out, arguments.name);
    if (context.json) {
        context.print({{"key", vkey}, {"file", arguments.out}});
        return;
    }
    context.out << vkey << std::endl;
    context.err << "Name this key on the sheets of the logs it is to witness: sealwarden "
                   "commission --witness\n";
}

struct RunArguments {
    std::string listen, key, state;
    std::vector<std::string> logs;
};

// "192.0.2.10:7180", "[2001:db8::10]:7180"
std::optional<asio::ip::tcp::endpoint> endpoint_from(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    auto host = text.substr(0, colon);
    const std::string port_text{text.substr(colon + 1)};
    std::uint16_t port = 0;
    const auto* end = port_text.data() + port_text.size();
    const auto parsed = std::from_chars(port_text.data(), end, port);
    if (parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
    const bool brackets = host.starts_with('[') && host.ends_with(']');
    if (brackets) host = host.substr(1, host.size() - 2);
    boost::system::error_code error;
    const auto address = asio::ip::make_address(host, error);
    if (error || address.is_v6() != brackets) return std::nullopt;
    return asio::ip::tcp::endpoint{address, port};
}

std::vector<tlog::NoteKey> logs_from(const std::vector<std::string>& vkeys) {
    std::vector<tlog::NoteKey> logs;
    for (const auto& vkey : vkeys) {
        const auto key = tlog::key_from_vkey(vkey);
        if (!key || key->type != tlog::KeyType::ed25519) {
            throw Failure{Exit::usage, "--log `" + vkey +
                                           "` is no key of a log; its sheet has it in the line "
                                           "`key NAME+ID+BASE64`"};
        }
        logs.push_back(*key);
    }
    return logs;
}

// From --key, else from the credential that the unit loads.
witness::Key key_of(const RunArguments& arguments) {
    using Kind = config::SecretRef::Kind;
    auto secret = config::read_secret(arguments.key.empty()
                                          ? config::SecretRef{Kind::credential, "witness-key"}
                                          : config::SecretRef{Kind::file, arguments.key});
    if (const auto* error = std::get_if<config::SecretError>(&secret)) {
        throw Failure{Exit::configuration, error->message};
    }
    auto& text = std::get<std::string>(secret);
    auto key = witness::key_from(text);
    sodium_memzero(text.data(), text.size());
    if (!key) {
        throw Failure{Exit::configuration,
                      "what --key names is no key of a witness; make one: sealwarden witness key "
                      "--out FILE --name NAME"};
    }
    return std::move(*key);
}

std::uint64_t seconds_now() {
    const auto since = SystemClock{}.sample().wall.time_since_epoch();
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::seconds>(since).count());
}

void run(const RunArguments& arguments) {
    const auto at = endpoint_from(arguments.listen);
    if (!at) {
        throw Failure{Exit::usage, "--listen `" + arguments.listen +
                                       "` is no address and port; write 192.0.2.10:7180 or "
                                       "[2001:db8::10]:7180"};
    }
    auto logs = logs_from(arguments.logs);
    auto key = key_of(arguments);
    witness::HeadFiles heads{arguments.state};
    witness::Witness witness{std::move(key.name), std::move(key.key), std::move(logs), heads};
    asio::io_context loop{1};
    std::optional<witness::Server> server;
    try {
        server.emplace(loop, *at, witness, seconds_now);
    } catch (const boost::system::system_error& error) {
        throw Failure{Exit::failed,
                      "cannot listen at " + arguments.listen + ": " + error.code().message()};
    }
    asio::signal_set signals{loop, SIGTERM, SIGINT};
    signals.async_wait([&loop](boost::system::error_code, int) { loop.stop(); });
    service::ready("witnessing " + std::to_string(arguments.logs.size()) + " logs");
    diag::info("witness runs", {{"address", server->endpoint().address().to_string()},
                                {"port", server->endpoint().port()},
                                {"key", witness.vkey()}});
    loop.run();
    service::stopping();
}

void add_key(CLI::App& group, cli::Context& context) {
    auto& verb =
        *group.add_subcommand("key", "Make a witness's key, once, and print its public half");
    cli::examples(verb, {{"sealwarden witness key --out /etc/sealwarden/witness-key --name office",
                          "its line goes on the sheets of the logs it witnesses"}});
    const auto arguments = std::make_shared<KeyArguments>();
    verb.add_option("--out", arguments->out, "the private key; never overwritten")
        ->required()
        ->type_name("FILE");
    verb.add_option("--name", arguments->name, "the witness's name, another one than any log's")
        ->required()
        ->type_name("NAME");
    cli::add_json(verb, context);
    verb.callback([&context, arguments] { make_key(context, *arguments); });
}

void add_run(CLI::App& group) {
    auto& verb = *group.add_subcommand(
        "run", "Witness logs over HTTP until SIGTERM or Ctrl-C; needs no configuration");
    cli::examples(verb, {{"sealwarden witness run --listen 192.0.2.10:7180 --key witness-key "
                          "--state /var/lib/witness --log VKEY",
                          "cosign the log of that key, as long as it only grows"}});
    const auto arguments = std::make_shared<RunArguments>();
    verb.add_option("--listen", arguments->listen, "where logs ask: plain HTTP")
        ->required()
        ->type_name("ADDRESS:PORT");
    verb.add_option("--key", arguments->key,
                    "made by `sealwarden witness key`; absent: the credential witness-key")
        ->type_name("FILE");
    verb.add_option("--state", arguments->state, "what was signed last of each log is kept here")
        ->required()
        ->type_name("DIR");
    verb.add_option("--log", arguments->logs,
                    "a log's key, as on its sheet, for all its generations; may be repeated")
        ->required()
        ->type_name("VKEY");
    verb.callback([arguments] { run(*arguments); });
}

}  // namespace

void add_witness(CLI::App& app, cli::Context& context) {
    auto& group = *app.add_subcommand("witness", "A witness of other gateways' logs");
    group.require_subcommand(1);
    cli::examples(group, {{"sealwarden witness key --out witness-key --name office",
                           "make its key and print what goes on the sheets"}});
    add_key(group, context);
    add_run(group);
}

}  // namespace sealwarden
