/* The clock, and the calendar for __DATE__ and __TIME__. */

#include <stddef.h>
#include <sys/time.h>
#include <time.h>

#include "system.h"

int gettimeofday(struct timeval *now, void *zone) {
    return (int)__answer(__syscall(SYS_GETTIMEOFDAY, (long)now, (long)zone, 0, 0, 0, 0));
}

time_t time(time_t *now) {
    struct timeval exact;

    gettimeofday(&exact, NULL);
    if (now)
        *now = exact.tv_sec;
    return exact.tv_sec;
}

/* The Gregorian calendar. Years begin in March here, so that a leap day is the last day of its year. */
struct tm *gmtime(const time_t *time) {
    static struct tm broken;
    long second = *time % 86400;
    long day = *time / 86400;
    long era, year, month, in_year;

    if (second < 0) {
        second += 86400;
        day--;
    }
    broken.tm_hour = (int)(second / 3600);
    broken.tm_min = (int)(second / 60 % 60);
    broken.tm_sec = (int)(second % 60);
    broken.tm_wday = (int)(((day + 4) % 7 + 7) % 7); /* 1970-01-01 was a Thursday */

    day += 719468; /* days from 0000-03-01 to 1970-01-01 */
    era = day / 146097 - (day % 146097 < 0); /* 400 years */
    day -= era * 146097;
    year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    in_year = day - (year * 365 + year / 4 - year / 100);
    month = (5 * in_year + 2) / 153; /* from March on five months have 153 days */
    broken.tm_mday = (int)(in_year - (153 * month + 2) / 5 + 1);
    broken.tm_mon = (int)((month + 2) % 12);
    year += era * 400 + (month >= 10);
    broken.tm_year = (int)(year - 1900);
    if (month >= 10)
        broken.tm_yday = (int)(in_year - 306);
    else
        broken.tm_yday = (int)(in_year + 59 + ((year % 4 == 0 && year % 100 != 0) || year % 400 == 0));
    broken.tm_isdst = 0;
    return &broken;
}

/* There are no time zones here. */
struct tm *localtime(const time_t *time) {
    return gmtime(time);
}
