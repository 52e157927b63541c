/* setjmp, sigsetjmp, signals, alternate stacks, timers. */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

static jmp_buf here;
static sigjmp_buf there;
static volatile sig_atomic_t hits;

static void deep(int n) { char pad[100]; memset(pad, n, sizeof pad); if (n) deep(n - 1); longjmp(here, 42); }
static void caught(int sig, siginfo_t *info, void *context) { hits += info->si_signo == sig && context; }
static void escape(int sig) { siglongjmp(there, sig); }

int main(void)
{
	volatile int kept = 5;
	struct sigaction action = { 0 };
	stack_t stack = { malloc(65536), 0, 65536 };
	sigset_t set, now;
	struct itimerval timer = { { 0, 0 }, { 0, 1000 } };
	int r;

	if (!(r = setjmp(here))) { kept = 6; deep(20); return 1; }
	if (r != 42 || kept != 6) return 2;

	action.sa_sigaction = caught, action.sa_flags = SA_SIGINFO | SA_ONSTACK;
	if (sigaltstack(&stack, 0) || sigaction(SIGUSR1, &action, 0) || raise(SIGUSR1) || hits != 1) return 3;

	sigemptyset(&set), sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, 0);
	raise(SIGUSR1);
	if (hits != 1 || sigpending(&now) || !sigismember(&now, SIGUSR1)) return 4;
	sigprocmask(SIG_UNBLOCK, &set, 0);
	if (hits != 2) return 5;

	signal(SIGSEGV, escape);
	if (!(r = sigsetjmp(there, 1))) { *(volatile int *)8 = 1; return 6; }
	if (r != SIGSEGV) return 7;
	sigprocmask(SIG_BLOCK, 0, &now);
	if (sigismember(&now, SIGSEGV)) return 8;       /* the mask came back */

	signal(SIGALRM, escape);
	if (!(r = sigsetjmp(there, 1))) { setitimer(ITIMER_REAL, &timer, 0); for (;;) pause(); }
	if (r != SIGALRM) return 9;
	puts("ok");
	return 0;
}
