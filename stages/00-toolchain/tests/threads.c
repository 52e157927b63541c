/* Threads: creation, mutex, condition, thread-specific data, cancellation, once, semaphores. */
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static sem_t sem;
static int count, turn, made, freed, cleaned;

static void make(void) { made++; }
static void gone(void *p) { free(p); pthread_mutex_lock(&lock); freed++; pthread_mutex_unlock(&lock); }
static void clean(void *p) { *(int *)p = 1; }

static void *work(void *arg)
{
	int i, me = (int)(long)arg;

	pthread_once(&once, make);
	pthread_setspecific(key, malloc(10));
	for (i = 0; i < 2000; i++) {
		pthread_mutex_lock(&lock);
		while (turn != me)
			pthread_cond_wait(&changed, &lock);
		count++, turn = (me + 1) % 4;
		pthread_cond_broadcast(&changed);
		pthread_mutex_unlock(&lock);
	}
	sem_post(&sem);
	return (void *)(long)(me * 10);
}

static void *wait_for_ever(void *arg)
{
	pthread_cleanup_push(clean, &cleaned);
	for (;;)
		pause();
	pthread_cleanup_pop(0);
	return 0;
}

int main(void)
{
	pthread_t t[4], u;
	void *r;
	long i;

	if (pthread_key_create(&key, gone) || sem_init(&sem, 0, 0)) return 1;
	for (i = 0; i < 4; i++)
		if (pthread_create(&t[i], 0, work, (void *)i)) return 2;
	for (i = 0; i < 4; i++)
		sem_wait(&sem);
	for (i = 0; i < 4; i++)
		if (pthread_join(t[i], &r) || (long)r != i * 10) return 3;
	if (count != 8000 || made != 1 || freed != 4) return 4;
	if (pthread_create(&u, 0, wait_for_ever, 0) || pthread_cancel(u) || pthread_join(u, &r) || r != PTHREAD_CANCELED) return 5;
	if (!cleaned) return 6;
	puts("ok");
	return 0;
}
