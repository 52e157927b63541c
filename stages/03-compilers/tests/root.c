/* The square root of -2 to 200 bits, by mpc, mpfr and gmp. */

#include <mpc.h>
#include <stdio.h>
#include <string.h>

int main (void)
{
    mpc_t z;
    char text[64];

    mpc_init2 (z, 200);
    mpc_set_si (z, -2, MPC_RNDNN);
    mpc_sqrt (z, z, MPC_RNDNN);
    mpfr_snprintf (text, sizeof text, "%.45Rf", mpc_imagref (z));
    if (strcmp (text, "1.414213562373095048801688724209698078569671875") || mpfr_sgn (mpc_realref (z)))
        return 1;
    puts ("ok");
    return 0;
}
