#pragma once

#include <verohook/base/result.hpp>

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include <sys/types.h>

/// The few things that are needed of the operating system.
namespace verohook {

/// An open file, closed at its end. Moves, does not copy.
class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept;
    Descriptor& operator=(Descriptor&& other) noexcept;
    ~Descriptor();

    void close();
    [[nodiscard]] int get() const { return number_; }
    [[nodiscard]] bool is_open() const { return number_ >= 0; }

private:
    int number_ = -1;
};

/// `unavailable`: "cannot write to '/var/…': No space left on device", from `errno`.
[[nodiscard]] Error system_error(std::string_view what, const std::filesystem::path& path);

/// What a write came to.
struct Written {
    std::size_t bytes = 0;  ///< So many went out, also where it failed.
    int error = 0;          ///< An `errno`; 0: everything was written.
};
/// Writes all of it, however many calls that takes; waits where the file would block.
[[nodiscard]] Written write_fully(int descriptor, std::string_view bytes);

/// Makes a name (created, renamed, removed) durable: syncs the folder it stands in.
[[nodiscard]] Result<void> sync_parent(const std::filesystem::path& path);
/// Makes the folder of a path and those above it, durably, with mode 0750.
[[nodiscard]] Result<void> make_parents(const std::filesystem::path& path);

}  // namespace verohook
