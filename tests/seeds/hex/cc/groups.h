#if 0
    don't "look
    /* #endif
    */ # error
# if 1
# else
# endif
    '"' /* */ // #endif
#elif 1
    first
# /* a null directive */
#
#elif 1 / 0
    #error
#else
    not this
#endif
#ifdef X
    no
#else
# ifndef X
    second
# elif syntax error (
# endif
#endif
#if 0 // comment
#elif 0
#else /* comment */
    third
#endif
  #  define  Y  fourth
 Y
#undef not_defined
 Y /* a
 comment */ fifth // and more \
 of it
