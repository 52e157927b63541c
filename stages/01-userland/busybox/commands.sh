# What later builds do with the shell and its commands. Prints "ok".
fail() { echo "wrong: $*"; exit 1; }
is() { [ "$1" = "$2" ] || fail "$3: $1"; }

# the shell
is $((6 * 7 + 0x10)) 58 arithmetic
is "$(printf '%s\n' b a c | while read -r x; do echo "<$x>"; done | sort | tr -d '\n')" '<a><b><c>' pipes
path=/one/two.tar.gz
is "${path##*/}:${path%%.*}:${path%.gz}:${#path}" two.tar.gz:/one/two:/one/two.tar:15 parameters
is "$(cat <<END
$((1 + 1)) \$x
END
)" '2 $x' here-document
is "$(f() { local x=1; return 3; }; f || echo $?)" 3 functions
is "$( (trap 'echo bye' EXIT; exit 0) )" bye trap
case abc.c in *.o) fail case ;; [a-c]*.c) ;; *) fail case ;; esac

# text
is "$(printf 'a=1\nb=2\n' | sed -n 's/^\(.\)=\(.\)$/\2\1/p' | tr '\n' ' ')" '1a 2b ' sed
is "$(printf 'x 1\ny 2\nx 3\n' | awk '{ s[$1] += $2 } END { for (k in s) print k, s[k] }' | sort | tr '\n' ' ')" 'x 4 y 2 ' awk
is "$(awk 'BEGIN { printf "%.3f %s %d", atan2(0, -1), toupper("awk"), length("four") }')" '3.142 AWK 4' awk
is "$(printf 'one\ntwo\nthree\n' | grep -c 't[hw]')" 2 grep
is "$(printf '3\n10\n2\n' | sort -n | head -n 1)" 2 sort
is "$(expr 7 \* 6):$(expr abcdef : 'abc\(.*\)')" 42:def expr
is "$(printf abc | sha256sum | cut -c 1-8):$(printf abc | md5sum | cut -c 1-8)" ba7816bf:90015098 digests

# files
mkdir -p d/e
printf 'one\ntwo\n' > d/old
printf 'one\n2\n' > d/new
ln -s old d/link
is "$(readlink d/link)" old readlink
diff -u d/old d/new > change && fail diff
cp d/old d/e/old
(cd d/e && patch old ../../change) > log
cmp d/e/old d/new
for pack in gzip bzip2; do
    tar -cf - d | $pack > d.tar.$pack
    mkdir $pack
    $pack -dc d.tar.$pack | tar -xf - -C $pack
    diff -r d $pack/d
done
is "$(find d -type f -name 'o*' | sort | xargs echo)" 'd/e/old d/old' find
touch -d @1 d/old
is "$(stat -c %Y:%a d/old)" 1:644 stat
[ d/new -nt d/old ] || fail newer
echo ok
