/* crash - places where a test may kill or stop a process; nothing elsewhere
 *
 * Only the build VARIANT=crash has them.  There, the file that the environment
 * names in DUTCHBOOK_CRASH may hold "POINT kill" or "POINT stop": the process
 * that gets to that point takes the file away and does it to itself. */
#ifndef COMMON_CRASH_H
#define COMMON_CRASH_H

#ifdef CRASH_POINTS
/* "signer.stored" */
void crash_point(const char *process, const char *point);
/* 1 kill, 2 stop, 0 neither, for a process that can read no files; takes the
 * file away when it is one of its points. */
int crash_wanted(const char *process, const char *point);
void crash_now(int how);
#else
#define crash_point(process, point) ((void)0)
#endif

#endif /* COMMON_CRASH_H */
