/* kill - the kill switch: a durable latch, a gate lock, and who may clear
 *
 * latched <=> kgen > cgen.  Senders hold the gate shared, killers alone; the
 * kernel frees it when its holder dies, and a killer may kill the holder.
 * Faults: kill -9 of executor and riskd before any step, a pause of anyone for
 * any time (interleaving), riskd away (the operator takes the direct path).
 *
 * S1 no order leaves after an acknowledged kill that is not cleared
 * S2 a clear has role, reason and three healthy checks
 * S4 what is sent in the first window after it is small
 * S6 a clear never clears a kill its asker has not seen
 *
 * quick: -DORDERS=1 -DCRASHES=1 -DKILLS=0 -DHEALTHY=2
 * drop 1 S1: acknowledged before the latch is durable
 * drop 2 S1: latch read before the gate is held
 * drop 3 S6: the latch is riskd's memory only
 * drop 4 S6: latch written without the gate
 * drop 5 S2: clear without checks
 * drop 6 S4: the smaller size is stored after the clear
 * drop 7 S1: the executor trusts what it read at its start
 * drop 8 S6: clear does not compare generations
 * drop 9 S1: the acknowledgement names no generation
 */
#ifndef DROP
#define DROP 0
#endif
#ifndef ORDERS
#define ORDERS 2
#endif
#ifndef HEALTHY
#define HEALTHY 3 /* Checks in a row. */
#endif
#ifndef CRASHES
#define CRASHES 1
#endif
#ifndef KILLS
#define KILLS 2 /* Holders killed by force. */
#endif
#define S1 1
#define S2 2
#define S4 4
#define S6 6

/* durable, one record, replaced atomically (tmp+fsync+rename+fsync dir) */
byte kgen = 0, cgen = 0;
byte mult = 100;             /* size multiplier, percent */
/* kernel objects */
bool sh = false;             /* executor holds the gate lock shared */
byte ex = 0;                 /* exclusive holder: 0 none, 1 riskd, 2 ops */
byte xgen = 0, rgen = 0;     /* incarnations; SIGKILL = ++ */
byte rbudget = CRASHES, xbudget = CRASHES, kbudget = KILLS;
/* specification only */
byte agen = 0;               /* highest kill generation whose ACK reached the operator */
bool stale_ack = false;
bool probation = false;
byte sent = 0, healthy = 0;

chan toRisk = [1] of { bit };
bool riskAck = false;

inline xdie() { sh = false; xgen++ }

proctype Executor(byte g) {
  bool ok; byte m; ok = true; m = 100;
  do
  :: (g != xgen) -> break
  :: (g == xgen && sent < ORDERS) ->
#if DROP==2
     atomic { if :: g!=xgen -> goto dead :: else -> ok = (kgen <= cgen); m = mult fi };
#endif
     atomic { (g != xgen) || (ex == 0) ; if :: g!=xgen -> goto dead :: else -> sh = true fi };
#if DROP!=2 && DROP!=7
     atomic { if :: g!=xgen -> goto dead :: else -> ok = (kgen <= cgen); m = mult fi };
#endif
     if
     :: ok ->                                       /* write(2): the only place an order leaves */
        atomic {
          if
          :: g != xgen -> goto dead
          :: else ->
             assert(S1 && agen <= cgen && !stale_ack);
             assert(S4 && (!probation || m == 25));
             sent++
          fi
        }
     :: else -> skip
     fi;
     atomic { if :: g!=xgen -> goto dead :: else -> sh = false fi }
  od;
dead: skip
}

inline do_kill(who, my) {
#if DROP==1
  atomic { my = kgen + 1; agen = (my > agen -> my : agen) };
#endif
#if DROP!=4
  if
  :: atomic { (ex == 0 && !sh) -> ex = who }
  :: atomic { (ex == 0 && sh && kbudget > 0) -> kbudget--; xdie(); ex = who; run Executor(xgen) }
  fi;
#endif
  atomic { kgen++; my = kgen };
#if DROP!=4
  atomic { if :: ex == who -> ex = 0 :: else fi };
#endif
}

inline do_ack(my) {
#if DROP==9
  atomic { stale_ack = true }
#else
  atomic { agen = (my > agen -> my : agen) }
#endif
}

proctype Riskd(byte g) {
  byte my;
#if DROP==3
  kgen = cgen;                                      /* memory only: empty after a restart */
#endif
  do
  :: (g != rgen) -> goto dead
  :: (g == rgen && nempty(toRisk)) -> toRisk?_;
     if
     :: do_kill(1, my)
     :: (rbudget > 0) -> goto crash
     fi;
     if
     :: (rbudget > 0) -> goto crash
     :: do_ack(my); riskAck = true
     fi
  :: (rbudget > 0 && g == rgen) -> goto crash
  od;
crash:
  atomic { rbudget--; if :: ex == 1 -> ex = 0 :: else fi; rgen++; run Riskd(rgen) };
dead: skip
}

proctype Ops() {
  byte role, reason, target, my;
  if
  :: toRisk!1;
     if
     :: riskAck -> skip
     :: true -> do_kill(2, my); do_ack(my)          /* no answer in time: direct path */
     fi
  :: do_kill(2, my); do_ack(my)
  fi;
  target = kgen;                                    /* the operator reviews this generation */
  if :: role = 1 :: role = 0 fi;
  if :: reason = 1 :: reason = 0 fi;
#if DROP!=5
  (role == 1 && reason == 1 && healthy == HEALTHY);
#endif
  atomic { (ex == 0 && !sh) -> ex = 2 };
  if
#if DROP!=8
  :: (kgen != target) -> ex = 0                     /* a newer KILL: this clear is void */
  :: (kgen == target) ->
#else
  :: true ->
#endif
     atomic {
       assert(S2 && role == 1 && reason == 1 && healthy == HEALTHY);
       assert(S6 && kgen == target);
       probation = true; stale_ack = false;
       cgen = kgen;
#if DROP!=6
       mult = 25
#endif
     };
#if DROP==6
     ex = 0;
     mult = 25;
#endif
     ex = 0;
     atomic { (!sh && kgen <= cgen) -> mult = 100; probation = false }
  fi
}

proctype Health() {
  do
  :: healthy < HEALTHY -> healthy++
  :: healthy > 0 && healthy < HEALTHY -> healthy = 0
  :: healthy == HEALTHY -> break
  od
}

proctype Chaos() {
  do
  :: xbudget > 0 -> atomic { xbudget--; xdie(); run Executor(xgen) }
  :: break
  od
}

init { atomic { run Executor(0); run Riskd(0); run Ops(); run Health(); run Chaos() } }
