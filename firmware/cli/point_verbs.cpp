#include <algorithm>
#include <ostream>
#include <thread>

#include "firmware/cli/times.hpp"
#include "firmware/cli/verbs.hpp"

namespace sealwarden::cli {
namespace {

using nlohmann::json;

struct Options {
    std::string which;  // a device, or one of its points
    int every_ms = 500;
};

// Devices and points, for "did you mean".
std::vector<std::string> names(local::Client& client) {
    std::vector<std::string> all;
    const auto points = client.call("points").at("points");  // a copy: the answer ends here
    for (const auto& point : points) {
        const std::string name = point.at("point");
        all.push_back(name);
        all.push_back(name.substr(0, name.find('.')));
    }
    return all;
}

json points(local::Client& client, const std::string& which) {
    const auto device = which.substr(0, which.find('.'));
    auto list = client.call("points", device.empty() ? json::object() : json{{"device", device}})
                    .at("points");
    if (which.find('.') != std::string::npos) {
        std::erase_if(list.get_ref<json::array_t&>(),
                      [&](const json& point) { return point.at("point") != which; });
    }
    if (list.empty() && !which.empty()) {
        throw Failure{Exit::not_found,
                      "there is no device or point `" + which + "`" +
                          meant(which, names(client), "; `sealwarden point list` shows all")};
    }
    return list;
}

Shown value_of(const Context& context, const json& point) {
    if (point.contains("fault"))
        return context.paint("red", context.state(point["fault"].get<std::string>()));
    return point.at("value");
}

std::string age_of(const json& point) {
    return duration(std::chrono::milliseconds{point.at("age_ms").get<std::int64_t>()});
}

std::string raw_of(const json& point) {
    return point.contains("raw") ? point["raw"].dump() : "-";
}

void list(Context& context, const Options& options) {
    auto client = context.connect();
    const auto all = points(client, options.which);
    if (context.json) {
        context.print({{"points", all}});
        return;
    }
    Columns table{context.heads({"point", "value", "age", "raw"})};
    for (const auto& point : all) {
        table.add({point.at("point"), value_of(context, point), age_of(point), raw_of(point)});
    }
    table.print(context.out);
}

// The points as they change: a line each.
void watch(Context& context, const Options& options) {
    auto client = context.connect();
    std::map<std::string, std::string> shown;
    while (context.out && context.goes_on()) {
        for (const auto& point : points(client, options.which)) {
            const std::string name = point.at("point");
            auto value = value_of(context, point).text();
            if (const auto last = shown.find(name); last != shown.end() && last->second == value) {
                continue;
            }
            if (context.json) {
                context.print(point);
            } else {
                context.out << local_time(context.now()) << "  " << Shown{name} << "  " << value
                            << "  " << raw_of(point) << std::endl;
            }
            shown[name] = std::move(value);
        }
        // No stream of raw points exists: asking again costs the gateway less than telling all.
        (void)client.next(
            std::min(std::chrono::milliseconds{options.every_ms}, context.longest_wait));
    }
}

}  // namespace

void add_point(CLI::App& app, Context& context) {
    auto& group = *app.add_subcommand("point", "What is being read: values, faults, ages");
    examples(group, {{"sealwarden point list io1", "every point of a device"}});
    group.require_subcommand(1);

    const auto options = std::make_shared<Options>();
    auto& all = *group.add_subcommand("list", "Every point with its value or fault, now");
    examples(all, {{"sealwarden point list", "all points"},
                   {"sealwarden point list io1 --json", "those of one device, as JSON"}});
    all.add_option("DEVICE", options->which, "a device, or one point: io1 or io1.di0");
    add_json(all, context);
    all.callback([&context, options] { list(context, *options); });

    auto& live = *group.add_subcommand("watch", "A line for every change, until Ctrl-C");
    examples(live, {{"sealwarden point watch io1.di0", "open the door and see the contact move"}});
    live.add_option("DEVICE", options->which, "a device, or one point: io1 or io1.di0");
    live.add_option("--every", options->every_ms, "look again after so many milliseconds")
        ->check(CLI::Range(50, 60'000))
        ->type_name("MS");
    add_json(live, context);
    live.callback([&context, options] { watch(context, *options); });
}

}  // namespace sealwarden::cli
