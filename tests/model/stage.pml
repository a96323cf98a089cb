/* stage - a stage is entered by a sign-off and taken back by a rule
 *
 * A rule that rolls back writes three records in one turn (the lower stage,
 * its own step, the kill); riskd may crash between any two, so each prefix
 * must be safe.  Then the latch is pulled, and the incident written with a
 * backup of the state; both again after a crash.  An admin clears the latch,
 * a resume lets the rule go, and a stage is entered by a sign-off: made at one
 * record of the journal, for one configuration, of one stage.
 *
 * R1 nothing leaves at a stage above the one it was taken back to, nor above
 *    what was entered
 * R2 a sign-off is of the configuration that runs, and younger than the last
 *    rollback
 * R3 after a rollback no stage is entered without its incident on disk
 * R4 what a rule has taken back is latched until somebody cleared it
 *
 * quick: -DBREACHES=1
 * drop 1 R1: the lower stage is in memory only
 * drop 2 R1: a resume gives the stage back
 * drop 3 R2: a sign-off of before the rollback is good
 * drop 4 R2: the configuration of the sign-off is not compared
 * drop 5 R1: the step is written before the lower stage
 * drop 6 R3: the incident is not written again after a crash
 * drop 7 R1: the stage of the configuration is enough
 * drop 8 R4: a kill written down is not pulled again after a crash
 */
#ifndef DROP
#define DROP 0
#endif
#ifndef BREACHES
#define BREACHES 2
#endif
#ifndef CRASHES
#define CRASHES 2
#endif
#define MOST 2
#define R1 1
#define R2 2
#define R3 3
#define R4 4

/* On disk. */
byte entered = 0;               /* The stage, by the last record of it. */
bool fired = false;             /* The rule's step; until a resume. */
bool killing = false;           /* The kill's record, not yet pulled. */
bool latched = false;
byte n = 1;                     /* Records so far, of those that matter. */
byte back_at = 0;               /* The last rollback's. */
bool incident = true;           /* Of the last rollback. */
byte conf = 0;
/* In riskd's memory. */
bool up = true;
byte stage = 0;
bool rolled = false, stopping = false;
byte due = 0;                   /* The incident to be written. */
byte step = 0, target = 0;      /* Of the rollback under way. */
byte breaches = BREACHES, crashes = CRASHES;
/* The sign-off. */
byte sign_stage = 0, sign_at = 0, sign_conf = 0;
/* Of the specification alone. */
byte allowed = 0;
bool owed = false;              /* A kill that was written down. */

inline recall() {
#if DROP==7
  stage = MOST;
#else
  stage = entered;
#endif
  rolled = fired; stopping = killing;
#if DROP==6
  due = 0
#else
  due = !incident
#endif
}

inline lower() {
#if DROP!=1
  entered = target;
#endif
  stage = target; back_at = n; n++; incident = false; due = true;
  allowed = (target < allowed -> target : allowed)
}

inline write_step() { fired = true; rolled = true }

proctype Riskd() {
  do
  :: atomic { crashes > 0 ->
       crashes--; step = 0;
#if DROP==8
       killing = false;
#endif
       recall() }
  :: atomic { breaches > 0 && step == 0 && stage > 0 && !rolled && !latched ->
       breaches--; target = stage - 1; step = 1 }
#if DROP==5
  :: atomic { step == 1 -> write_step(); allowed = target; step = 2 }
  :: atomic { step == 2 -> lower(); step = 3 }
#else
  :: atomic { step == 1 -> lower(); step = 2 }
  :: atomic { step == 2 -> write_step(); step = 3 }
#endif
  :: atomic { step == 3 ->
       killing = true; stopping = true; owed = true; step = 0 }
  :: atomic { stopping && step == 0 ->
       latched = true; stopping = false; killing = false; owed = false }
  :: atomic { due && step == 0 -> incident = true; due = false }
  od
}

/* Between riskd's turns; what is due is done before the next of them. */
#define IDLE (step == 0 && !stopping && !due)

#if DROP==3
#define YOUNGER true
#else
#define YOUNGER (sign_at > back_at)
#endif
#if DROP==4
#define SAME true
#else
#define SAME (sign_conf == conf)
#endif

proctype People() {
  do
  /* Judged at the newest record, for the configuration as it is. */
  :: atomic { n < 12 && IDLE && !rolled && sign_at != n ->
       sign_stage = stage + 1; sign_at = n; sign_conf = conf }
  :: atomic { conf == 0 && IDLE -> conf = 1; recall() }  /* and a restart */
  :: atomic { IDLE && latched -> latched = false }
  :: atomic { IDLE && rolled ->
       fired = false; rolled = false;
#if DROP==2
       stage = target + 1; entered = stage
#endif
     }
  :: atomic { IDLE && !rolled && !latched &&
       sign_stage == stage + 1 && sign_stage <= MOST && n < 12 &&
       YOUNGER && SAME ->
       assert(R2 && sign_at > back_at && sign_conf == conf);
       assert(R3 && incident);
       stage = sign_stage; entered = stage; allowed = stage; n++ }
  od
}

proctype Sender() {
  do
  :: atomic { IDLE && !latched && !rolled && stage > 0 ->
       assert(R1 && stage <= allowed);
       assert(R4 && !owed) }
  od
}

init { atomic { run Riskd(); run People(); run Sender() } }
