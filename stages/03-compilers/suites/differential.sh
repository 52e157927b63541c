# Compiles programs that Csmith generates with several compilers; fails unless all of them print the same.
#
#   sh differential.sh FIRST LAST COMPILER...
#
# Csmith makes one program for each seed from FIRST to LAST, without undefined behaviour; it prints a checksum of
# its variables. Each COMPILER is a command with its options; the first is what the others are compared with. Some
# programs do not end, nor does Csmith for some seeds: where the first compiler's program uses up 2 seconds of CPU
# time, or Csmith 20, the seed is passed over.

first=$1 last=$2
shift 2

checksum() {
    if (ulimit -t 120; exec $1 -w -I $csmith/include -o program program.c) > said 2>&1
    then
        (ulimit -t $2; exec ./program) 2>&1 || echo "ended with $?"
    else
        echo "was not compiled: $(grep -v -i warning said | head -n 1)"
    fi
}

compared=0
for seed in $(seq $first $last)
do
    if ! (ulimit -t 20; exec csmith --seed $seed --max-funcs 5 --max-block-depth 4 > program.c)
    then
        continue
    fi
    # TinyCC knows no pack(push) without a number.
    sed -i 's/^#pragma pack(push)$/#pragma pack(push, 1)/' program.c
    awaited=$(checksum "$1" 2)
    case $awaited in
    checksum*)
        compared=$((compared + 1));;
    'ended with 137' | 'ended with 152')
        continue;;
    esac
    for compiler
    do
        got=$(checksum "$compiler" 60)
        if [ "$got" != "$awaited" ] || [ "${got#checksum}" = "$got" ]
        then
            echo "seed $seed: $compiler: $got, not $awaited"
        fi
    done
done > differences 2> signals

cat differences
echo "$compared programs compared, of $((last - first + 1))"
[ $compared -gt $(((last - first) / 2)) ] && ! [ -s differences ]
