# Compiles GCC's torture tests to assembler with two builds of one compiler; fails unless they give the same.
#
#   sh twins.sh TESTS COMPILER COMPILER LEVEL...
#
# TESTS is the directory gcc.c-torture/execute. Both take their headers from CPATH.

tests=$1 one=$2 other=$3
shift 3

# The assembler, or what is said of the test.
assemble() {
    rm -f $2
    (ulimit -t 60; exec $1 -w $level -std=gnu99 -include older.h -S -o $2 $test) 2> $2.said || mv $2.said $2
}

count=0
for test in $(grep -L run_expensive_tests $tests/*.c $tests/ieee/*.c)
do
    for level
    do
        assemble $one one
        assemble $other other
        count=$((count + 1))
        cmp one other > difference 2>&1 || echo "$level $test: $(cat difference)"
    done
done > differences

cat differences
echo "$count compilations compared"
[ $count -gt 0 ] && ! [ -s differences ]
