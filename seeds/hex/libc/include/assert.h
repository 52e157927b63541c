#ifndef ASSERT_H
#define ASSERT_H
void __assert_fail(const char *expression, const char *file, int line);

#define assert(expression) ((expression) ? (void)0 : __assert_fail(#expression, __FILE__, __LINE__))
#endif
