/* The clock of the simulation, below every program of it: loaded ahead of the C library by LD_PRELOAD.

   The present is the machine's plus what the file named by SIMULATED_CLOCK says, eight bytes of nanoseconds that all
   processes share by mmap: who moves it moves it for PostgreSQL, Valkey, workers, web and this test at once. Durations
   (CLOCK_MONOTONIC, sleeping) are the machine's, so that nobody waits longer or shorter than usual. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *ahead;

__attribute__((constructor)) static void open_clock(void)
{
    const char *path = getenv("SIMULATED_CLOCK");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0)
        return;
    void *found = mmap(NULL, sizeof *ahead, PROT_READ, MAP_SHARED, file, 0);
    if (found != MAP_FAILED)
        ahead = found;
    close(file);
}

int clock_gettime(clockid_t which, struct timespec *moment)
{
    int result = (int) syscall(SYS_clock_gettime, which, moment);
    if (result == 0 && ahead && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE)) {
        int64_t nanoseconds = moment->tv_nsec + *ahead % 1000000000;
        moment->tv_sec += *ahead / 1000000000 + nanoseconds / 1000000000;
        moment->tv_nsec = nanoseconds % 1000000000;
    }
    return result;
}

int gettimeofday(struct timeval *restrict moment, void *restrict zone)
{
    struct timespec now;
    (void) zone;
    clock_gettime(CLOCK_REALTIME, &now);
    moment->tv_sec = now.tv_sec;
    moment->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *moment)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (moment)
        *moment = now.tv_sec;
    return now.tv_sec;
}
