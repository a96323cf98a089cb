# switches - no default: in a switch over our own enums, so that the compiler
# finds the case that is missing.  A `default:` elsewhere (characters, foreign
# numbers) is fine.
#
# Reads all files twice: awk -f strip.awk -f switches.awk FILES pass=2 FILES.
# An enumeration of ours is what stands in `enum x {` or in a VALUE row.

# NAME_value of the rows of enums.def.
pass != 2 && /^VALUE\(/ {
    match($0, /\([A-Z_]+, *[A-Za-z0-9_]+/)
    row = substr($0, RSTART + 1, RLENGTH - 1)
    gsub(/, */, "_", row)
    ours[row] = 1
}

pass != 2 {
    line = code($0)
    if (line ~ /(^|[^a-z_])enum [a-z_]* *\{/) {
        listing = 1
        sub(/.*\{/, "", line)
    }
    if (listing) {
        done = line ~ /\}/
        sub(/\}.*/, "", line)
        n = split(line, part, ",")
        for (i = 1; i <= n; i++)
            if (match(part[i], /^ *[A-Z][A-Za-z0-9_]+/)) {
                word = substr(part[i], RSTART, RLENGTH)
                sub(/^ */, "", word)
                ours[word] = 1
            }
        if (done)
            listing = 0
    }
    next
}

FNR == 1 {
    for (key in enum_at)
        delete enum_at[key]
    for (key in default_at)
        delete default_at[key]
}

{
    line = code($0)
    match(line, /^ */)
    depth = RLENGTH
}

line ~ /^ *switch \(/ {
    delete enum_at[depth]
    delete default_at[depth]
}

line ~ /^ *case [A-Z][A-Za-z0-9_]*:/ {
    word = line
    sub(/^ *case /, "", word)
    sub(/:.*/, "", word)
    if (word in ours)
        enum_at[depth] = 1
}

line ~ /^ *default:/ { default_at[depth] = FNR }

line ~ /^ *\}/ {
    if ((depth in enum_at) && (depth in default_at))
        complain(default_at[depth], "switch: default: hides a missing case")
    delete enum_at[depth]
    delete default_at[depth]
}
