# Makes runtime/safe_math.h from safe_math.m4, as m4 does, which is not there: a macro's text with its arguments for $1 to $5.

/^dnl/ { next }
/^define\(`safe_/ { name = $0; gsub(/^define\(`|'.*/, "", name); inside = 1; next }
/^define/ { next }
/^'\)/ { inside = 0; next }
inside { text[name] = text[name] $0 "\n"; next }
/^safe_.*\(.*\)$/ {
    name = $0
    sub(/\(.*/, "", name)
    arguments = $0
    sub(/^[a-z_]*\(/, "", arguments)
    sub(/\)$/, "", arguments)
    count = split(arguments, argument, / *, */)
    made = text[name]
    for (i = 1; i <= count; i++)
        gsub("\\$" i, argument[i], made)
    gsub(/promote2\(uint64_t\)/, "unsigned long long", made)
    gsub(/promote2\([a-z0-9_]*\)/, "unsigned int", made)
    gsub(/promote1\(int64_t\)/, "long long", made)
    gsub(/promote1\([a-z0-9_]*\)/, "int", made)
    gsub(/maxshift/, "32", made)
    printf "%s", made
    next
}
{ print }
