// C11's threads by means of POSIX's, for ThreadSanitizer.
//
// librdkafka makes its threads by `thrd_create`, and ThreadSanitizer does not know that function:
// a thread that comes from there has none of its state, and ends the program at its first call of
// one that it does know. What a program defines comes before the C library's own; so in builds with
// ThreadSanitizer these take their place, and what they call is known. The locks are here as well,
// so that it sees the order that they give.

#include <cerrno>
#include <cstddef>
#include <new>

#include <pthread.h>
#include <threads.h>

namespace {

// In the C library, too, C11's types are those of POSIX under other names.
static_assert(sizeof(mtx_t) >= sizeof(pthread_mutex_t));
static_assert(sizeof(cnd_t) >= sizeof(pthread_cond_t));
static_assert(sizeof(thrd_t) == sizeof(pthread_t));

pthread_mutex_t* posix(mtx_t* mutex) {
    return reinterpret_cast<pthread_mutex_t*>(mutex);
}
pthread_cond_t* posix(cnd_t* condition) {
    return reinterpret_cast<pthread_cond_t*>(condition);
}

int c11(int error) {
    switch (error) {
        case 0:
            return thrd_success;
        case ETIMEDOUT:
            return thrd_timedout;
        case EBUSY:
            return thrd_busy;
        case ENOMEM:
            return thrd_nomem;
        default:
            return thrd_error;
    }
}

struct Start {
    thrd_start_t function;
    void* argument;
};

void* run(void* start) {
    const Start copy = *static_cast<Start*>(start);
    delete static_cast<Start*>(start);
    return reinterpret_cast<void*>(static_cast<std::ptrdiff_t>(copy.function(copy.argument)));
}

}  // namespace

extern "C" {

int thrd_create(thrd_t* thread, thrd_start_t function, void* argument) {
    auto* const start = new Start{function, argument};
    const int error = ::pthread_create(thread, nullptr, run, start);
    if (error != 0) {
        delete start;
    }
    return c11(error);
}

int thrd_join(thrd_t thread, int* result) {
    void* returned = nullptr;
    const int error = ::pthread_join(thread, &returned);
    if (result != nullptr) {
        *result = static_cast<int>(reinterpret_cast<std::ptrdiff_t>(returned));
    }
    return c11(error);
}

int mtx_init(mtx_t* mutex, int type) {
    pthread_mutexattr_t attributes;
    ::pthread_mutexattr_init(&attributes);
    ::pthread_mutexattr_settype(
        &attributes, (type & mtx_recursive) != 0 ? PTHREAD_MUTEX_RECURSIVE : PTHREAD_MUTEX_NORMAL);
    const int error = ::pthread_mutex_init(posix(mutex), &attributes);
    ::pthread_mutexattr_destroy(&attributes);
    return c11(error);
}
int mtx_lock(mtx_t* mutex) {
    return c11(::pthread_mutex_lock(posix(mutex)));
}
int mtx_unlock(mtx_t* mutex) {
    return c11(::pthread_mutex_unlock(posix(mutex)));
}
void mtx_destroy(mtx_t* mutex) {
    ::pthread_mutex_destroy(posix(mutex));
}

int cnd_init(cnd_t* condition) {
    return c11(::pthread_cond_init(posix(condition), nullptr));
}
int cnd_signal(cnd_t* condition) {
    return c11(::pthread_cond_signal(posix(condition)));
}
int cnd_broadcast(cnd_t* condition) {
    return c11(::pthread_cond_broadcast(posix(condition)));
}
int cnd_wait(cnd_t* condition, mtx_t* mutex) {
    return c11(::pthread_cond_wait(posix(condition), posix(mutex)));
}
int cnd_timedwait(cnd_t* condition, mtx_t* mutex, const timespec* until) {
    return c11(::pthread_cond_timedwait(posix(condition), posix(mutex), until));
}
void cnd_destroy(cnd_t* condition) {
    ::pthread_cond_destroy(posix(condition));
}

}  // extern "C"
