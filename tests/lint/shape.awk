# shape - how a file looks: its first line, its size, its functions, its lines.
# The house aims at 400 lines a file and 70 a function; the limits here are
# where it stops.

BEGIN {
    FILE_MAX = 450
    FUNCTION_MAX = 80
    LINE_MAX = 80
}

function end_of_file() {
    if (last > FILE_MAX)
        printf "%s:%d: file: %d lines, at most %d\n", name, last, last, FILE_MAX
}

FNR == 1 {
    end_of_file()
    name = FILENAME
    base = name
    sub(/.*\//, "", base)
    table = base ~ /\.def$/
    sub(/\.[a-z]+$/, "", base)
    opens = 0
    blank = 0
    if (table && $0 !~ /^\/\* [A-Z]/)
        complain(1, "first line: a .def begins with /* and what it lists")
    if (!table && index($0, "/* " base " - ") != 1 && \
        index($0, "/*~ " base " - ") != 1)
        complain(1, "first line: wants /* " base " - what it is")
}

{
    last = FNR
    text = $0
    stripped = code(text)
    gsub(/[\200-\277]/, "", text) # Columns, not bytes.
    if (!table && length(text) > LINE_MAX)
        complain(FNR, "line: " length(text) " columns, at most " LINE_MAX)
    if (text ~ /\t/)
        complain(FNR, "line: a tab")
    if (text ~ /[ \r]$/)
        complain(FNR, "line: space at its end")
    if (text == "" && blank)
        complain(FNR, "line: two blank lines in a row")
    blank = text == ""
    if (text ~ /TODO|FIXME/)
        complain(FNR, "word: what is left to do belongs into an issue")
    if (text == "{")
        opens = FNR
    if (text == "}" && opens) {
        if (FNR - opens + 1 > FUNCTION_MAX)
            complain(opens, "function: " FNR - opens + 1 \
                " lines, at most " FUNCTION_MAX)
        opens = 0
    }
}

END { end_of_file() }
