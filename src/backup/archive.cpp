#include "backup/archive.hpp"

#include "backup/new_file.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <array>
#include <cerrno>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>

namespace verohook::backup {

namespace {

constexpr std::size_t piece_bytes = std::size_t{256} * 1024;

bool ends_with_any(const std::string& name, std::initializer_list<std::string_view> endings) {
    for (const std::string_view ending : endings) {
        if (name.size() > ending.size() && name.ends_with(ending)) {
            return true;
        }
    }
    return false;
}

Error archive_error(archive* handle, const std::filesystem::path& file, ErrorCode code) {
    const char* const words = archive_error_string(handle);
    return {code, file.string() + ": " + (words == nullptr ? "unknown failure" : words)};
}

}  // namespace

void ArchiveWriter::Free::operator()(archive* writer) const {
    // What could not be written was told by `finish`, or nobody wants it.
    [[maybe_unused]] const int ignored = archive_write_free(writer);
}

Error ArchiveWriter::failure() const {
    return archive_error(writer_.get(), file_, ErrorCode::unavailable);
}

Result<ArchiveWriter> ArchiveWriter::make(const std::filesystem::path& file,
                                          const std::filesystem::path& name) {
    ArchiveWriter writer;
    writer.file_ = file;
    writer.writer_.reset(archive_write_new());
    archive* const handle = writer.writer_.get();
    int code = archive_write_set_format_pax_restricted(handle);
    const std::string text = name.string();
    if (code == ARCHIVE_OK && ends_with_any(text, {".gz", ".tgz"})) {
        code = archive_write_add_filter_gzip(handle);
    } else if (code == ARCHIVE_OK && ends_with_any(text, {".zst", ".tzst"})) {
        code = archive_write_add_filter_zstd(handle);
    }
    if (code != ARCHIVE_OK) {
        return writer.failure();
    }
    if (const auto made = NewFile::make(file); !made) {
        return made.error();
    }
    if (archive_write_open_filename(handle, file.c_str()) != ARCHIVE_OK) {
        return writer.failure();
    }
    return writer;
}

Result<void> ArchiveWriter::begin_member(std::string_view name, std::uint64_t bytes) {
    const std::unique_ptr<archive_entry, decltype(&archive_entry_free)> entry(archive_entry_new(),
                                                                              &archive_entry_free);
    archive_entry_set_pathname(entry.get(), std::string(name).c_str());
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(bytes));
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), S_IRUSR | S_IWUSR);
    if (archive_write_header(writer_.get(), entry.get()) != ARCHIVE_OK) {
        return failure();
    }
    return {};
}

Result<void> ArchiveWriter::add_text(std::string_view name, std::string_view text) {
    if (auto begun = begin_member(name, text.size()); !begun) {
        return begun;
    }
    if (archive_write_data(writer_.get(), text.data(), text.size()) !=
        static_cast<la_ssize_t>(text.size())) {
        return failure();
    }
    return {};
}

Result<void> ArchiveWriter::add_file(std::string_view name, const std::filesystem::path& file,
                                     const BytesMore& more) {
    std::error_code code;
    const std::uintmax_t bytes = std::filesystem::file_size(file, code);
    if (code) {
        return Error{ErrorCode::unavailable, file.string() + ": " + code.message()};
    }
    if (auto begun = begin_member(name, bytes); !begun) {
        return begun;
    }
    return each_piece(file, [&](std::string_view piece) -> Result<void> {
        if (archive_write_data(writer_.get(), piece.data(), piece.size()) !=
            static_cast<la_ssize_t>(piece.size())) {
            return failure();
        }
        more(piece.size());
        return {};
    });
}

Result<void> ArchiveWriter::finish() {
    if (archive_write_close(writer_.get()) != ARCHIVE_OK) {
        return failure();
    }
    return sync_file(file_);
}

void ArchiveReader::Free::operator()(archive* reader) const {
    [[maybe_unused]] const int ignored = archive_read_free(reader);
}

Error ArchiveReader::failure() const {
    return archive_error(reader_.get(), file_, ErrorCode::invalid_input);
}

Result<ArchiveReader> ArchiveReader::open(const std::filesystem::path& file) {
    ArchiveReader reader;
    reader.file_ = file;
    std::error_code code;
    if (!std::filesystem::is_regular_file(file, code)) {
        return Error{ErrorCode::not_found, "there is no file " + file.string()};
    }
    reader.reader_.reset(archive_read_new());
    archive* const handle = reader.reader_.get();
    if (archive_read_support_format_tar(handle) != ARCHIVE_OK ||
        archive_read_support_filter_gzip(handle) != ARCHIVE_OK ||
        archive_read_support_filter_zstd(handle) != ARCHIVE_OK ||
        archive_read_open_filename(handle, file.c_str(), piece_bytes) != ARCHIVE_OK) {
        return reader.failure();
    }
    return reader;
}

Result<std::string> ArchiveReader::next() {
    archive_entry* entry = nullptr;
    const int code = archive_read_next_header(reader_.get(), &entry);
    if (code == ARCHIVE_EOF) {
        return std::string();
    }
    const char* const name = code == ARCHIVE_OK ? archive_entry_pathname(entry) : nullptr;
    if (name == nullptr) {
        return failure();
    }
    return std::string(name);
}

Result<std::string> ArchiveReader::text(std::size_t bytes_max) {
    std::string text(bytes_max, '\0');
    const la_ssize_t bytes = archive_read_data(reader_.get(), text.data(), text.size());
    if (bytes < 0) {
        return failure();
    }
    text.resize(static_cast<std::size_t>(bytes));
    return text;
}

Result<void> ArchiveReader::extract(const std::filesystem::path& file, const BytesMore& more) {
    Result<NewFile> made = NewFile::make(file);
    if (!made) {
        return made.error();
    }
    std::vector<char> piece(piece_bytes);
    for (;;) {
        const la_ssize_t bytes = archive_read_data(reader_.get(), piece.data(), piece.size());
        if (bytes < 0) {
            return failure();
        }
        if (bytes == 0) {
            return made->finish();
        }
        const auto size = static_cast<std::size_t>(bytes);
        if (auto written = made->write({piece.data(), size}); !written) {
            return written;
        }
        more(size);
    }
}

}  // namespace verohook::backup
