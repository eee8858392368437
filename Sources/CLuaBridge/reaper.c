// Closing takes from a few microseconds to milliseconds (a full heap); whoever answers a request does not wait for it.
#include "bridge.h"
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t waiting = PTHREAD_COND_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static mg_state *queue;
static bool running;

static void *close_states(void *unused) {
    (void)unused;
    for (;;) {
        pthread_mutex_lock(&lock);
        while (queue == NULL) pthread_cond_wait(&waiting, &lock);
        mg_state *S = queue;
        queue = NULL;
        pthread_mutex_unlock(&lock);
        while (S != NULL) {
            mg_state *next = S->next;
            mg_state_free(S);
            S = next;
        }
    }
    return NULL;
}

static void start(void) {
    pthread_t thread;
    running = pthread_create(&thread, NULL, close_states, NULL) == 0;
    if (running) pthread_detach(thread);
}

void mg_state_discard(mg_state *S) {
    if (S == NULL) return;
    pthread_once(&once, start);
    if (!running) { mg_state_free(S); return; }
    pthread_mutex_lock(&lock);
    S->next = queue;
    queue = S;
    pthread_cond_signal(&waiting);
    pthread_mutex_unlock(&lock);
}
