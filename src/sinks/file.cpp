#include "sinks/file_erase.hpp"
#include "sinks/line_file.hpp"
#include "sinks/lines.hpp"
#include "sinks/rotation.hpp"

#include <verohook/sink/sink.hpp>

#include <atomic>
#include <charconv>
#include <optional>
#include <string>

/// One line an event, appended to a file, synced before it counts as delivered, and rotated by
/// size, by age, or by logrotate.
namespace verohook::sinks {

namespace {

struct FileSettings {
    LineFileSettings file;
    RotationSettings rotation;
    std::uint64_t rotate_size = 0;  ///< 0: never.
    std::chrono::milliseconds rotate_age{0};
};

class FileSink final : public sink::Sink {
public:
    FileSink(FileSettings settings, const Clock& clock)
        : settings_(std::move(settings)), clock_(clock), file_(settings_.file, clock) {}

    [[nodiscard]] Result<void> open() { return file_.open(); }

    sink::Outcome deliver(std::span<const sink::Item> batch) override {
        tidy();
        std::size_t taken = 0;
        while (taken < batch.size()) {
            // Before each write: who has renamed the file may be waiting for the last one to it.
            if (reopen_.exchange(false)) {
                file_.close();
            }
            // First the file, as its size and age decide on the rotation.
            if (auto ready = file_.open(); !ready) {
                return sink::Outcome::retry(taken, ready.error().message);
            }
            if (auto rotated = rotate_if_due(line_bytes(batch[taken])); !rotated) {
                return sink::Outcome::retry(taken, rotated.error().message);
            }
            const std::size_t end = collect(batch, taken);
            if (auto appended = file_.append(lines_.bytes()); !appended) {
                return sink::Outcome::retry(taken, appended.error().message);
            }
            taken = end;
        }
        return sink::Outcome::all(taken);
    }

    Result<sink::Erased> erase(const sink::Person& person) override {
        // First what a crash has left, so that there is one of each file; and the file that has the
        // name now, whose last line is whole or cut.
        tidied_ = false;
        tidy();
        file_.close();
        if (auto ready = file_.open(); !ready) {
            return ready.error();
        }
        const auto born = file_.born();
        auto erased = erase_from_files(file_.path(), person);
        // The open file may be one that has no name any more.
        file_.close();
        if (auto ready = file_.open(); !ready) {
            return ready.error();
        }
        file_.continue_age(born);
        return erased;
    }

    void request_reopen() override { reopen_.store(true); }

private:
    void tidy() {
        if (!tidied_) {
            tidied_ = true;  // Here and not in `make`: compressing may take its time.
            tidy_rotated(file_.path(), settings_.rotation);
            remove_unfinished_erasures(file_.path());
        }
    }

    static std::uint64_t line_bytes(const sink::Item& item) { return item.text.size() + 1; }

    /// Puts together as many lines as the file may still take, at least one.
    std::size_t collect(std::span<const sink::Item> batch, std::size_t begin) {
        lines_.clear();
        std::size_t next = begin;
        while (next < batch.size() &&
               (next == begin || !exceeds(lines_.bytes().size() + line_bytes(batch[next])))) {
            lines_.append(batch[next].text);
            lines_.append("\n");
            lines_.end(batch[next].envelope.seq);
            ++next;
        }
        return next;
    }

    [[nodiscard]] bool exceeds(std::uint64_t more_bytes) const {
        return settings_.rotate_size > 0 && file_.size() + more_bytes > settings_.rotate_size;
    }

    [[nodiscard]] bool is_too_old() const {
        return settings_.rotate_age.count() > 0 && file_.born() &&
               clock_.now() - *file_.born() >= settings_.rotate_age;
    }

    Result<void> rotate_if_due(std::uint64_t next_bytes) {
        if (file_.size() == 0 || !(exceeds(next_bytes) || is_too_old())) {
            return {};
        }
        file_.close();
        if (auto rotated = rotate(file_.path(), clock_.now()); !rotated) {
            return rotated;
        }
        tidy_rotated(file_.path(), settings_.rotation);
        return file_.open();
    }

    FileSettings settings_;
    const Clock& clock_;
    LineFile file_;
    Lines lines_;
    bool tidied_ = false;
    std::atomic<bool> reopen_{false};
};

/// `0640`
std::optional<mode_t> parse_mode(std::string_view text) {
    constexpr int octal = 8;
    mode_t mode = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), mode, octal);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    return whole && mode <= 0777U ? std::optional(mode) : std::nullopt;
}

FileSettings read_options(const Options& options, std::vector<OptionComplaint>& complaints) {
    FileSettings settings;
    settings.file.path = std::filesystem::path(options.text("path")).lexically_normal();
    if (auto complaint = complaint_of_path(settings.file.path)) {
        complaints.push_back({"path", *std::move(complaint)});
    }
    if (const auto mode = parse_mode(options.text("mode"))) {
        settings.file.mode = *mode;
    } else {
        complaints.push_back({"mode", "must be octal, from \"0000\" to \"0777\""});
    }
    settings.file.sync = options.boolean("fsync");
    settings.rotation.gzip = options.boolean("gzip");
    settings.rotation.keep = options.integer("keep");
    settings.rotate_size = static_cast<std::uint64_t>(options.integer("rotate_size"));
    settings.rotate_age = options.duration("rotate_age");
    return settings;
}

std::vector<OptionComplaint> check(const Options& options) {
    std::vector<OptionComplaint> complaints;
    static_cast<void>(read_options(options, complaints));
    return complaints;
}

Result<std::unique_ptr<sink::Sink>> make(const sink::SinkContext& context) {
    std::vector<OptionComplaint> complaints;
    FileSettings settings = read_options(context.options, complaints);
    if (!complaints.empty()) {
        return to_error(complaints);
    }
    auto made = std::make_unique<FileSink>(std::move(settings), context.clock);
    if (auto opened = made->open(); !opened) {
        return opened.error();
    }
    return std::unique_ptr<sink::Sink>(std::move(made));
}

}  // namespace

const sink::SinkKind& file_kind() {
    static const sink::SinkKind kind{
        .name = "file",
        .summary = "One line an event, appended to a file and synced; rotates and compresses.",
        .options = {{.name = "path",
                     .help = "Absolute path of the file; folders that are missing are made.",
                     .required = true,
                     .exclusive = true},
                    {.name = "fsync",
                     .type = OptionType::boolean,
                     .fallback = "true",
                     .help =
                         "Whether a batch is synced to the disk before it counts as delivered."},
                    {.name = "rotate_size",
                     .type = OptionType::size,
                     .fallback = "\"0B\"",
                     .help = "Rotate before the file would get larger than this; 0B: never."},
                    {.name = "rotate_age",
                     .type = OptionType::duration,
                     .fallback = "\"0s\"",
                     .help = "Rotate at the first event after the file is this old; 0s: never."},
                    {.name = "gzip",
                     .type = OptionType::boolean,
                     .fallback = "false",
                     .help = "Whether rotated files are compressed."},
                    {.name = "keep",
                     .type = OptionType::integer,
                     .fallback = "0",
                     .help = "How many rotated files are kept; 0: all."},
                    {.name = "mode",
                     .fallback = "\"0640\"",
                     .help = "Mode of a file that is made, octal."}},
        .make = make,
        .check = check};
    return kind;
}

}  // namespace verohook::sinks
