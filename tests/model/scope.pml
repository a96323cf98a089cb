/* scope - a strategy or a venue killed alone, cleared, and on probation
 *
 * Scope 0 is a strategy, scope 1 the venue; an order is of the venue and, when
 * it is "mine", of the strategy.  riskd writes every change down before it
 * acts; a grant lives until it is used or its time is over, and survives a
 * riskd that crashes before any step.  A kill is acknowledged when no grant
 * given before is of use any more.
 *
 * S1 nothing of a scope leaves after its acknowledged kill, until its own clear
 * S4 what leaves before its probation is over has a quarter of the size
 * S5 only executions of a scope end its probation
 * S6 a clear never clears a kill its asker has not seen
 *
 * quick: -DGRANTS=2 -DKILLS=1
 * drop 1 S1: acknowledged before it is durable
 * drop 2 S1: acknowledged while grants of before are good
 * drop 3 S1: the kill is in memory only
 * drop 4 S1: the clear of one scope clears the other
 * drop 5 S4: probation begins with a record of its own, after the clear
 * drop 6 S5: executions of other strategies count
 * drop 7 S6: a clear names no generation
 * drop 8 S1: a grant is used after its time
 * drop 9 S1: a restart forgets the grants it gave
 */
#ifndef DROP
#define DROP 0
#endif
#ifndef GRANTS
#define GRANTS 3
#endif
#ifndef KILLS
#define KILLS 2
#endif
#define S1 1
#define S4 4
#define S5 5
#define S6 6

/* On disk: kills, clears, whether the last probation is over. */
byte dk[2], dc[2];
bool dp[2];
/* What riskd remembers of it, and of a request under way:
 * 0 none, 1 asked, 2 on disk, 3 in force. */
byte mk[2], mc[2], kill_step[2], kill_gen[2];
bool mp[2];
bool mind = false;              /* It knows of a grant that is out. */
byte clear_step[2], clear_gen[2];
/* The grant: good while its time lasts; held until it is used. */
bool good = false, held = false, mine = false;
byte size = 100;
byte grants = 0, crashes = 1;
/* Of the specification alone. */
byte acked[2], cleared[2];
bool window[2], ran[2];
byte seen[2];

#define KILLED(s)    (mk[s] > mc[s])
#define PROBATION(s) (mk[s] > 0 && mk[s] == mc[s] && !mp[s])

inline put_kill(s) {
#if DROP!=3
  dk[s]++;
#endif
  kill_gen[s] = mk[s] + 1;
  kill_step[s] = 2
}

inline put_clear(s) {
  if
#if DROP!=7
  :: clear_gen[s] != mk[s] -> clear_step[s] = 0
  :: else ->
#else
  :: true ->
#endif
     assert(S6 && seen[s] == mk[s]);
     dc[s] = dk[s]; cleared[s] = mk[s];
     window[s] = true; ran[s] = false;
#if DROP!=5
     dp[s] = false; mp[s] = false;
#endif
#if DROP==4
     dc[1 - s] = dk[1 - s]; mc[1 - s] = mk[1 - s];
#endif
     mc[s] = mk[s];
     clear_step[s] = 2
  fi
}

inline crash() {
  crashes--;
  s = 0;
  do
  :: s < 2 ->
     mk[s] = dk[s]; mc[s] = dc[s]; mp[s] = dp[s];
     kill_step[s] = 0; clear_step[s] = 0; s++
  :: else -> break
  od;
  s = 0;
#if DROP==9
  mind = false
#else
  mind = held
#endif
}

active proctype Riskd() {
  byte s;
  do
  :: d_step { crashes > 0 -> crash() }
  /* A grant for an order of the strategy, or of another one. */
  :: atomic { !held && grants < GRANTS && !KILLED(1) ->
       if :: !KILLED(0) -> mine = true :: mine = false fi;
       size = 100;
       if
       :: PROBATION(1) || (mine && PROBATION(0)) -> size = 25
       :: else
       fi;
       held = true; good = true; mind = true; grants++ }
  :: atomic { mind && !good -> mind = false }
  :: atomic { kill_step[0] == 1 -> put_kill(0) }
  :: atomic { kill_step[1] == 1 -> put_kill(1) }
  :: atomic { kill_step[0] == 2 -> mk[0] = kill_gen[0]; kill_step[0] = 3 }
  :: atomic { kill_step[1] == 2 -> mk[1] = kill_gen[1]; kill_step[1] = 3 }
  :: atomic { clear_step[0] == 1 && KILLED(0) -> put_clear(0) }
  :: atomic { clear_step[1] == 1 && KILLED(1) -> put_clear(1) }
#if DROP==5
  :: atomic { clear_step[0] == 2 -> dp[0] = false; mp[0] = false;
       clear_step[0] = 3 }
  :: atomic { clear_step[1] == 2 -> dp[1] = false; mp[1] = false;
       clear_step[1] = 3 }
#endif
  /* The end of a probation is a record. */
  :: atomic { PROBATION(0) && ran[0] ->
       dp[0] = true; mp[0] = true; window[0] = false }
  :: atomic { PROBATION(1) && ran[1] ->
       dp[1] = true; mp[1] = true; window[1] = false }
  od
}

#if DROP==1
#define READY(s) (kill_step[s] == 1)
#elif DROP==2
#define READY(s) (kill_step[s] == 3)
#else
#define READY(s) (kill_step[s] == 3 && !mind)
#endif

/* Asks for a kill of s, waits for the answer, then asks to clear what it saw;
 * a request whose riskd crashed is asked again. */
proctype Operator(byte s) {
  byte n;
  do
  :: n < KILLS && kill_step[s] == 0 ->
     n++;
     kill_step[s] = 1;
     if
     :: atomic { READY(s) ->
          acked[s] = (kill_gen[s] > mk[s] -> kill_gen[s] : mk[s]);
#if DROP==1
          acked[s] = mk[s] + 1;
#else
          kill_step[s] = 0;
#endif
          seen[s] = mk[s] };
        if
        :: clear_step[s] == 0 ->
           clear_gen[s] = seen[s]; clear_step[s] = 1;
           (clear_step[s] != 1 || kill_step[s] == 1);
           if :: clear_step[s] == 2 -> clear_step[s] = 0 :: else fi
        :: true
        fi
     :: kill_step[s] == 0 -> skip
     fi
  :: true -> break
  od
}

/* Somebody else kills too, and tells nobody. */
proctype Stranger() {
  if
  :: atomic { kill_step[0] == 0 -> kill_step[0] = 1 };
     if
     :: atomic { READY(0) -> kill_step[0] = 0 }
     :: kill_step[0] == 0
     fi
  :: true
  fi
}

active proctype Executor() {
  do
#if DROP==8
  :: atomic { held ->
#else
  :: atomic { held && good ->
#endif
       assert(S1 && acked[1] <= cleared[1]);
       assert(S1 && (!mine || acked[0] <= cleared[0]));
       assert(S4 && (size == 25 || !window[1]));
       assert(S4 && (size == 25 || !mine || !window[0]));
       held = false; good = false;
       ran[1] = window[1];
#if DROP==6
       ran[0] = window[0];
       assert(S5 && (mine || !window[0]))
#else
       ran[0] = ran[0] || (mine && window[0])
#endif
     }
  :: atomic { held && !good -> held = false }
  :: atomic { held && good -> good = false }      /* Its time is over. */
  od
}

init {
  atomic {
    dp[0] = true; dp[1] = true; mp[0] = true; mp[1] = true;
    run Operator(0); run Operator(1); run Stranger()
  }
}
