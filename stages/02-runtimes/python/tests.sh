# The interpreter for CPython's own tests, after the plain one is built: its objects and four modules more.
# make is not asked to do this: Modules/config.c changes, and it would build everything again.

compile() { cc -std=c11 -c -IInclude -IInclude/internal -I. "$@"; }

extern= table= objects=
for name in _testbuffer _testcapi _testclinic _testinternalcapi; do
    case $name in
        _testcapi) compile -o $name.o Modules/${name}module.c ;;
        _testinternalcapi) compile -DPy_BUILD_CORE_MODULE -o $name.o Modules/$name.c ;;
        *) compile -o $name.o Modules/$name.c ;;
    esac
    extern="$extern extern PyObject *PyInit_$name(void);"
    table="$table {\"$name\", PyInit_$name},"
    objects="$objects $name.o"
done
sed "/MARKER 1/i $extern
     /MARKER 2/i $table" Modules/config.c > config.c
compile -DPy_BUILD_CORE -o Modules/config.o config.c
make -s -o Modules/config.o BUILDPYTHON=python-test LIBS="$objects -lm" LINKFORSHARED= python-test

mkdir -p $tests/bin $tests/lib/python3.11/lib-dynload
cp python-test $tests/bin/python3.11
ln -s python3.11 $tests/bin/python3
cp -R Lib/. $tests/lib/python3.11
