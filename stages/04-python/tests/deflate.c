/* What is compressed and taken apart again is what it was. */

#include <stdio.h>
#include <string.h>
#include <zlib.h>

static unsigned char text[100000], packed[200000], back[100000];

int main(void)
{
    uLongf packed_size = sizeof packed, back_size = sizeof back;

    for (size_t i = 0; i < sizeof text; i++)
        text[i] = i * i >> 7;
    if (compress(packed, &packed_size, text, sizeof text) != Z_OK)
        return 1;
    if (uncompress(back, &back_size, packed, packed_size) != Z_OK)
        return 2;
    if (back_size != sizeof text || memcmp(text, back, sizeof text) || strcmp(zlibVersion(), ZLIB_VERSION))
        return 3;
    puts("ok");
    return 0;
}
