# words - what may not be called or used, where, and what to use instead.

BEGIN {
    # rule[n]: the words, where they are refused, where they are allowed
    # nevertheless, and what to say.
    all = "."
    none = "^$"
    tests = "^tests/"
    add("clock_gettime|gettimeofday|time|clock", 1,
        all, "^(common/clock|tests/(unit|bench|world|scenario/machine)[./])",
        "time comes through common/clock.h, to an engine as an argument")
    add("nanosleep|usleep|sleep", 1, all, "^(common/clock|deploy/arb/|tests/)",
        "nothing waits but the loop")
    add("rand|random|srand|rand_r|drand48|getrandom|getentropy|arc4random", 1,
        all, "^common/secret", "no chance: ids are counted, simex draws from its seed")
    add("localtime|localtime_r|mktime|ctime|asctime", 1, all, none,
        "UTC only")
    add("strtod|strtof|atof|strtold", 1, all, "^tests/bench/",
        "micros_parse reads amounts exactly")
    add("float|double|long double", 0,
        "^(proto|riskd|executor|recorder|scanner)/" \
        "|^common/(book|basket|fees|universe|journal)", none,
        "money is integers: units.h")
    add("atoi|atol|atoll|strtok|gets|strcpy|strcat|sprintf|vsprintf|alloca", 1,
        all, "^tests/unit/", "no bounds, or no errors: snprintf, strtoll")
    add("system|popen", 1, "^(proto|common|feed|scanner|riskd|executor)/",
        none, "no shell in a process")
    add("assert", 1, all, none, "must(): stays in a release build")
    add("exit|_exit|abort|quick_exit", 1, "^(proto|feed|scanner|riskd)/" \
        "|^(executor|recorder)/", "/main\\.c$|/signer_(ask|child)\\.c$|/reports\\.c$",
        "must(), or tell the caller")
    add("malloc|calloc|realloc|strdup", 1, "^proto/", none,
        "proto takes no memory")
}

function add(words, call, where, except, say) {
    rules++
    pattern[rules] = "(^|[^a-zA-Z0-9_.>])(" words ")" \
        (call ? " *\\(" : "([^a-zA-Z0-9_]|$)")
    at[rules] = where
    allowed[rules] = except
    tell[rules] = say
}

FNR == 1 {
    active = 0
    for (i = 1; i <= rules; i++)
        if (FILENAME ~ at[i] && FILENAME !~ allowed[i])
            use[++active] = i
}

{
    line = code($0)
    if (FILENAME ~ /\.def$/ || line == "")
        next
    for (i = 1; i <= active; i++)
        if (match(line, pattern[use[i]])) {
            word = substr(line, RSTART, RLENGTH)
            gsub(/[^a-zA-Z0-9_]/, "", word)
            complain(FNR, "word: " word ": " tell[use[i]])
        }
    # A product of two amounts has twelve decimals and needs 128 bits; x / t *
    # t, rounding to a grid, does not grow.
    if (FILENAME !~ tests && line !~ /wide|muldiv/ && \
        line ~ /\.micros *\* *[a-z_.>-]*\.micros/ && \
        line !~ /\/ *[a-z_.>-]*\.micros *\*/)
        complain(FNR, "units: a product of amounts outside 128 bits")
}
