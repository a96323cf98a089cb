#!/bin/sh
# f_live_stops - live: the steps of f_live_steps, each process stopped there
# for three seconds, as if the machine had forgotten it
# faults: F-005 F-006 F-008 F-009 F-019 F-024
name=f_live_stops ACTION=stop
export name ACTION
exec "$(dirname "$0")/f_live_steps.sh"
