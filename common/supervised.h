/* supervised - the manners supervisord needs from its children */
#ifndef COMMON_SUPERVISED_H
#define COMMON_SUPERVISED_H

/* First in main(): when supervisord dies, however it does, this process is
 * asked to stop.  Nothing happens in a process it did not start. */
void supervised_start(void);
/* exit(code), not before the process is a second old: what ends earlier
 * counts there as a failed start and is tried again whatever its code. */
_Noreturn void supervised_exit(int code);

#endif /* COMMON_SUPERVISED_H */
