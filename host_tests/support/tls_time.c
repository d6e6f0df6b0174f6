/* time() as the file TLS_TIME_FILE says it, a number of seconds; preloaded, for tests only. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

time_t time(time_t *result) {
    struct timeval now;
    gettimeofday(&now, NULL);
    long long seconds = now.tv_sec;
    const char *path = getenv("TLS_TIME_FILE");
    FILE *file = path ? fopen(path, "r") : NULL;
    if (file) {
        if (fscanf(file, "%lld", &seconds) != 1)
            seconds = now.tv_sec;
        fclose(file);
    }
    if (result)
        *result = (time_t)seconds;
    return (time_t)seconds;
}
