/* Semaphores of a program that has one thread. */

#include <errno.h>
#include <semaphore.h>

int sem_init(sem_t *semaphore, int shared, unsigned int value) {
    (void)shared;
    semaphore->value = value;
    return 0;
}

int sem_wait(sem_t *semaphore) {
    if (semaphore->value == 0) {
        errno = EDEADLK; /* nobody is there to post */
        return -1;
    }
    semaphore->value--;
    return 0;
}

int sem_post(sem_t *semaphore) {
    semaphore->value++;
    return 0;
}
