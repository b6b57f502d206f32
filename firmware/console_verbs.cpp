#include "firmware/console_verbs.hpp"

#include <ostream>

#include "firmware/cli/verbs.hpp"
#include "firmware/console/certificates.hpp"
#include "firmware/console/front.hpp"
#include "firmware/console/openapi.hpp"
#include "firmware/identity/rights.hpp"
#include "firmware/version.hpp"

namespace sealwarden {
namespace {

using cli::Exit;
using cli::Failure;

const config::Config& with_console(cli::Context& context) {
    const auto& config = context.valid_configuration();
    if (!config.console)
        throw Failure{Exit::configuration, "the configuration has no console: add [console]"};
    return config;
}

void run(cli::Context& context) {
    context.exit = static_cast<Exit>(
        run_console_front(with_console(context), context.sources(), context.socket_path()));
}

void show_authority(cli::Context& context) {
    const auto& config = with_console(context);
    if (config.console->certificate) {
        throw Failure{Exit::failed,
                      "the console shows a certificate of another authority, [console] "
                      "certificate: browsers have to know that one"};
    }
    const auto authority = [&] {
        try {
            return console::site_authority(config.console->directory, config.site.site,
                                           context.now());
        } catch (const console::CertificateTrouble& trouble) {
            throw Failure{Exit::failed, trouble.what()};
        }
    }();
    if (context.json) {
        context.print({{"certificate", authority.certificate},
                       {"file", authority.file.string()},
                       {"fingerprint", authority.fingerprint},
                       {"words", authority.words},
                       {"ends", rfc3339(authority.ends)}});
        return;
    }
    context.out << authority.certificate;
    context.err << authority.file.string() << "\nSHA-256 " << authority.fingerprint << '\n'
                << authority.words << '\n';
}

void make_request(cli::Context& context) {
    const auto& config = with_console(context);
    std::vector<std::string> addresses;
    for (const auto& at : config.console->listen) addresses.push_back(at.host);
    const auto request = [&] {
        try {
            return console::signing_request(
                config.console->directory, config.site.site,
                console::names_of_this_machine(config.console->names, addresses));
        } catch (const console::CertificateTrouble& trouble) {
            throw Failure{Exit::failed, trouble.what()};
        }
    }();
    if (context.json) {
        context.print({{"request", request.pem}, {"key", request.key.string()}});
        return;
    }
    context.out << request.pem;
    context.err
        << "The key is in " << request.key.string()
        << ". When the authority has answered: [console] certificate = \"/path/to/answer\", "
           "key = { file = \""
        << request.key.string() << "\" }\n";
}

}  // namespace

void add_console(CLI::App& app, cli::Context& context) {
    auto* console = app.add_subcommand("console", "The console for browsers");
    console->require_subcommand(1);
    cli::add_set_up(*console, context);
    cli::examples(*console,
                  {{"sealwarden console ca > site-ca.pem", "what browsers have to trust"}});

    auto* serve = console->add_subcommand(
        "run", "Serve browsers over HTTPS until SIGTERM; `run` starts it by itself");
    cli::examples(*serve, {{"sealwarden console run --config site.toml",
                            "for the gateway behind the local door"}});
    serve->callback([&context] { run(context); });

    auto* authority = console->add_subcommand(
        "ca", "Print the site's CA (PEM), its file and its fingerprint; made where there is none");
    cli::examples(*authority,
                  {{"sealwarden console ca > site-ca.pem", "to be installed in browsers"}});
    cli::add_json(*authority, context);
    authority->callback([&context] { show_authority(context); });

    auto* request = console->add_subcommand(
        "csr", "Print a request for a certificate of an authority of your own (PKCS #10)");
    cli::examples(*request, {{"sealwarden console csr > console.csr", "to be sent to it"}});
    cli::add_json(*request, context);
    request->callback([&context] { make_request(context); });

    auto* document = console->add_subcommand(
        "openapi", "The OpenAPI document of what the console answers, for whoever writes a client");
    cli::examples(*document, {{"sealwarden console openapi", "as JSON"}});
    document->callback([&context] {
        context.out << console::openapi_document(version, identity::right_of_act).dump(1) << '\n';
    });
}

}  // namespace sealwarden
