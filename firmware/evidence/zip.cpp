#include "firmware/evidence/zip.hpp"

#include <zlib.h>

#include <cstdint>

#include "firmware/evidence/bundle.hpp"

namespace sealwarden::evidence {
namespace {

constexpr std::size_t most_files = 65'534;
constexpr std::size_t largest_file = 256u << 20;
constexpr std::size_t largest_bundle = 2048u << 20;

// PKWARE's APPNOTE 4.3: numbers are little endian.
void put(std::string& out, std::uint64_t number, int bytes) {
    for (; bytes > 0; --bytes, number >>= 8) out += static_cast<char>(number & 0xff);
}

// What the local header and the directory say alike: version 2.0, no flags, stored, 1980-01-01.
std::string shared_header(const std::string& name, const std::string& bytes) {
    std::string header;
    put(header, 20, 2);
    put(header, 0, 2);
    put(header, 0, 2);
    put(header, 0, 2);
    put(header, 0x21, 2);
    put(header, crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()), 4);
    put(header, bytes.size(), 4);
    put(header, bytes.size(), 4);
    put(header, name.size(), 2);
    put(header, 0, 2);
    return header;
}

}  // namespace

std::string zip_of(const std::map<std::string, std::string>& files) {
    if (files.size() > most_files) {
        throw CannotBuild{"more files than one bundle can hold: ask for a shorter time"};
    }
    std::size_t total = 0;
    for (const auto& [name, bytes] : files) {
        total += bytes.size() + 2 * name.size() + 76;
        if (bytes.size() > largest_file || total > largest_bundle) {
            throw CannotBuild{"more bytes than one bundle can hold: ask for a shorter time"};
        }
    }
    std::string zip, directory;
    zip.reserve(total + 22);
    for (const auto& [name, bytes] : files) {
        const auto header = shared_header(name, bytes);
        put(directory, 0x02014b50, 4);
        put(directory, 20, 2);
        directory += header;
        put(directory, 0, 10);  // comment, disk, attributes
        put(directory, zip.size(), 4);
        directory += name;
        put(zip, 0x04034b50, 4);
        zip += header + name + bytes;
    }
    const auto begin = zip.size();
    zip += directory;
    put(zip, 0x06054b50, 4);
    put(zip, 0, 4);
    put(zip, files.size(), 2);
    put(zip, files.size(), 2);
    put(zip, directory.size(), 4);
    put(zip, begin, 4);
    put(zip, 0, 2);
    return zip;
}

}  // namespace sealwarden::evidence
