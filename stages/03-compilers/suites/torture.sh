# Compiles and runs GCC's torture tests; fails unless those fail that are known to.
#
#   sh torture.sh TESTS KNOWN COMPILER LEVEL...
#
# TESTS is the directory gcc.c-torture/execute, and COMPILER is tried at each LEVEL, such as -O2. KNOWN is a list of failures:
# a line that begins at its left edge is a cause, and below it stand, with blanks before them, lines
#
#     compile|run LEVEL,...|all TEST...
#
# Tests that GCC's own run leaves out as expensive, which take minutes to compile, are left out here, too.
#
# A test passes if it is compiled and linked, runs, and ends with 0. Both have a limit, which is on CPU time: how
# busy the machine is makes no difference.

tests=$1 known=$2 compiler=$3
shift 3

# The options that a test asks for on every machine: in itself (GCC's manual of internals, "Directives used within
# DejaGnu tests"), or in a file .x beside it.
options() {
    sed -n -e 's/.*{ *dg-\(additional-\)\{0,1\}options  *{\{0,1\} *"\([^"]*\)" *}.*/\2/p' \
        -e 's/^lappend additional_flags "\(.*\)"/\1/p' "$@"
}

# Of them those that this compiler has.
echo 'int main(void) { return 0; }' > empty.c
for option in $(options $tests/*.c $tests/ieee/*.[cx] | tr ' ' '\n' | sort -u)
do
    if $compiler $option -c -o empty.o empty.c > refused 2>&1 && ! [ -s refused ]
    then
        echo " $option "
    fi
done > options

for test in $(cd $tests && grep -L run_expensive_tests *.c ieee/*.c)
do
    flags=
    for option in $(options $tests/${test%.c}.[cx])
    do
        if grep -q -F -e " $option " options
        then
            flags="$flags $option"
        fi
    done
    for level
    do
        rm -f program
        if ! (ulimit -t 60; exec $compiler -w $level $flags -o program $tests/$test -lm) > said 2>&1
        then
            echo "$level compile ${test%.c}: $(grep -m 1 -E 'error|internal|undefined' said || head -n 1 said)"
        elif (ulimit -t 10; exec ./program) > said 2>&1
        then
            echo "$level pass ${test%.c}"
        else
            echo "$level run ${test%.c}: ended with $?"
        fi
    done
done > results 2> signals

echo "level passed compile run"
for level
do
    echo "$level" $(for kind in pass compile run; do grep -c -e "^$level $kind " results; done)
done

awk -v levels="$*" '
    # The failures that are known, then those that came.
    FILENAME != "results" {
        if (/^[ \t]/) {
            count = split($2 == "all" ? levels : $2, each, /[ ,]/)
            for (i = 1; i <= count; i++)
                for (field = 3; field <= NF; field++)
                    if (index(" " levels " ", " " each[i] " "))
                        awaited[each[i] " " $1 " " $field] = 1
        }
        next
    }
    {
        name = $1 " " $2 " " $3
        sub(/:$/, "", name)
        if ($2 == "pass" || name in awaited)
            delete awaited[$2 == "pass" ? "" : name]
        else {
            print "unexpected: " $0
            wrong = 1
        }
    }
    END {
        for (name in awaited)
            if (name != "") {
                print "awaited, but it did not come: " name
                wrong = 1
            }
        exit wrong
    }
' $known results
