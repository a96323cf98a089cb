/* order - reserve, intent in the log, send, evidence, settle or release
 *
 * Two intents of size 1, a capital limit of 1.  A request may be lost, delayed
 * past any time-out, or arrive after its sender died; so may the reply.  The
 * venue matches, confirms, fails or cancels at any time.  The executor is
 * killed or paused before any step, and a newer incarnation (EMAX of them) may
 * start while the older one is only paused.
 *
 * P1  the venue's exposure stays within the limit
 * P1a every order it accepted is reserved    P2 one order for an intent
 * P3  every order it accepted has an intent  P4 at rest, books equal the venue
 * P5  a fill counts once, a failed one not
 *
 * quick: -DEMAX=1
 * drop 1 P3: sent before the intent is durable
 * drop 2 P2: a retry signs a new order
 * drop 3 P1a: released on time-out, without quiescence
 * drop 4 P1a: riskd keeps reservations in memory
 * drop 5 P1a: epoch read before the gate is held
 * drop 6 P4: a match counts as final
 * drop 7 P5: fills are applied without looking at their id
 * drop 8 P1a: never-sent reservations are released before fencing
 * drop 9 P1: a cancel acknowledged counts as dead
 */
#ifndef DROP
#define DROP 0
#endif
#define N 2
#define LIMIT 1
#define P1 1
#define P2 2
#define P3 3
#define P4 4
#define P5 5
#define P1a 6
#ifndef EMAX
#define EMAX 2
#endif

/* durable */
byte res[N];     /* riskd: 0 none 1 reserved 2 filled 3 released */
byte wal[N];     /* executor log: 0 none 1 intent 2 filled 3 dead */
byte cur = 0;    /* fencing epoch */
/* kernel */
byte lk = 0;     /* gate lock holder (epoch number) */
bool killed[EMAX+1];
/* network and venue */
byte net[N];     /* copies of the signed request in flight */
bool seen[N];
byte st[N];      /* 0 unknown 1 live 2 matched 3 confirmed 4 failed 5 cancelled */
byte cnt[N];     /* accepted orders per intent */
byte tries[N];
/* riskd books */
byte pos[N];
byte epochs = 1;

#define USED    ((res[0]==1||res[0]==2) + (res[1]==1||res[1]==2))
#define EXPO    ((st[0]>=1&&st[0]<=3) + (st[1]>=1&&st[1]<=3))
#if DROP==2
#define RESALT(i) seen[i] = false
#else
#define RESALT(i) skip
#endif
#if DROP==3
#define QUIET(i) (1)
#else
#define QUIET(i) (net[i] == 0)
#endif
#define STEP(x) atomic { if :: killed[e] -> goto dead :: else -> x fi }

proctype Executor(byte e) {
  byte i; bool okk; byte s;
  /* fence older incarnations: needs the gate lock, else SIGKILL the holder */
#if DROP!=8
  atomic {
    if
    :: lk == 0 -> skip
    :: lk != 0 -> killed[lk] = true; lk = 0
    fi;
    cur = (e > cur -> e : cur)
  };
#endif
  do
  :: killed[e] -> break
  :: !killed[e] ->
     if :: i = 0 :: i = 1 fi;
     if
     :: wal[i] == 0 && res[i] == 0 ->                     /* new intent: authorise + reserve */
        STEP( okk = (USED < LIMIT); if :: okk -> res[i] = 1 :: else fi );
#if DROP==5
        if :: okk && cur != e -> okk = false :: else fi;
#endif
        if
        :: okk ->
           atomic { (killed[e] || lk == 0); if :: killed[e] -> goto dead :: else -> lk = e fi };
#if DROP!=5
           STEP( if :: cur != e -> okk = false :: else fi );
#endif
           if
           :: okk && (res[i] == 1) ->
#if DROP==1
              STEP( net[i]++ ; tries[i]++ );
              STEP( wal[i] = 1 )
#else
              STEP( wal[i] = 1 );
              STEP( net[i]++ ; tries[i]++ )
#endif
           :: else -> skip
           fi;
           STEP( lk = 0 )
        :: else -> skip
        fi
     :: wal[i] == 0 && res[i] == 1 && cur == e ->          /* reserved, never sent, we hold the epoch */
        atomic { (killed[e] || lk == 0); if :: killed[e] -> goto dead :: else -> lk = e fi };
        STEP( if :: (wal[i] == 0 && cur == e) -> res[i] = 3; wal[i] = 3 :: else fi );
        STEP( lk = 0 )
#if DROP==8
     :: wal[i] == 0 && res[i] == 1 && cur < e ->
        STEP( if :: wal[i] == 0 -> res[i] = 3 :: else fi );
        STEP( cur = e )
#endif
     :: wal[i] == 1 && cur == e ->                          /* reconcile by order hash */
        STEP( s = st[i] );
        if
        :: s == 0 && tries[i] < 2 ->                        /* same signed bytes again */
           atomic { (killed[e] || lk == 0); if :: killed[e] -> goto dead :: else -> lk = e fi };
           STEP( if :: cur == e && wal[i] == 1 -> net[i]++; tries[i]++; RESALT(i) :: else fi );
           STEP( lk = 0 )
        :: s == 0 && QUIET(i) ->                            /* no copy can still arrive */
           STEP( if :: (st[i] == 0 && wal[i] == 1 && QUIET(i)) -> wal[i] = 3; res[i] = 3 :: else fi )
        :: s == 1 ->                                        /* cancel, may lose the race */
#if DROP==9
           STEP( if :: st[i] == 1 -> st[i] = 5 :: else fi; wal[i] = 3; res[i] = 3 )
#else
           STEP( if :: st[i] == 1 -> st[i] = 5 :: else fi )
#endif
#if DROP==6
        :: s == 2 -> STEP( wal[i] = 2; res[i] = 2; pos[i] = 1 )
#else
        :: s == 2 -> skip
#endif
        :: s == 3 ->
#if DROP==7
           STEP( res[i] = 2; pos[i]++ );
           STEP( wal[i] = 2 )
#else
           STEP( res[i] = 2; pos[i] = 1 );
           STEP( wal[i] = 2 )
#endif
        :: s == 4 || s == 5 -> STEP( wal[i] = 3; res[i] = 3; pos[i] = 0 )
        :: else -> skip
        fi
     :: else -> skip
     fi;
     d_step { i = 0; okk = false; s = 0 }
  od;
dead: atomic { i = 0; okk = false; s = 0; if :: lk == e -> lk = 0 :: else fi }
}

proctype Venue() {
  byte i;
  do
  :: atomic {
       if :: i = 0 :: i = 1 fi;
       if
       :: net[i] > 0 -> net[i]--;
          if
          :: seen[i] -> skip                                /* duplicate hash refused */
          :: else -> seen[i] = true; cnt[i]++;
             assert(P2 && cnt[i] <= 1);
             assert(P3 && wal[i] >= 1);
             assert(P1a && res[i] == 1);
             st[i] = 1;
             assert(P1 && EXPO <= LIMIT)
          fi
       :: net[i] > 0 -> net[i]--                            /* lost */
       :: st[i] == 1 -> st[i] = 2
       :: st[i] == 1 -> st[i] = 5
       :: st[i] == 2 -> st[i] = 3
       :: st[i] == 2 -> st[i] = 4
       :: else -> skip
       fi;
       i = 0
     }
  od
}

proctype Chaos() {
  do
  :: atomic { epochs < EMAX -> if :: killed[epochs] = true; if :: lk == epochs -> lk = 0 :: else fi :: skip fi;
       epochs++; run Executor(epochs) }
#if DROP==4
  :: atomic { res[0] == 1 -> res[0] = 0 }                   /* riskd restart forgets */
  :: atomic { res[1] == 1 -> res[1] = 0 }
#endif
  :: break
  od
}

/* P4/P5: whenever everything is at rest, the books equal the venue */
proctype Books() {
  end: do
  :: atomic { (net[0]==0 && net[1]==0 && wal[0]!=1 && wal[1]!=1 && res[0]!=1 && res[1]!=1
               && st[0]!=1 && st[0]!=2 && st[1]!=1 && st[1]!=2 && lk==0) ->
       assert(P4 && (st[0]==3) == (res[0]==2));
       assert(P4 && (st[1]==3) == (res[1]==2));
       assert(P5 && pos[0] == (st[0]==3));
       assert(P5 && pos[1] == (st[1]==3)); break }
  od
}

init { atomic { run Executor(1); run Venue(); run Chaos(); run Books() } }
