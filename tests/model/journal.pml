/* journal - an owner's journal, a lossy hint, and the recorder's transaction
 *
 * The owner appends; PUB only says that there is more, and loses, delays and
 * repeats; the recorder puts rows and cursor into one transaction.  Either is
 * killed before any step, and a commit may happen without its answer.
 *
 * J1 rows are the journal's prefix, complete, once
 * J2 the same key has the same content   J3 no needed record is cut away
 *
 * quick: -DCRASHES=1
 * drop 1 J2: published before it is appended
 * drop 2 J1: the cursor is stored before the rows
 * drop 3 J1: rows are stored before the cursor, by plain INSERT
 * drop 4 J3: the journal is cut at what was sent, not at what is committed
 * drop 5 J1: a gap is ignored
 */
#ifndef DROP
#define DROP 0
#endif
#define N 3
#define J1 1
#define J2 2
#define J3 3
#ifndef CRASHES
#define CRASHES 2
#endif
byte j[4];              /* durable journal content of seq 1..N, 0 = absent */
byte jn = 0, cut = 0;   /* last durable seq; records <= cut are gone */
byte row[4];            /* PG: content */
byte copies[4];         /* PG: how many rows for this seq */
byte cur = 0;           /* PG cursor */
byte pcr = CRASHES, rcr = CRASHES, ver = 1;
bool lostrec = false;   /* needed record already cut */
chan pub = [2] of { byte, byte };

active proctype Producer() {
  byte c;
  do
  :: jn < N ->
     c = ver;
#if DROP==1
     if :: nfull(pub) -> pub!(jn+1), c :: true -> skip fi;
     if
     :: pcr > 0 -> atomic { pcr--; ver++ }                  /* crash, new run, new content */
     :: true -> atomic { jn++; j[jn] = c }
     fi
#else
     if
     :: pcr > 0 -> atomic { pcr--; ver++ }
     :: true ->
        atomic { jn++; j[jn] = c };
        if
        :: pcr > 0 -> atomic { pcr--; ver++ }
        :: nfull(pub) -> pub!jn, c
        :: true -> skip
        fi
     fi
#endif
#if DROP==4
  :: jn > cut -> cut = jn
#else
  :: cut < cur -> cut = cur                                 /* retention follows the committed cursor */
#endif
  :: nempty(pub) -> pub?_,_                                 /* loss */
  :: jn == N && cut == N -> break
  od
}

active proctype Recorder() {
  byte q, c;
  do
  :: cur == N -> break
  :: cur < N ->
     q = 0; c = 0;
     if
     :: pub?q,c ->
        if
        :: q == cur + 1 -> skip
#if DROP==5
        :: q > cur + 1 -> skip
#else
        :: q > cur + 1 -> q = 0                             /* gap: read the journal instead */
#endif
        :: q <= cur -> q = 0                                /* old or repeated */
        fi
     :: jn > cur -> skip                                    /* heartbeat carries jn */
     fi;
     if
     :: q == 0 && jn > cur ->
        atomic {
          if
          :: cur + 1 > cut -> q = cur + 1; c = j[q]
          :: else -> lostrec = true; assert(J3 && !lostrec)
          fi
        }
     :: else -> skip
     fi;
     if
     :: q == 0 -> skip
     :: q != 0 && rcr > 0 -> rcr--                          /* crash or rollback before commit */
     :: q != 0 ->
#if DROP==2
        cur = q;
        if
        :: rcr > 0 -> rcr--
        :: true -> atomic { copies[q] = 1; row[q] = c }
        fi
#else
#if DROP==3
        atomic { copies[q]++; row[q] = c; assert(J1 && copies[q] <= 1) };
        if
        :: rcr > 0 -> rcr--
        :: true -> cur = q
        fi
#else
        atomic {                                            /* one transaction, upsert by key */
          assert(J2 && (copies[q] == 0 || row[q] == c));
          copies[q] = 1; row[q] = c; cur = q
        };
        if :: rcr > 0 -> rcr-- :: true -> skip fi           /* crash after commit */
#endif
#endif
     fi
  od;
  (jn == N);
  assert(J1 && copies[1] == 1 && copies[2] == 1 && copies[3] == 1);
  assert(J2 && row[1] == j[1] && row[2] == j[2] && row[3] == j[3])
}
