// Figures 1, 2, 5 and 6 of drivers/modbus.
//   bench_modbus [--json] [--only 1,2,5,6]
//   bench_modbus --parts                 where the time of a poll goes (bench/README.md)
//   bench_modbus --callgrind-poll N      what figure 2 runs under callgrind
#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>

#include "bench/modbus/polling.hpp"
#include "bench/modbus/serial_cycle.hpp"
#include "bench/modbus/wrong_values.hpp"

int main(int count, char** words) {
    using namespace std::chrono_literals;
    namespace bench = sealwarden::bench;
    bool json = false;
    std::string only = "1,2,5,6";
    for (int i = 1; i < count; ++i) {
        const std::string word = words[i];
        if (word == "--json") {
            json = true;
        } else if (word == "--only" && i + 1 < count) {
            only = words[++i];
        } else if (word == "--parts") {
            std::cout << bench::parts_of_a_poll(5, 2s);
            return EXIT_SUCCESS;
        } else if (word == "--callgrind-poll" && i + 1 < count) {
            bench::fixed_polls(std::stoull(words[++i]));
            return EXIT_SUCCESS;
        } else {
            std::cerr
                << "usage: bench_modbus [--json] [--only 1,2,5,6] | --parts | --callgrind-poll N\n";
            return 2;
        }
    }
    const auto wanted = [&](char figure) { return only.find(figure) != std::string::npos; };
    bool good = true;
    const auto show = [&](const bench::Figure& figure) {
        bench::print(figure, json);
        good = good && figure.good;
    };
    try {
        if (wanted('1')) show(bench::many_endpoints(5, 2s));
        if (wanted('2')) show(bench::one_fast_endpoint(5, 3s));
        if (wanted('5')) show(bench::serial_cycle(12s));
        if (wanted('6')) show(bench::wrong_values(1'000'000));
    } catch (const std::exception& error) {
        std::cerr << "bench_modbus: " << error.what() << '\n';
        return EXIT_FAILURE;
    }
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
