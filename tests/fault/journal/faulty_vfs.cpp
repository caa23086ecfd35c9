#include "fault/journal/faulty_vfs.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <new>
#include <random>

namespace verohook::journal::test {

namespace {

/// What SQLite sees as a file; the file of the VFS below lies right behind it.
struct File {
    sqlite3_file base;
    FaultyDisk* disk;
    const std::string* path;  ///< Null for what the model does not follow.
    bool log;
    std::uint64_t errors;  ///< Failed syncs that this file has been told of.
};

sqlite3_file* below(sqlite3_file* file) {
    return reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + sizeof(File));
}
File& self(sqlite3_file* file) {
    return *reinterpret_cast<File*>(file);
}

int close(sqlite3_file* file) {
    const int code = below(file)->pMethods->xClose(below(file));
    delete self(file).path;
    file->pMethods = nullptr;
    return code;
}

int read(sqlite3_file* file, void* buffer, int size, sqlite3_int64 offset) {
    if (self(file).disk->next(Call::read)) {
        errno = EIO;
        return SQLITE_IOERR_READ;
    }
    return below(file)->pMethods->xRead(below(file), buffer, size, offset);
}

int write(sqlite3_file* file, const void* buffer, int size, sqlite3_int64 offset) {
    const File& mine = self(file);
    const auto failure = mine.disk->next(Call::write);
    const int written = !failure ? size : *failure == Failure::torn_write ? size / 2 : 0;
    if (written > 0) {
        const int code = below(file)->pMethods->xWrite(below(file), buffer, written, offset);
        if (code != SQLITE_OK) {
            return code;
        }
        if (mine.path != nullptr) {
            mine.disk->changed(*mine.path, {offset,
                                            std::string(static_cast<const char*>(buffer),
                                                        static_cast<std::size_t>(written)),
                                            false, false});
        }
    }
    if (failure) {
        errno = *failure == Failure::no_space ? ENOSPC : EIO;
        return *failure == Failure::no_space ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    }
    return SQLITE_OK;
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
    const File& mine = self(file);
    if (mine.disk->next(Call::truncate)) {
        errno = EIO;
        return SQLITE_IOERR_TRUNCATE;
    }
    if (mine.path != nullptr) {
        mine.disk->changed(*mine.path, {size, {}, true, false});
    }
    return below(file)->pMethods->xTruncate(below(file), size);
}

int sync(sqlite3_file* file, int) {
    File& mine = self(file);
    if (mine.log) {
        mine.disk->wait_while_held(FaultyDisk::Held::log);
    } else if (mine.path != nullptr) {
        mine.disk->wait_while_held(FaultyDisk::Held::database);
    }
    bool fails = mine.disk->next(Call::sync).has_value();
    if (mine.path != nullptr) {
        if (!mine.path->ends_with("-wal")) {
            fails = mine.disk->next(Call::database_sync).has_value() || fails;
        }
        fails = !mine.disk->synced(*mine.path, fails, mine.errors);
    }
    if (fails) {
        errno = EIO;
        return SQLITE_IOERR_FSYNC;
    }
    // The power cut is only a model, so the real disk need not be bothered.
    return SQLITE_OK;
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
    return below(file)->pMethods->xFileSize(below(file), size);
}
int lock(sqlite3_file* file, int kind) {
    return below(file)->pMethods->xLock(below(file), kind);
}
int unlock(sqlite3_file* file, int kind) {
    return below(file)->pMethods->xUnlock(below(file), kind);
}
int check_lock(sqlite3_file* file, int* result) {
    return below(file)->pMethods->xCheckReservedLock(below(file), result);
}
int control(sqlite3_file* file, int operation, void* argument) {
    return below(file)->pMethods->xFileControl(below(file), operation, argument);
}
int sector_size(sqlite3_file* file) {
    return below(file)->pMethods->xSectorSize(below(file));
}
int characteristics(sqlite3_file* file) {
    return below(file)->pMethods->xDeviceCharacteristics(below(file));
}
int shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
    return below(file)->pMethods->xShmMap(below(file), page, size, extend, out);
}
int shm_lock(sqlite3_file* file, int offset, int count, int flags) {
    return below(file)->pMethods->xShmLock(below(file), offset, count, flags);
}
void shm_barrier(sqlite3_file* file) {
    below(file)->pMethods->xShmBarrier(below(file));
}
int shm_unmap(sqlite3_file* file, int remove) {
    return below(file)->pMethods->xShmUnmap(below(file), remove);
}

const sqlite3_io_methods methods = {
    2,         close,      read,    write,       truncate,        sync,    file_size, lock,
    unlock,    check_lock, control, sector_size, characteristics, shm_map, shm_lock,  shm_barrier,
    shm_unmap, nullptr,    nullptr};

FaultyDisk& disk_of(sqlite3_vfs* vfs) {
    return *static_cast<FaultyDisk*>(vfs->pAppData);
}

int open(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* file, int flags, int* out_flags) {
    FaultyDisk& disk = disk_of(vfs);
    file->pMethods = nullptr;
    if (disk.next(Call::open)) {
        errno = EIO;
        return SQLITE_CANTOPEN;
    }
    const int code = disk.below()->xOpen(disk.below(), name, below(file), flags, out_flags);
    if (code != SQLITE_OK) {
        return code;
    }
    File& mine = self(file);
    mine.disk = &disk;
    const int followed = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL;
    mine.path = name != nullptr && (flags & followed) != 0 ? new std::string(name) : nullptr;
    mine.log = (flags & SQLITE_OPEN_WAL) != 0;
    if (mine.path != nullptr) {
        mine.errors = disk.opened(*mine.path);
    }
    file->pMethods = &methods;
    return SQLITE_OK;
}

int remove(sqlite3_vfs* vfs, const char* name, int sync_folder) {
    FaultyDisk& disk = disk_of(vfs);
    disk.removed(name);
    return disk.below()->xDelete(disk.below(), name, sync_folder);
}
int access(sqlite3_vfs* vfs, const char* name, int flags, int* result) {
    return disk_of(vfs).below()->xAccess(disk_of(vfs).below(), name, flags, result);
}
int full_pathname(sqlite3_vfs* vfs, const char* name, int size, char* out) {
    return disk_of(vfs).below()->xFullPathname(disk_of(vfs).below(), name, size, out);
}
int randomness(sqlite3_vfs* vfs, int size, char* out) {
    return disk_of(vfs).below()->xRandomness(disk_of(vfs).below(), size, out);
}
int sleep(sqlite3_vfs* vfs, int micros) {
    return disk_of(vfs).below()->xSleep(disk_of(vfs).below(), micros);
}
int current_time(sqlite3_vfs* vfs, double* out) {
    return disk_of(vfs).below()->xCurrentTime(disk_of(vfs).below(), out);
}
int last_error(sqlite3_vfs* vfs, int size, char* out) {
    return disk_of(vfs).below()->xGetLastError(disk_of(vfs).below(), size, out);
}
int current_time_int64(sqlite3_vfs* vfs, sqlite3_int64* out) {
    return disk_of(vfs).below()->xCurrentTimeInt64(disk_of(vfs).below(), out);
}

void apply(std::string& content, const FaultyDisk::Change& change) {
    const auto offset = static_cast<std::size_t>(change.offset);
    if (change.truncate) {
        content.resize(std::min(content.size(), offset));
        return;
    }
    content.resize(std::max(content.size(), offset + change.bytes.size()));
    std::copy(change.bytes.begin(), change.bytes.end(),
              content.begin() + static_cast<std::ptrdiff_t>(offset));
}

}  // namespace

FaultyDisk::FaultyDisk() : below_(sqlite3_vfs_find(nullptr)) {
    static std::atomic<int> count{0};
    name_ = "faulty-" + std::to_string(count++);
    vfs_.iVersion = 2;
    vfs_.szOsFile = static_cast<int>(sizeof(File)) + below_->szOsFile;
    vfs_.mxPathname = below_->mxPathname;
    vfs_.zName = name_.c_str();
    vfs_.pAppData = this;
    vfs_.xOpen = open;
    vfs_.xDelete = remove;
    vfs_.xAccess = access;
    vfs_.xFullPathname = full_pathname;
    vfs_.xRandomness = randomness;
    vfs_.xSleep = sleep;
    vfs_.xCurrentTime = current_time;
    vfs_.xGetLastError = last_error;
    vfs_.xCurrentTimeInt64 = current_time_int64;
    sqlite3_vfs_register(&vfs_, 0);
}

FaultyDisk::~FaultyDisk() {
    sqlite3_vfs_unregister(&vfs_);
}

void FaultyDisk::fail(Call call, Failure how, std::uint64_t first, std::uint64_t count) {
    const std::lock_guard guard(mutex_);
    plans_[call] = {how, first, count, 0, 0};
}

void FaultyDisk::heal() {
    const std::lock_guard guard(mutex_);
    plans_.clear();
}

std::uint64_t FaultyDisk::failed() const {
    const std::lock_guard guard(mutex_);
    std::uint64_t failed = 0;
    for (const auto& [call, plan] : plans_) {
        failed += plan.failed;
    }
    return failed;
}

std::optional<Failure> FaultyDisk::next(Call call) {
    const std::lock_guard guard(mutex_);
    ++calls_[call];
    const auto found = plans_.find(call);
    if (found == plans_.end()) {
        return std::nullopt;
    }
    Plan& plan = found->second;
    const std::uint64_t number = plan.seen++;
    if (number < plan.first || number - plan.first >= plan.count) {
        return std::nullopt;
    }
    ++plan.failed;
    return plan.how;
}

void FaultyDisk::hold(Held file) {
    const std::lock_guard guard(mutex_);
    holding_ = file;
    held_ = false;
}

void FaultyDisk::wait_until_held() {
    std::unique_lock guard(mutex_);
    changed_.wait(guard, [this] { return held_; });
}

bool FaultyDisk::is_held() const {
    const std::lock_guard guard(mutex_);
    return held_;
}

void FaultyDisk::release() {
    const std::lock_guard guard(mutex_);
    holding_.reset();
    changed_.notify_all();
}

void FaultyDisk::wait_while_held(Held file) {
    std::unique_lock guard(mutex_);
    if (holding_ != file) {
        return;
    }
    held_ = true;
    changed_.notify_all();
    changed_.wait(guard, [this] { return !holding_; });
}

std::uint64_t FaultyDisk::log_syncs() const {
    const std::lock_guard guard(mutex_);
    return log_syncs_;
}

std::uint64_t FaultyDisk::calls(Call call) const {
    const std::lock_guard guard(mutex_);
    const auto found = calls_.find(call);
    return found == calls_.end() ? 0 : found->second;
}

void FaultyDisk::forget() {
    const std::lock_guard guard(mutex_);
    images_.clear();
}

std::uint64_t FaultyDisk::opened(const std::string& path) {
    const std::lock_guard guard(mutex_);
    if (!images_.contains(path)) {
        // What was there before the disk was watched is taken as durable.
        std::ifstream in(path, std::ios::binary);
        images_[path].durable.assign(std::istreambuf_iterator<char>(in), {});
    }
    return images_[path].errors;
}

void FaultyDisk::removed(const std::string& path) {
    const std::lock_guard guard(mutex_);
    images_.erase(path);
}

void FaultyDisk::changed(const std::string& path, Change change) {
    const std::lock_guard guard(mutex_);
    images_[path].waiting.push_back(std::move(change));
}

bool FaultyDisk::synced(const std::string& path, bool fails, std::uint64_t& errors) {
    const std::lock_guard guard(mutex_);
    Image& image = images_[path];
    if (fails) {
        for (Change& change : image.waiting) {
            change.lost = true;
        }
        ++image.errors;
    }
    if (fails || errors != image.errors) {
        errors = image.errors;
        return false;
    }
    for (const Change& change : image.waiting) {
        if (!change.lost) {
            apply(image.durable, change);
        }
    }
    image.waiting.clear();
    if (path.ends_with("-wal")) {
        ++log_syncs_;
    }
    return true;
}

void FaultyDisk::power_cut(const std::filesystem::path& folder, Unsynced unsynced,
                           unsigned seed) const {
    std::filesystem::create_directories(folder);
    std::mt19937 random(seed);
    const std::lock_guard guard(mutex_);
    for (const auto& [path, image] : images_) {
        std::string content = image.durable;
        for (const Change& change : image.waiting) {
            if (unsynced == Unsynced::random && random() % 2 == 0) {
                apply(content, change);
            }
        }
        std::ofstream(folder / std::filesystem::path(path).filename(), std::ios::binary) << content;
    }
}

}  // namespace verohook::journal::test
