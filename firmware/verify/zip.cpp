#include "firmware/verify/zip.hpp"

#include <fmt/core.h>
#include <zlib.h>

#include <algorithm>
#include <cstdint>

#include "firmware/verify/json.hpp"

namespace sealwarden::verify {
namespace {

// APPNOTE.TXT 4.3: signatures and fixed sizes of the three records.
constexpr std::uint32_t local_signature = 0x04034b50;
constexpr std::uint32_t central_signature = 0x02014b50;
constexpr std::uint32_t end_signature = 0x06054b50;
constexpr std::size_t local_size = 30;
constexpr std::size_t central_size = 46;
constexpr std::size_t end_size = 22;
constexpr std::uint32_t version_2 = 20;
constexpr std::uint32_t date_1980 = 0x0021;

class Fields {  // little endian numbers of one record, in order
  public:
    explicit Fields(std::string_view bytes) : rest_{bytes} {}
    std::uint32_t two() { return take(2); }
    std::uint32_t four() { return take(4); }

  private:
    std::uint32_t take(std::size_t size) {
        std::uint32_t value = 0;
        for (std::size_t i = size; i-- > 0;) {
            value = value << 8 | static_cast<unsigned char>(rest_[i]);
        }
        rest_.remove_prefix(size);
        return value;
    }
    std::string_view rest_;
};

std::string_view piece(std::string_view zip, std::size_t at, std::size_t size) {
    if (at > zip.size() || size > zip.size() - at) throw Malformed{"ZIP: ends too early"};
    return zip.substr(at, size);
}

void must(bool holds, std::string_view name, std::string_view what) {
    if (!holds) throw Malformed{fmt::format("ZIP: {}: {}", name, what)};
}

// What both headers of a member say.
struct Header {
    std::uint32_t crc = 0;
    std::uint32_t size = 0;
    std::uint32_t name_size = 0;

    // From "version needed to extract" to "extra field length".
    static Header parse(Fields& fields, std::string_view where) {
        must(fields.two() == version_2, where, "another version than 2.0");
        must(fields.two() == 0, where, "flags are set");
        must(fields.two() == 0, where, "not stored");
        must(fields.two() == 0 && fields.two() == date_1980, where, "another date than 1980-01-01");
        Header header;
        header.crc = fields.four();
        header.size = fields.four();
        must(fields.four() == header.size, where, "two sizes");
        header.name_size = fields.two();
        must(fields.two() == 0, where, "an extra field");
        return header;
    }
    friend bool operator==(const Header&, const Header&) = default;
};

class Zip {
  public:
    explicit Zip(std::string_view zip) : zip_{zip} {}

    std::vector<ZipMember> members() {
        must(zip_.size() >= end_size, "end", "not a ZIP");
        const auto end = zip_.size() - end_size;
        Fields fields{zip_.substr(end)};
        must(fields.four() == end_signature, "end", "not at the end of the file");
        must(fields.two() == 0 && fields.two() == 0, "end", "more than one disk");
        const auto count = fields.two();
        must(count != 0xFFFF, "end", "too many members");
        must(fields.two() == count, "end", "two counts of members");
        const auto directory_size = fields.four();
        const auto directory = fields.four();
        must(fields.two() == 0, "end", "a comment");
        must(std::uint64_t{directory} + directory_size == end, "end", "the directory is elsewhere");
        std::vector<ZipMember> members;
        std::size_t entry = directory;
        for (std::uint32_t i = 0; i < count; ++i) {
            members.push_back(member(entry));
            const auto before = members.size() - 1;
            must(before == 0 || members[before - 1].name < members[before].name,
                 members.back().name, "names do not rise");
        }
        must(entry == end, "directory", "another size than it says");
        must(data_ == directory, "directory", "something between the last member and it");
        return members;
    }

  private:
    // Reads the directory's entry at `entry`, which moves on, and the member behind those before.
    ZipMember member(std::size_t& entry) {
        Fields central{piece(zip_, entry, central_size)};
        must(central.four() == central_signature, "directory", "no entry where one must be");
        must(central.two() == version_2, "directory", "made by another version than 2.0");
        const auto header = Header::parse(central, "directory");
        ZipMember member{.name = std::string{piece(zip_, entry + central_size, header.name_size)}};
        must(central.two() == 0, member.name, "a comment");
        must(central.two() == 0, member.name, "another disk");
        // Attributes could make a symbolic link of it for some programs.
        must(central.two() == 0 && central.four() == 0, member.name, "attributes");
        must(central.four() == data_, member.name, "does not follow the member before it");
        entry += central_size + header.name_size;

        Fields local{piece(zip_, data_, local_size)};
        must(local.four() == local_signature, member.name, "no local header");
        must(Header::parse(local, member.name) == header, member.name, "two headers that differ");
        must(piece(zip_, data_ + local_size, header.name_size) == member.name, member.name,
             "two names");
        data_ += local_size + header.name_size;
        member.bytes = piece(zip_, data_, header.size);
        data_ += header.size;
        const auto crc =
            crc32_z(0, reinterpret_cast<const Bytef*>(member.bytes.data()), member.bytes.size());
        must(crc == header.crc, member.name, "damaged (CRC)");
        return member;
    }

    std::string_view zip_;
    std::size_t data_ = 0;  // where the next member begins
};

}  // namespace

std::vector<ZipMember> parse_zip(std::string_view zip) {
    return Zip{zip}.members();
}

}  // namespace sealwarden::verify
