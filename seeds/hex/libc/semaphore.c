/* Semaphores of a program that has one thread. */

#include <semaphore.h>

int sem_init(sem_t *semaphore, int shared, unsigned int value) {
    (void)shared;
    semaphore->value = value;
    return 0;
}

int sem_wait(sem_t *semaphore) {
    semaphore->value--; /* nobody is there to post, so it is not 0 */
    return 0;
}

int sem_post(sem_t *semaphore) {
    semaphore->value++;
    return 0;
}
