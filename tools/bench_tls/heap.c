/* Tells the file HEAP_FILE, once it is there, of each calloc ("+ bytes") and its free ("- bytes");
 * preloaded.
 *
 * mbedTLS takes all its memory by calloc, and the rest of the unix port hardly any. But a MicroPython
 * may live in a CPython's process, which takes much before: the device says when to begin.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

extern void *__libc_calloc(size_t count, size_t size);
extern void __libc_free(void *piece);

#define SLOTS 65536
#define WAS_FREED ((void *)1)

static void *pieces[SLOTS]; /* open addressing */
static size_t sizes[SLOTS];
static FILE *file;
static int telling;

static unsigned home(void *piece) {
    return ((uintptr_t)piece >> 4) % SLOTS;
}

static int counts(void) {
    if (!file && !telling) {
        telling = 1; /* what stdio itself takes is not counted */
        const char *path = getenv("HEAP_FILE");
        if (path && access(path, W_OK) == 0)
            file = fopen(path, "w");
        telling = 0;
    }
    return file && !telling;
}

static void tell(char what, size_t size) {
    telling = 1;
    fprintf(file, "%c %zu\n", what, size);
    fflush(file);
    telling = 0;
}

void *calloc(size_t count, size_t size) {
    void *piece = __libc_calloc(count, size);
    if (!piece || !counts())
        return piece;
    unsigned slot = home(piece);
    while (pieces[slot] && pieces[slot] != WAS_FREED)
        slot = (slot + 1) % SLOTS;
    pieces[slot] = piece;
    sizes[slot] = count * size;
    tell('+', count * size);
    return piece;
}

void free(void *piece) {
    unsigned slot = home(piece);
    for (int looked = 0; piece && !telling && pieces[slot] && looked < SLOTS; looked++) {
        if (pieces[slot] == piece) {
            pieces[slot] = WAS_FREED;
            tell('-', sizes[slot]);
            break;
        }
        slot = (slot + 1) % SLOTS;
    }
    __libc_free(piece);
}
