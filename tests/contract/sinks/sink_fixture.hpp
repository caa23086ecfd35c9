#pragma once

#include <verohook/sink/sink.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace verohook::sinks {

/// A sink's target as the contract test sees it. A new kind of sink needs one, in `fixtures()`.
class SinkFixture {
public:
    SinkFixture() = default;
    virtual ~SinkFixture() = default;
    SinkFixture(const SinkFixture&) = delete;
    SinkFixture& operator=(const SinkFixture&) = delete;

    /// Options that differ from the defaults.
    virtual void set_options(Options& options) = 0;
    /// All that the target has got so far, one line an event.
    [[nodiscard]] virtual std::string contents() = 0;
    /// The target stops to take anything, if possible in the middle of a line.
    virtual void take_away() = 0;
    virtual void bring_back() = 0;
    /// Something moves the target to another place, as logrotate would; `contents` shows both.
    virtual void move_away() {}
    /// The largest body that the target can take.
    [[nodiscard]] virtual std::size_t body_bytes_max() const { return 1024 * 1024; }
    /// A body that the sink has to reject; nothing if it takes everything.
    [[nodiscard]] virtual std::optional<std::string> poison() const { return std::nullopt; }
};

struct FixtureEntry {
    std::string_view kind;
    std::string_view variant;
    std::function<std::unique_ptr<SinkFixture>()> make;
};
[[nodiscard]] const std::vector<FixtureEntry>& fixtures();

/// Every kind that was built in, and the example of the documentation.
[[nodiscard]] std::vector<const sink::SinkKind*> contract_kinds();
/// The defaults of a kind as configuration would have them.
[[nodiscard]] Options default_options(const sink::SinkKind& kind);

/// A folder that is removed at the end.
class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

[[nodiscard]] std::string read_file(const std::filesystem::path& path);
void write_file(const std::filesystem::path& path, std::string_view text);

}  // namespace verohook::sinks
