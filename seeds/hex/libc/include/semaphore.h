#ifndef SEMAPHORE_H
#define SEMAPHORE_H
typedef struct {
    unsigned int value;
} sem_t;

int sem_init(sem_t *semaphore, int shared, unsigned int value);
int sem_wait(sem_t *semaphore);
int sem_post(sem_t *semaphore);
#endif
