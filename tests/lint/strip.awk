# strip - a line of C without comments and what stands in quotes.
# Used with another script: awk -f strip.awk -f words.awk FILE...
# Call code(line) for every line of a file, in order; it remembers whether a
# comment is open.  Quotes stay, as "" and '', so that includes must be looked
# at before.

FNR == 1 { in_comment = 0 }

function code(line,    out, at, c, two) {
    out = ""
    while (line != "") {
        if (in_comment) {
            at = index(line, "*/")
            if (at == 0)
                return out
            line = substr(line, at + 2)
            in_comment = 0
            out = out " "
        }
        if (!match(line, /\/\*|\/\/|"|'/))
            return out line
        out = out substr(line, 1, RSTART - 1)
        two = substr(line, RSTART, 2)
        c = substr(two, 1, 1)
        line = substr(line, RSTART + 1)
        if (two == "//")
            return out
        if (two == "/*") {
            line = substr(line, 2)
            in_comment = 1
        } else {
            if (c == "\"")
                match(line, /^([^"\\]|\\.)*"?/)
            else
                match(line, /^([^'\\]|\\.)*'?/)
            line = substr(line, RLENGTH + 1)
            out = out c c
        }
    }
    return out
}

function complain(line, rule) {
    printf "%s:%d: %s\n", FILENAME, line, rule
}
