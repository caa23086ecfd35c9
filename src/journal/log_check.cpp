#include "journal/log_check.hpp"

#include "journal/folder.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

// The formats: https://www.sqlite.org/fileformat2.html#walformat and
// https://www.sqlite.org/walformat.html
namespace verohook::journal {

namespace {

static_assert(std::endian::native == std::endian::little, "the shared memory is in native order");

constexpr std::size_t log_header_bytes = 32;
constexpr std::size_t log_frame_header_bytes = 24;
constexpr std::uint32_t magic = 0x377F0682;  // The last bit: checksums are over big-endian words.
constexpr std::uint32_t format_version = 3'007'000;

std::uint32_t number(std::string_view bytes, std::size_t at) {
    std::uint32_t value = 0;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return value;
}

std::uint32_t big_endian(std::string_view bytes, std::size_t at) {
    return __builtin_bswap32(number(bytes, at));
}

/// SQLite's own, which goes on from frame to frame.
struct Checksum {
    bool swapped = false;
    std::uint32_t first = 0;
    std::uint32_t second = 0;

    void add(std::string_view bytes) {
        for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
            first += (swapped ? big_endian(bytes, at) : number(bytes, at)) + second;
            second += (swapped ? big_endian(bytes, at + 4) : number(bytes, at + 4)) + first;
        }
    }
    [[nodiscard]] bool stands_at(std::string_view bytes, std::size_t at) const {
        return first == big_endian(bytes, at) && second == big_endian(bytes, at + 4);
    }
};

/// A log and what SQLite will make of it.
struct Log {
    bool damaged = false;      ///< Its header.
    std::string salts;         ///< Name its generation; empty: there is no header.
    std::uint32_t frames = 0;  ///< Up to the end of the last commit before any damage.
    std::uint32_t beyond = 0;  ///< Commits of the same generation behind that.
};

Log scan(std::istream& in) {
    Log log;
    std::string header(log_header_bytes, '\0');
    std::string frame(log_frame_header_bytes, '\0');
    if (!in.read(header.data(), log_header_bytes) ||
        !in.read(frame.data(), log_frame_header_bytes)) {
        return log;
    }
    const std::uint32_t page_bytes = big_endian(header, 8);
    Checksum checksum;
    checksum.swapped = (big_endian(header, 0) & 1U) != 0;
    checksum.add(std::string_view(header).substr(0, 24));
    if ((big_endian(header, 0) & ~1U) != magic || big_endian(header, 4) != format_version ||
        !std::has_single_bit(page_bytes) || page_bytes > 65'536 ||
        !checksum.stands_at(header, 24)) {
        // The header is synced before the first frame is written: without frames it is the trace
        // of a power cut before the first commit.
        log.damaged = frame != std::string(log_frame_header_bytes, '\0');
        return log;
    }
    log.salts = header.substr(16, 8);
    frame.resize(log_frame_header_bytes + page_bytes);
    in.seekg(log_header_bytes);
    bool whole = true;
    for (std::uint32_t count = 1; in.read(frame.data(), std::ssize(frame)); ++count) {
        // What an earlier generation has left behind has other salts.
        const bool ours = frame.compare(8, 8, log.salts) == 0;
        const bool commits = ours && big_endian(frame, 4) != 0;
        if (whole) {
            checksum.add(std::string_view(frame).substr(0, 8));
            checksum.add(std::string_view(frame).substr(log_frame_header_bytes));
            whole = ours && checksum.stands_at(frame, 16);
        }
        if (commits) {
            (whole ? log.frames : log.beyond) = whole ? count : log.beyond + 1;
        }
    }
    return log;
}

/// What the last process that had the log open knew of it.
struct Index {
    std::string salts;
    std::uint32_t frames = 0;  ///< Synced, for a commit is entered after its sync.
};

std::optional<Index> read_index(const std::filesystem::path& file) {
    constexpr std::size_t copy_bytes = 48;
    std::string bytes(2 * copy_bytes, '\0');
    std::ifstream in(file, std::ios::binary);
    if (!in.read(bytes.data(), std::ssize(bytes)) ||
        bytes.compare(0, copy_bytes, bytes, copy_bytes) != 0 ||
        number(bytes, 0) != format_version) {
        return std::nullopt;
    }
    return Index{bytes.substr(32, 8), number(bytes, 16)};
}

Error lost(const std::string& what) {
    return {ErrorCode::corrupt,
            what +
                "; nothing was changed: put a backup in place of journal.db, journal.db-wal and "
                "journal.db-shm, or move all three aside"};
}

}  // namespace

Result<void> check_database_is_there(const std::filesystem::path& database) {
    const std::string log = database.string() + "-wal";
    if (!holds_nothing(database) || holds_nothing(log)) {
        return {};
    }
    return lost(database.string() + " is missing or empty beside its write-ahead log, " + log);
}

Result<void> check_log(const std::filesystem::path& database, SharedMemory memory) {
    if (const auto there = check_database_is_there(database); !there) {
        return there.error();
    }
    const std::string file = database.string() + "-wal";
    const std::optional<Index> index = read_index(database.string() + "-shm");
    std::ifstream in(file, std::ios::binary);
    const Log log = scan(in);
    if (log.damaged) {
        return lost(file +
                    " is damaged: it has no valid header, so that none of its events can be "
                    "read");
    }
    // A power cut may leave parts of one commit, the last, which was not acknowledged.
    if (log.beyond > 1) {
        return lost(file + " is damaged: behind the damage are " + std::to_string(log.beyond) +
                    " commits with acknowledged events, which can no longer be read");
    }
    const bool knows = index && (log.salts.empty() ? memory == SharedMemory::of_this_boot
                                                   : index->salts == log.salts);
    if (knows && index->frames > log.frames) {
        return lost(file + " has lost acknowledged events: it held " +
                    std::to_string(index->frames) + " frames, of which " +
                    std::to_string(log.frames) + " can be read");
    }
    return {};
}

}  // namespace verohook::journal
